import type { FormFault } from '../refusal.ts';

/** What Discord holds against a list of commands. */
export const commandsFaults = (_commands: unknown): FormFault[] => [];
