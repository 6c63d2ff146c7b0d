import { DateTime } from 'luxon';

/** Words for a period that runs now. */
export const PERIODS = ['month', 'quarter', 'year'] as const;
export type PeriodWord = (typeof PERIODS)[number];

export const isPeriod = (word: string | undefined): word is PeriodWord =>
  (PERIODS as readonly (string | undefined)[]).includes(word);

/** The running month, quarter or year of the team's zone, as `--month`, `--quarter` and `--year` write it. */
export function periodNow(
  word: PeriodWord,
  now: Date,
  zone: string,
): { month?: string; quarter?: string; year?: string } {
  const here = DateTime.fromJSDate(now, { zone });
  if (word === 'month') return { month: here.toFormat('yyyy-MM') };
  if (word === 'quarter') return { quarter: here.toFormat("yyyy-'Q'q") };
  return { year: here.toFormat('yyyy') };
}
