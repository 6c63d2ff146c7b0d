import { invalid } from '../errors.ts';
import { command } from '../message/text.ts';

/** `R-128`. */
export const reviewName = (id: number): string => `R-${id}`;

/** Reads `R-128`, `r-128` or `128`; throws `invalid` for anything else. */
export function parseReviewId(text: string): number {
  const match = /^(?:r-)?([1-9][0-9]{0,14})$/i.exec(text.trim());
  if (!match) {
    const shown = JSON.stringify(text.slice(0, 40));
    throw invalid([`${shown} is not a review. Write it as R-128; `, command('queue'), ' lists them.']);
  }
  return Number(match[1]);
}
