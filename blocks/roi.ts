import type { Text } from '../src/message/text.ts';
import type { MessageView, Part, Tone } from '../src/message/view.ts';
import type { ReviewShare } from '../src/reports/review-share.ts';
import type { Roi } from '../src/reports/roi.ts';
import type { RoiTrend } from '../src/reports/roi-trend.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { roiActions } from './roi-actions.ts';
import { hours, hoursText, moneyText, shareText, spoken, totalCost, UNKNOWN } from './roi-figures.ts';
import { roiRecords } from './roi-records.ts';
import { counted, firstOf } from './words.ts';

const MOST_LEFT_OUT = 5;

export const HOW =
  'Hours saved: minutes by hand less minutes of review, for each delivered run. Value: hours at the loaded rate. ' +
  'Net: value less tokens, infrastructure and overhead.';

/**
 * What a period was worth: one line first, then how it is made up, the months before it as a picture, each workflow, what
 * is left out and how it is computed. No figure stands without its period, its currency and what is missing in it.
 */
export function roiView(roi: Roi, trend: RoiTrend, review: ReviewShare | null = null): MessageView {
  const head = headline(roi);
  const notes = notesOf(roi, review);
  return {
    summary: [[`${head}.`]],
    parts: [
      { part: 'headline', tone: toneOf(roi), text: [head] },
      factsOf(roi),
      ...chartOf(trend),
      ...roiRecords(roi),
      ...(notes.length > 0 ? [{ part: 'prose' as const, lines: notes }] : []),
      { part: 'footnote', text: [HOW] },
      { part: 'actions', actions: roiActions(roi, trend) },
    ],
    mentions: [],
  };
}

const toneOf = ({ runs, net }: Roi): Tone => (runs === 0 || net === null ? 'info' : net < 0 ? 'warn' : 'ok');

export function headline(roi: Roi): string {
  const subject = `${roi.workflow ? `${roi.workflow}, ` : ''}${roi.label}${roi.complete ? '' : ' so far'}`;
  const net = `net ${moneyText(roi.net, roi.currency, { sign: true })}${roi.workflow ? ' before shared costs' : ''}`;
  if (roi.runs === 0) return `${subject}: nothing was delivered${roi.complete ? '' : ' yet'}, ${net}`;
  return `${subject}: ${net}, ${hoursText(roi.hours_saved)}${comparison(roi)}`;
}

function comparison({ previous }: Roi): string {
  if (!previous || previous.hours_change === null) return '';
  const change = Math.round(previous.hours_change * 100);
  return ` (${change > 0 ? '+' : ''}${change} % on ${previous.label})`;
}

/** What the net of the headline is made of. */
const factsOf = (roi: Roi): Part => ({
  part: 'facts',
  facts: [
    { label: 'Hours saved', value: [roi.hours_saved === null ? UNKNOWN : hours(roi.hours_saved)] },
    { label: 'Value', value: [moneyText(roi.value, roi.currency)] },
    { label: 'Cost', value: [costText(roi)] },
    { label: 'Delivered', value: [counted(roi.runs, 'run')] },
  ],
});

/** `526 EUR (tokens 96, infra 120, overhead 310)`; of one workflow tokens alone, since the rest is shared. */
function costText({ workflow, cost, currency }: Roi): string {
  if (workflow !== null) return `${moneyText(cost.tokens, currency)} (tokens alone)`;
  const parts = [`tokens ${spoken(cost.tokens)}`, `infra ${known(cost.infra)}`, `overhead ${known(cost.overhead)}`];
  return `${moneyText(totalCost(cost), currency)} (${parts.join(', ')})`;
}

const known = (value: number | null): string => (value === null ? UNKNOWN : spoken(value));

/** Net by month; hours where nothing has a price. One month alone is no trend. */
export function chartOf({ months, currency, workflow }: RoiTrend): Part[] {
  if (months.length < 2) return [];
  const priced = months.some(({ net }) => net !== null);
  const values = months.map((month) => (priced ? month.net : month.hours_saved));
  if (values.every((value) => value === null)) return [];
  return [
    {
      part: 'chart',
      title: `${priced ? 'Net' : 'Hours saved'} per month${priced && workflow ? ' before shared costs' : ''}`,
      kind: 'line',
      unit: priced ? (currency ?? '') : 'h',
      labels: months.map(({ label, complete }) => `${label}${complete ? '' : ' so far'}`),
      series: [{ name: priced ? 'net' : 'hours saved', values }],
    },
  ];
}

const notesOf = (roi: Roi, review: ReviewShare | null): Text[] =>
  [
    [roi.workflows.length === 0 ? 'No workflow ran.' : ''],
    [measuredText(roi)],
    [review ? `${shareText(review)}.` : ''],
    ...firstOf(roi.left_out, MOST_LEFT_OUT, 'reason', ({ workflow, reason }): Text[] => [
      [`Left out: ${workflow ? `${workflow}, ` : ''}${oneLine(reason)}.`],
    ]),
    [chargedText(roi)],
  ].filter(([line]) => line !== '');

export function measuredText({ measured_share, runs }: Roi): string {
  if (runs === 0) return '';
  if (measured_share === null) return 'Review time: no counted run needed a review; the baseline stands for all.';
  return `Review time measured for ${Math.round(measured_share * 100)} % of the reviewed runs; the baseline stands for the others.`;
}

/** `2026-11` as `November 2026`. */
const monthText = (month: string): string =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function chargedText({ complete, charged, workflow }: Roi): string {
  const parts = charged.filter(({ days, of }) => days < of);
  if (workflow || parts.length === 0) return '';
  const days = parts.map(({ month, days: begun, of }) => `${begun} of ${of} days of ${monthText(month)}`).join(', ');
  return `Infrastructure and overhead are monthly; charged here for ${days}${complete ? '' : ', as far as the period has come'}.`;
}
