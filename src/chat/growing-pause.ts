const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/**
 * How long to wait after the n-th failure in a row (from 1): 1, 2, 4 … 60 seconds, each up to a quarter shorter or longer
 * (`chance` from 0 up to 1), so that not everything that failed together comes back together.
 */
export function growingPauseMs(failures: number, chance: number): number {
  const base = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS);
  return Math.round(base * (0.75 + chance / 2));
}
