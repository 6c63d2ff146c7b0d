import { fieldOf } from '../../connect/payload.ts';

/** Discord's own number for why it did not take something; null where it did not say, or did not answer. */
export function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const code = fieldOf(error, 'code') ?? fieldOf(fieldOf(error, 'rawError'), 'code');
  return typeof code === 'number' ? code : null;
}

/** The drawing is at fault, whatever else is well. */
export const drawnAmiss = (error: unknown): boolean => codeOf(error) === 50035;
