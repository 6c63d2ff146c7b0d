import { Decimal } from 'decimal.js';
import type { MonthShare } from './period.ts';

// P3.6: hours_saved = (manual_mins − review_mins) × runs / 60, value = hours_saved × loaded_rate,
// cost = tokens + infra + ops overhead, ROI = value − cost. Everything here is exact; rounding is the caller's.

const SECONDS = 60;
const MINUTES = 60;

/** A delivered run: how long its review took, in seconds, or null where nobody's Look was measured. */
export interface DeliveredRun {
  review_seconds: number | null;
}

/** Minutes a run saves: by hand less review; measured where it was, else the baseline's. May be negative. */
export const minutesSaved = (baseline: { manual_mins: number; review_mins: number }, run: DeliveredRun): Decimal => {
  const review = run.review_seconds === null ? baseline.review_mins : new Decimal(run.review_seconds).div(SECONDS);
  return new Decimal(baseline.manual_mins).minus(review);
};

/** Hours that the delivered runs of one workflow saved. */
export const hoursSaved = (
  baseline: { manual_mins: number; review_mins: number },
  runs: readonly DeliveredRun[],
): Decimal => sumOf(runs.map((run) => minutesSaved(baseline, run))).div(MINUTES);

/** Hours in money, at what an hour of the team's work costs altogether. */
export const moneyOf = (hours: Decimal, loadedPerHour: number): Decimal => hours.times(loadedPerHour);

/** A monthly amount charged for the days that count, month by month. */
export const proRata = (perMonth: Decimal.Value, shares: readonly MonthShare[]): Decimal =>
  sumOf(shares.map(({ days, of }) => new Decimal(perMonth).times(days).div(of)));

/** Value less cost; null where any part is unavailable, since a missing cost is not a cost of nothing. */
export const netOf = (value: Decimal | null, costs: readonly (Decimal | null)[]): Decimal | null =>
  value === null || costs.includes(null) ? null : value.minus(sumOf(costs.filter((cost) => cost !== null)));

/** The share of runs whose review time was measured, 0 to 1; null of none. */
export const measuredShare = (runs: readonly DeliveredRun[]): Decimal | null =>
  runs.length === 0 ? null : new Decimal(runs.filter((run) => run.review_seconds !== null).length).div(runs.length);

/** `part / whole`; null of nothing. */
export const rateOf = (part: number, whole: number): Decimal | null =>
  whole === 0 ? null : new Decimal(part).div(whole);

export const sumOf = (parts: readonly Decimal.Value[]): Decimal =>
  parts.reduce<Decimal>((total, part) => total.plus(part), new Decimal(0));

/** For JSON: rounded to two decimals, halves away from zero, null kept. */
export const rounded = <D extends Decimal | null>(value: D): D extends null ? null : number =>
  (value === null ? null : value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toNumber()) as D extends null
    ? null
    : number;
