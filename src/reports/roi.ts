import { Decimal } from 'decimal.js';
import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Team } from '../people/team.ts';
import { nearest } from '../workflows/files/wording.ts';
import type { Home } from '../workflows/home.ts';
import { type MonthShare, monthShares, type Period, type PeriodRequest, periodBefore, readPeriod } from './period.ts';
import { hoursSaved, measuredShare, moneyOf, netOf, proRata, rateOf, rounded, sumOf } from './roi-formula.ts';
import {
  type DeliveredRow,
  deliveredRuns,
  type QualityRow,
  quality,
  type SpentRow,
  tokensSpent,
} from './roi-queries.ts';

/** What a figure does not contain, and why. `workflow` is null where it concerns all. */
export interface LeftOut {
  workflow: string | null;
  reason: string;
}

/** One workflow's part. Money in the team's currency; null is unavailable, never zero. `net` is before shared costs. */
export interface RoiWorkflow {
  workflow: string;
  runs: number;
  hours_saved: number | null;
  value: number | null;
  tokens: number;
  net: number | null;
  ended: number;
  failed: number;
  error_rate: number | null;
  missed: number;
  late: number;
  decided: number;
  rejected: number;
  rejection_rate: number | null;
}

/** What a period was worth (P3.6). Rates are 0 to 1; all numbers are exact and rounded to two decimals at the end. */
export interface Roi {
  /** Local dates, `to` exclusive. */
  from: string;
  to: string;
  label: string;
  /** False while the period runs: its monthly costs are charged for the days that have begun. */
  complete: boolean;
  charged: MonthShare[];
  workflow: string | null;
  currency: string | null;
  /** Delivered runs: promoted and not undone. */
  runs: number;
  hours_saved: number | null;
  value: number | null;
  cost: { tokens: number; infra: number | null; overhead: number | null };
  net: number | null;
  /** Share of the runs that people reviewed whose review time was measured; null where none was reviewed. */
  measured_share: number | null;
  left_out: LeftOut[];
  workflows: RoiWorkflow[];
  /** The same for the whole period before; null while this one runs. */
  previous: Previous | null;
}

export interface Previous {
  label: string;
  hours_saved: number | null;
  net: number | null;
  /** 0.12 is 12 % more hours saved than then; null where it cannot be said. */
  hours_change: number | null;
}

export interface RoiRequest extends PeriodRequest {
  workflow?: string | undefined;
  now: Date;
}

/**
 * Hours saved, value, cost and net of a period in the team's time zone, by the formula of P3.6 with today's baselines
 * and rates, and tokens at the price of their day. Shared monthly costs are charged day by day and not split by workflow.
 * Throws `invalid` for a period that is none, `not_found` for an unknown workflow.
 */
export async function roi(ground: Ground, request: RoiRequest): Promise<Roi> {
  const { workflow, now, ...named } = request;
  const { home } = await ground.homes.active();
  const zone = home.team.timezone;
  const period = readPeriod(named, zone, now);
  const facts = await readFacts(ground, home, period, workflow);
  if (workflow !== undefined && !Object.hasOwn(home.workflows, workflow) && facts.quality.length === 0)
    throw neverWas(home, workflow, period);
  const { answer, hours } = compute(home, period, facts, workflow, now);
  const before = period.complete ? periodBefore(period, zone, now) : null;
  if (!before) return answer;
  const then = compute(home, before, await readFacts(ground, home, before, workflow), workflow, now);
  const previous = {
    label: before.label,
    hours_saved: then.answer.hours_saved,
    net: then.answer.net,
    hours_change: rounded(hours && then.hours?.gt(0) ? hours.minus(then.hours).div(then.hours) : null),
  };
  return { ...answer, previous };
}

function neverWas({ workflows }: Home, name: string, period: Period): Error {
  const near = nearest(name, Object.keys(workflows));
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return notFound(`There is no workflow named ${name}, and nothing of it ran in ${period.label}.${meant}`);
}

type Baseline = NonNullable<Home['workflows'][string]['spec']['baseline']>;

/** What the record holds of a period, of all workflows or of one. */
export interface Facts {
  delivered: DeliveredRow[];
  quality: QualityRow[];
  spent: SpentRow[];
  /** Baselines of delivered workflows; a workflow without one has no entry. */
  baselines: Map<string, Baseline>;
}

async function readFacts(ground: Ground, home: Home, period: Period, workflow?: string): Promise<Facts> {
  const [delivered, judged, spent] = await Promise.all([
    deliveredRuns(ground.db, { bounds: [period.begins], ends: period.ends }, workflow),
    quality(ground.db, period, workflow),
    tokensSpent(ground.db, period, workflow),
  ]);
  return { delivered, quality: judged, spent, baselines: await baselinesOf(ground, home, delivered) };
}

/** Today's baseline of each delivered workflow that has one. */
export async function baselinesOf(ground: Ground, home: Home, delivered: readonly DeliveredRow[]) {
  const baselines = new Map<string, Baseline>();
  for (const row of delivered) {
    // A workflow that has left the home keeps the baseline its last run started with.
    const source = Object.hasOwn(home.workflows, row.workflow) ? home : (await ground.homes.byId(row.snapshot_id)).home;
    const baseline = source.workflows[row.workflow]?.spec.baseline;
    if (baseline) baselines.set(row.workflow, baseline);
  }
  return baselines;
}

/** The answer, and its hours unrounded for a comparison. */
export function compute(
  home: Home,
  period: Period,
  facts: Facts,
  only: string | undefined,
  now: Date,
): { answer: Roi; hours: Decimal | null } {
  const { rates, timezone } = home.team;
  const charged = monthShares(period, timezone, now);
  const tokens = pricedTokens(facts.spent, rates?.currency ?? null);
  const names = [...new Set([...facts.delivered, ...facts.quality, ...facts.spent].map((row) => row.workflow))].sort();
  const parts = names.map((name) => partOf(name, facts, rates, tokens));
  const hours = total(parts, (part) => part.hours);
  const value = rates?.loaded_per_hour === undefined ? null : total(parts, (part) => part.value);
  const infra = only === undefined && rates ? proRata(rates.infra_per_month, charged) : null;
  const overhead = only === undefined ? overheadOf(rates, charged) : null;
  const spent = sumOf([...tokens.values()]);
  const net = only === undefined ? netOf(value, [spent, infra, overhead]) : netOf(value, [spent]);
  const { from, to, label, complete } = period;
  const answer = {
    ...{ from, to, label, complete, charged },
    workflow: only ?? null,
    currency: rates?.currency ?? null,
    runs: countOf(facts.delivered),
    hours_saved: rounded(hours),
    value: rounded(value),
    cost: { tokens: rounded(spent), infra: rounded(infra), overhead: rounded(overhead) },
    net: rounded(net),
    measured_share: rounded(measuredShare(counted(facts))),
    left_out: leftOut(facts, rates, only),
    workflows: parts.map((part) => part.row),
    previous: null,
  };
  return { answer, hours };
}

interface Part {
  hours: Decimal | null;
  value: Decimal | null;
  row: RoiWorkflow;
}

function partOf(name: string, facts: Facts, rates: Team['rates'], tokens: Map<string, Decimal>): Part {
  const runs = facts.delivered.filter((row) => row.workflow === name);
  const baseline = facts.baselines.get(name);
  const went = facts.quality.find((row) => row.workflow === name);
  const spent = tokens.get(name) ?? new Decimal(0);
  // Nothing delivered saved nothing; something delivered without a baseline saved nobody knows what.
  const hours = runs.length === 0 ? new Decimal(0) : baseline ? hoursSaved(baseline, runs) : null;
  const value = hours === null || rates?.loaded_per_hour === undefined ? null : moneyOf(hours, rates.loaded_per_hour);
  const { ended = 0, failed = 0, missed = 0, late = 0, decided = 0, rejected = 0 } = went ?? {};
  const row = {
    workflow: name,
    runs: countOf(runs),
    hours_saved: rounded(hours),
    value: rounded(value),
    tokens: rounded(spent),
    net: rounded(netOf(value, [spent])),
    ...{ ended, failed, missed, late, decided, rejected },
    error_rate: rounded(rateOf(failed, ended)),
    rejection_rate: rounded(rateOf(rejected, decided)),
  };
  return { hours, value, row };
}

/** The sum of what is known; null where something was delivered and of none of it is known what it saved. */
function total(parts: readonly Part[], of: (part: Part) => Decimal | null): Decimal | null {
  const delivered = parts.filter((part) => part.row.runs > 0);
  const known = delivered.map(of).filter((part) => part !== null);
  return known.length === 0 && delivered.length > 0 ? null : sumOf(known);
}

const overheadOf = (rates: Team['rates'], charged: MonthShare[]): Decimal | null => {
  if (!rates) return null;
  if (rates.overhead_hours_per_month === 0) return new Decimal(0);
  if (rates.loaded_per_hour === undefined) return null;
  return proRata(new Decimal(rates.overhead_hours_per_month).times(rates.loaded_per_hour), charged);
};

const counted = ({ delivered, baselines }: Facts): DeliveredRow[] =>
  delivered.filter((row) => baselines.has(row.workflow));

const countOf = (delivered: readonly DeliveredRow[]): number => delivered.reduce((sum, { runs }) => sum + runs, 0);

const isPriced = (row: SpentRow, currency: string | null): row is SpentRow & { cost: string } =>
  row.cost !== null && row.currency === currency;

function pricedTokens(spent: SpentRow[], currency: string | null): Map<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const row of spent.filter((each) => isPriced(each, currency)))
    sums.set(row.workflow, (sums.get(row.workflow) ?? new Decimal(0)).plus(row.cost ?? 0));
  return sums;
}

function leftOut(facts: Facts, rates: Team['rates'], only: string | undefined): LeftOut[] {
  const found: LeftOut[] = [];
  for (const workflow of new Set(facts.delivered.map((row) => row.workflow))) {
    if (!facts.baselines.has(workflow)) found.push({ workflow, reason: 'it has no baseline' });
    else if (rates?.loaded_per_hour === undefined)
      found.push({ workflow, reason: 'cowork.yaml has no rates.loaded_per_hour, so its hours have no value in money' });
  }
  for (const row of facts.spent.filter((each) => !isPriced(each, rates?.currency ?? null))) {
    const tokens = row.tokens.toLocaleString('en-GB');
    const why = row.cost === null ? 'had no price on their day' : `were priced in ${row.currency}`;
    found.push({ workflow: row.workflow, reason: `${tokens} tokens of ${row.model} ${why}` });
  }
  if (only !== undefined)
    found.push({ workflow: null, reason: 'infrastructure and overhead are shared by all workflows and not split' });
  else if (!rates) found.push({ workflow: null, reason: 'cowork.yaml has no rates, so costs are unavailable' });
  return found;
}
