import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';

/** What Discord holds against a modal. */
export const modalFaults = (_modal: Json): FormFault[] => [];
