import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';

/** What Discord holds against the choices that an autocomplete is answered with. */
export const choicesFaults = (_data: Json): FormFault[] => [];
