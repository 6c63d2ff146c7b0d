import type { AlertKind, AlertRow, CheckOutcome } from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';

/**
 * Text of skills and people about confidential and restricted work is for those who may see its outputs; reports that
 * everybody may read say names, counts and states only (invariant 8). A run of unknown class is treated as closed.
 */
export const forEverybody = <T>(text: T, dataClass: DataClass | null): T | null =>
  dataClass === 'public' || dataClass === 'internal' ? text : null;

const OURS: readonly AlertKind[] = ['OVERDUE', 'LATE', 'MISSED', 'PARKED', 'BLOCKED'];

/**
 * An alert's words for everybody. What it says of itself as a kind is written by the product; an error, also the one under
 * which a job was blocked (`JOB:promote:…`), may quote a skill, so it is as closed as the run it is about.
 */
export const alertWords = (
  { kind, key, run_id, error_message }: Pick<AlertRow, 'kind' | 'key' | 'run_id' | 'error_message'>,
  dataClass: DataClass | null,
): string | null => {
  const ours = run_id === null || (OURS.includes(kind) && key.startsWith(`${kind}:`));
  return ours ? (error_message ?? '') : forEverybody(error_message ?? '', dataClass);
};

/** Checks by name, kind and result: what they expected, found and say may quote the outputs. */
export const withoutWords = (checks: readonly CheckOutcome[]): CheckOutcome[] =>
  checks.map((check) => ({ ...check, message: '', expected: null, actual: null }));
