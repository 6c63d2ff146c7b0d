import { DateTime } from 'luxon';
import type { Ground } from '../ground.ts';
import type { Db } from '../store/db.ts';
import { type Period, readPeriod } from './period.ts';
import { baselinesOf, compute, type RoiRequest } from './roi.ts';
import { deliveredRuns, tokensSpentBySpan } from './roi-queries.ts';

/** One month of a trend. Money in the trend's currency; null is unavailable, never zero. */
export interface RoiMonth {
  /** `2026-11` */
  month: string;
  /** `Nov 2026`, as the team reads it. */
  label: string;
  /** False while it runs. */
  complete: boolean;
  runs: number;
  hours_saved: number | null;
  value: number | null;
  cost: { tokens: number; infra: number | null; overhead: number | null };
  /** Of one workflow: before shared costs. */
  net: number | null;
}

export interface RoiTrend {
  currency: string | null;
  workflow: string | null;
  /** Oldest first, at most twelve; empty where nothing was recorded yet. */
  months: RoiMonth[];
}

const MONTHS = 12;

/**
 * The last twelve months up to the end of a period (or to now), each by the formula of `roi`, in as many queries as one
 * month takes. Months before the first run of all are left out: nobody had anything to save or to pay then.
 * Throws `invalid` for a period that is none.
 */
export async function roiTrend(ground: Ground, request: RoiRequest): Promise<RoiTrend> {
  const { workflow, now, ...named } = request;
  const { home } = await ground.homes.active();
  const { timezone: zone, rates } = home.team;
  const months = monthsUpTo(readPeriod(named, zone, now), await firstRunAt(ground.db), zone, now);
  const trend = { currency: rates?.currency ?? null, workflow: workflow ?? null };
  const last = months.at(-1);
  if (!last) return { ...trend, months: [] };
  const spans = { bounds: months.map(({ begins }) => begins), ends: last.ends };
  const [delivered, spent] = await Promise.all([
    deliveredRuns(ground.db, spans, workflow),
    tokensSpentBySpan(ground.db, spans, workflow),
  ]);
  const baselines = await baselinesOf(ground, home, delivered);
  return {
    ...trend,
    months: months.map((month, index) => {
      const facts = {
        delivered: delivered.filter(({ span }) => span === index),
        spent: spent.filter(({ span }) => span === index),
        quality: [],
        baselines,
      };
      return monthOf(month, zone, compute(home, month, facts, workflow, now).answer);
    }),
  };
}

const monthOf = (period: Period, zone: string, answer: ReturnType<typeof compute>['answer']): RoiMonth => {
  const { complete, runs, hours_saved, value, cost, net } = answer;
  const begin = DateTime.fromJSDate(period.begins, { zone }).setLocale('en-GB');
  const [month, label] = [begin.toFormat('yyyy-MM'), begin.toFormat('LLL yyyy')];
  return { month, label, complete, runs, hours_saved, value, cost, net };
};

function monthsUpTo(period: Period, firstRun: Date | null, zone: string, now: Date): Period[] {
  const end = DateTime.min(
    DateTime.fromISO(period.to, { zone }).minus({ days: 1 }),
    DateTime.fromJSDate(now, { zone }),
  );
  const all = Array.from({ length: MONTHS }, (_, index) => end.startOf('month').minus({ months: MONTHS - 1 - index }));
  const named = all.map((month) => readPeriod({ month: month.toFormat('yyyy-MM') }, zone, now));
  return named.filter(({ ends }) => firstRun !== null && ends > firstRun);
}

const firstRunAt = async (db: Db): Promise<Date | null> => {
  const row = await db.selectFrom('runs').select('queued_at').orderBy('queued_at').limit(1).executeTakeFirst();
  return row?.queued_at ?? null;
};
