import { chargedText, chartOf, headline, measuredText } from '../../../blocks/roi.ts';
import { amount, moneyText, totalCost, UNKNOWN } from '../../../blocks/roi-figures.ts';
import { isPeriod, periodNow } from '../../../commands/period.ts';
import { invalid } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { type Period, type PeriodRequest, periodAfter, periodBefore, readPeriod } from '../../reports/period.ts';
import { type Roi, type RoiWorkflow, roi } from '../../reports/roi.ts';
import { type RoiTrend, roiTrend } from '../../reports/roi-trend.ts';
import type { RoiView } from '../pages/roi.ts';

/** What the address asks for, as it was written. */
export type RoiQuery = Readonly<Record<string, string | undefined>>;

const NAMED = ['month', 'quarter', 'year', 'from', 'to'] as const;

/** The figures that an address asks for: `period` (what runs now) or a period by its name, of all workflows or of one. */
export async function roiAsked(ground: Ground, query: RoiQuery): Promise<{ roi: Roi; asked: RoiAsked }> {
  const now = ground.clock.now();
  const { timezone } = (await ground.homes.active()).home.team;
  const asked = { ...requestOf(query, now, timezone), workflow: given(query.workflow), now };
  return { roi: await roi(ground, asked), asked };
}

type RoiAsked = PeriodRequest & { workflow: string | undefined; now: Date };

// PostgreSQL knows no text with a NUL in it, and no name has one.
const given = (text: string | undefined): string | undefined => text?.replaceAll('\0', '').trim() || undefined;

function requestOf(query: RoiQuery, now: Date, zone: string): PeriodRequest {
  const named = Object.fromEntries(
    NAMED.flatMap((key) => {
      const value = given(query[key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const word = given(query.period);
  if (Object.keys(named).length > 0) return named;
  if (word === undefined) return {};
  if (!isPeriod(word))
    throw invalid(`${JSON.stringify(word.slice(0, 20))} is no period; choose month, quarter or year.`);
  return periodNow(word, now, zone);
}

/** All that the page of what it was worth shows. */
export async function roiView(ground: Ground, query: RoiQuery): Promise<RoiView> {
  const { roi: answer, asked } = await roiAsked(ground, query);
  const trend = await roiTrend(ground, asked);
  const { home } = await ground.homes.active();
  const { timezone: zone } = home.team;
  const { workflow, now, ...named } = asked;
  const period = readPeriod(named, zone, now);
  const names = new Set([...Object.keys(home.workflows), ...(workflow ? [workflow] : [])]);
  return {
    period: answer.label,
    headline: headline(answer),
    tone: answer.net === null || answer.runs === 0 ? 'soft' : answer.net < 0 ? 'warn' : 'ok',
    unit: period.unit,
    workflow: workflow ?? null,
    choices: [...names].sort(),
    before: stepOf(periodBefore(period, zone, now), workflow),
    after: stepOf(periodAfter(period, zone, now), workflow),
    csvAt: `/roi.csv?${new URLSearchParams({ ...nameOf(period), ...(workflow ? { workflow } : {}) })}`,
    figures: figuresOf(answer),
    formula: formulaOf(answer, home.team.rates?.loaded_per_hour),
    chart: chartOf(trend)[0],
    months: monthsOf(trend),
    workflows: answer.workflows
      .toSorted((a, b) => worth(b) - worth(a))
      .map((row) => rowOf(row, Object.hasOwn(home.workflows, row.workflow))),
    leftOut: answer.left_out.map(({ workflow: of, reason }) => `${of ? `${of}: ` : ''}${reason}`),
    notes: [measuredText(answer), chargedText(answer)].filter((line) => line !== ''),
  };
}

/** A period of the calendar as an address names it. */
function nameOf({ from, to, unit }: Period): Record<string, string> {
  const [year = '', month = ''] = from.split('-');
  if (unit === 'month') return { month: `${year}-${month}` };
  if (unit === 'quarter') return { quarter: `${year}-Q${Math.ceil(Number(month) / 3)}` };
  return unit === 'year' ? { year } : { from, to };
}

const stepOf = (period: Period | null, workflow: string | undefined): RoiView['before'] =>
  period && {
    label: period.label,
    href: `/roi?${new URLSearchParams({ ...nameOf(period), ...(workflow ? { workflow } : {}) })}`,
  };

const known = (value: number | null): string => (value === null ? UNKNOWN : amount(value));

function figuresOf(answer: Roi): RoiView['figures'] {
  const { cost, currency, workflow, previous } = answer;
  const costs = workflow === null ? totalCost(cost) : cost.tokens;
  const parts = `tokens ${amount(cost.tokens)}, infra ${known(cost.infra)}, overhead ${known(cost.overhead)}`;
  const before = (value: number | null | undefined) => (previous ? `${previous.label}: ${known(value ?? null)}` : '');
  return [
    { label: 'Net', value: moneyText(answer.net, currency, { sign: true }), more: before(previous?.net) },
    { label: 'Hours saved', value: known(answer.hours_saved), more: before(previous?.hours_saved) },
    { label: 'Value', value: moneyText(answer.value, currency), more: '' },
    { label: 'Cost', value: moneyText(costs, currency), more: workflow === null ? parts : 'tokens alone' },
    { label: 'Delivered runs', value: String(answer.runs), more: '' },
  ];
}

/** P3.6, each step with its result. */
function formulaOf(answer: Roi, rate: number | undefined): RoiView['formula'] {
  const { currency, cost, workflow } = answer;
  const [costs, shared] =
    workflow === null ? [totalCost(cost), 'tokens + infrastructure + overhead'] : [cost.tokens, 'tokens'];
  const hourly = rate === undefined ? 'loaded rate' : `loaded rate of ${moneyText(rate, currency)}`;
  return [
    {
      term: 'Hours saved',
      how: '(minutes by hand − minutes of review) × delivered runs ÷ 60',
      is: known(answer.hours_saved),
    },
    { term: 'Value', how: `hours saved × ${hourly}`, is: moneyText(answer.value, currency) },
    { term: 'Cost', how: shared, is: moneyText(costs, currency) },
    { term: 'Net (ROI)', how: 'value − cost', is: moneyText(answer.net, currency, { sign: true }) },
  ];
}

const monthsOf = ({ months }: RoiTrend): RoiView['months'] =>
  months.map(({ month, label, complete, runs, hours_saved, value, cost, net }) => ({
    month,
    label: `${label}${complete ? '' : ' so far'}`,
    cells: [String(runs), ...[hours_saved, value, cost.tokens, net].map(known)],
  }));

const worth = ({ net }: RoiWorkflow): number => net ?? -Number.MAX_VALUE;

const rowOf = (row: RoiWorkflow, linked: boolean): RoiView['workflows'][number] => ({
  workflow: row.workflow,
  known: linked,
  cells: [
    String(row.runs),
    ...[row.hours_saved, row.value, row.tokens, row.net].map(known),
    share(row.failed, row.ended),
    String(row.missed),
    String(row.late),
    share(row.rejected, row.decided),
  ],
});

/** `1 of 4`; a dash where there was nothing to count. */
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${part} of ${whole}`);
