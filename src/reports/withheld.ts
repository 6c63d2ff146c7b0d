import type { CheckOutcome } from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';

/**
 * Text of skills and people about confidential and restricted work is for those who may see its outputs; reports that
 * everybody may read say names, counts and states only (invariant 8). A run of unknown class is treated as closed.
 */
export const forEverybody = <T>(text: T, dataClass: DataClass | null): T | null =>
  dataClass === 'public' || dataClass === 'internal' ? text : null;

/** Checks by name, kind and result: what they expected, found and say may quote the outputs. */
export const withoutWords = (checks: readonly CheckOutcome[]): CheckOutcome[] =>
  checks.map((check) => ({ ...check, message: '', expected: null, actual: null }));
