import { invalid } from '../errors.ts';

/** `R-128`. */
export const reviewName = (id: number): string => `R-${id}`;

/** Reads `R-128`, `r-128` or `128`; throws `invalid` for anything else. */
export function parseReviewId(text: string): number {
  const match = /^(?:r-)?([1-9][0-9]{0,14})$/i.exec(text.trim());
  if (!match)
    throw invalid(`${JSON.stringify(text.slice(0, 40))} is not a review. Write it as R-128; queue lists them.`);
  return Number(match[1]);
}
