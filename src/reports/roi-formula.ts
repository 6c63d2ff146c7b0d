import { Decimal } from 'decimal.js';
import type { MonthShare } from './period.ts';

// P3.6: hours_saved = (manual_mins − review_mins) × runs / 60, value = hours_saved × loaded_rate,
// cost = tokens + infra + ops overhead, ROI = value − cost. Everything here is exact; rounding is the caller's.

const SECONDS = 60;
const MINUTES = 60;

/** Delivered runs of one workflow, counted together, since what they save adds up. */
export interface DeliveredRuns {
  runs: number;
  /** Those of them whose review was measured, and how long it took in all, in seconds. */
  measured: number;
  review_seconds: Decimal.Value;
}

interface Minutes {
  manual_mins: number;
  review_mins: number;
}

/** Minutes that runs save: by hand less review; measured where it was, else the baseline's. May be negative. */
export const minutesSaved = ({ manual_mins, review_mins }: Minutes, delivered: DeliveredRuns): Decimal => {
  const { runs, measured, review_seconds } = delivered;
  const review = new Decimal(review_mins).times(runs - measured).plus(new Decimal(review_seconds).div(SECONDS));
  return new Decimal(manual_mins).times(runs).minus(review);
};

/** Hours that the delivered runs of one workflow saved. */
export const hoursSaved = (baseline: Minutes, delivered: readonly DeliveredRuns[]): Decimal =>
  sumOf(delivered.map((runs) => minutesSaved(baseline, runs))).div(MINUTES);

/** Hours in money, at what an hour of the team's work costs altogether. */
export const moneyOf = (hours: Decimal, loadedPerHour: number): Decimal => hours.times(loadedPerHour);

/** A monthly amount charged for the days that count, month by month. */
export const proRata = (perMonth: Decimal.Value, shares: readonly MonthShare[]): Decimal =>
  sumOf(shares.map(({ days, of }) => new Decimal(perMonth).times(days).div(of)));

/** Value less cost; null where any part is unavailable, since a missing cost is not a cost of nothing. */
export const netOf = (value: Decimal | null, costs: readonly (Decimal | null)[]): Decimal | null =>
  value === null || costs.includes(null) ? null : value.minus(sumOf(costs.filter((cost) => cost !== null)));

/** The share of the reviewed runs whose review time was measured, 0 to 1; null of none. */
export const measuredShare = (delivered: readonly { reviewed: number; measured: number }[]): Decimal | null =>
  rateOf(
    delivered.reduce((sum, { measured }) => sum + measured, 0),
    delivered.reduce((sum, { reviewed }) => sum + reviewed, 0),
  );

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
