import { DateTime } from 'luxon';
import { invalid } from '../errors.ts';

/** How a person names a stretch of time; nothing at all is the running month. Dates are local, `to` is exclusive. */
export interface PeriodRequest {
  from?: string | undefined;
  to?: string | undefined;
  /** `2026-11` */
  month?: string | undefined;
  /** `2026-Q4` */
  quarter?: string | undefined;
  /** `2026` */
  year?: string | undefined;
}

export interface Period {
  /** Local dates, `to` exclusive. */
  from: string;
  to: string;
  /** The same as instants. */
  begins: Date;
  ends: Date;
  /** `November 2026`, `Q4 2026`, `2026`, `1 to 14 November 2026`. */
  label: string;
  unit: 'month' | 'quarter' | 'year' | 'days';
  /** False while the period is still running. */
  complete: boolean;
}

const FORMS = {
  month: /^(\d{4})-(0[1-9]|1[0-2])$/,
  quarter: /^(\d{4})-?Q([1-4])$/i,
  year: /^(\d{4})$/,
} as const;

/** Nothing ran earlier, and each month of a period costs time to count. */
const FIRST = '2000-01-01';
const LONGEST = { years: 10 };

/**
 * Reads a period in the team's zone. Throws `invalid` for a mixture, a malformed date, an empty or a future one, and for
 * one that begins before 2000 or is longer than ten years.
 */
export function readPeriod(request: PeriodRequest, zone: string, now: Date): Period {
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  const days = request.from !== undefined || request.to !== undefined;
  if (given.length > (days ? 2 : 1) || (days && given.some(([key]) => key !== 'from' && key !== 'to')))
    throw invalid('Name one period: a month, a quarter, a year, or from and to.');
  const period = days ? daysOf(request, zone, now) : unitOf(request, zone, now);
  if (period.begins > now) throw invalid(`${period.label} has not begun.`);
  if (period.from < FIRST) throw invalid(`${period.label} begins before 2000. Choose a period from 1 January 2000 on.`);
  if (local(period.to, zone) > local(period.from, zone).plus(LONGEST))
    throw invalid(`${period.label} is longer than ten years. Choose a shorter period.`);
  return period;
}

/** The period of the same kind just before; null for a free range and where that is too early. */
export function periodBefore(period: Period, zone: string, now: Date): Period | null {
  if (period.unit === 'days' || period.from <= FIRST) return null;
  return spanOf(local(period.from, zone).minus({ [period.unit]: 1 }), period.unit, now);
}

/** The period of the same kind just after, once it has begun; null for a free range. */
export function periodAfter(period: Period, zone: string, now: Date): Period | null {
  if (period.unit === 'days' || period.ends > now) return null;
  return spanOf(local(period.to, zone), period.unit, now);
}

function unitOf(request: PeriodRequest, zone: string, now: Date): Period {
  const unit = request.year !== undefined ? 'year' : request.quarter !== undefined ? 'quarter' : 'month';
  const text = request[unit];
  if (text === undefined) return spanOf(DateTime.fromJSDate(now, { zone }).startOf('month'), 'month', now);
  const match = FORMS[unit].exec(text.trim());
  if (!match) throw invalid(`${JSON.stringify(text.slice(0, 20))} is not a ${unit}; write it as ${EXAMPLES[unit]}.`);
  const month = unit === 'year' ? 1 : unit === 'quarter' ? Number(match[2]) * 3 - 2 : Number(match[2]);
  return spanOf(DateTime.fromObject({ year: Number(match[1]), month, day: 1 }, { zone }), unit, now);
}

const EXAMPLES = { month: '2026-11', quarter: '2026-Q4', year: '2026' } as const;

function spanOf(from: DateTime, unit: 'month' | 'quarter' | 'year', now: Date): Period {
  const english = from.setLocale('en-GB');
  const label = english.toFormat(unit === 'month' ? 'LLLL yyyy' : unit === 'quarter' ? "'Q'q yyyy" : 'yyyy');
  return between(from, from.plus({ [unit]: 1 }), label, unit, now);
}

function daysOf(request: PeriodRequest, zone: string, now: Date): Period {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const to = request.to === undefined ? today.plus({ days: 1 }) : readDate(request.to, zone);
  const from = request.from === undefined ? to.minus({ days: 1 }).startOf('month') : readDate(request.from, zone);
  if (to <= from) throw invalid(`The period is empty: ${from.toISODate()} is not before ${to.toISODate()}.`);
  const day = (at: DateTime) => at.setLocale('en-GB').toFormat('d LLLL yyyy');
  return between(from, to, `${day(from)} to ${day(to.minus({ days: 1 }))}`, 'days', now);
}

function readDate(text: string, zone: string): DateTime {
  const date = local(text, zone);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !date.isValid)
    throw invalid(`${JSON.stringify(text.slice(0, 20))} is not a date; write it as 2026-11-01.`);
  return date;
}

const local = (text: string, zone: string) => DateTime.fromISO(text, { zone });

function between(from: DateTime, to: DateTime, label: string, unit: Period['unit'], now: Date): Period {
  const dates = { from: from.toISODate() ?? '', to: to.toISODate() ?? '' };
  return { ...dates, begins: from.toJSDate(), ends: to.toJSDate(), label, unit, complete: to.toJSDate() <= now };
}

/** A calendar month that a period touches, and how many of its days count: those that have begun by `now`. */
export interface MonthShare {
  /** `2026-11` */
  month: string;
  days: number;
  of: number;
}

/** What share of each month the monthly costs are charged for. */
export function monthShares(period: Period, zone: string, now: Date): MonthShare[] {
  const tomorrow = DateTime.fromJSDate(now, { zone }).startOf('day').plus({ days: 1 });
  const to = DateTime.min(local(period.to, zone), tomorrow);
  const shares: MonthShare[] = [];
  for (let at = local(period.from, zone); at < to; at = at.startOf('month').plus({ months: 1 })) {
    const end = DateTime.min(to, at.startOf('month').plus({ months: 1 }));
    const days = Math.round(end.diff(at, 'days').days);
    shares.push({ month: at.toFormat('yyyy-MM'), days, of: at.daysInMonth ?? 30 });
  }
  return shares;
}
