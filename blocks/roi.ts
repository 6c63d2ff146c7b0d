import { textTable } from '../src/message/table.ts';
import type { Roi, RoiWorkflow } from '../src/reports/roi.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { counted } from './words.ts';

/** What a period was worth, in plain text: one line first, then how it is made up, what is left out, and how it is computed. */
export function roiText(roi: Roi): string {
  const lines = [
    headline(roi),
    madeOf(roi),
    ...(roi.workflows.length > 0 ? textTable(HEADER, roi.workflows.map(rowOf)) : ['No workflow ran.']),
    measuredText(roi),
    ...roi.left_out.map(({ workflow, reason }) => `Left out: ${workflow ? `${workflow}, ` : ''}${oneLine(reason)}.`),
    chargedText(roi),
    HOW,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

const HOW =
  'Hours saved: minutes by hand less minutes of review, for each delivered run. Value: hours at the loaded rate. ' +
  'Net: value less tokens, infrastructure and overhead.';

function headline(roi: Roi): string {
  const subject = `${roi.workflow ? `${roi.workflow}, ` : ''}${roi.label}${roi.complete ? '' : ' so far'}`;
  const scope = roi.workflow ? ' before shared costs' : '';
  return `${subject}: net ${money(roi.net, roi, true)}${scope}, ${hours(roi.hours_saved)}${comparison(roi)}`;
}

function comparison({ previous }: Roi): string {
  if (!previous || previous.hours_change === null) return '';
  const change = Math.round(previous.hours_change * 100);
  return ` (${change > 0 ? '+' : ''}${change} % on ${previous.label})`;
}

function madeOf(roi: Roi): string {
  const { tokens, infra, overhead } = roi.cost;
  const costs = roi.workflow
    ? `tokens ${money(tokens, roi)}`
    : `tokens ${money(tokens, roi)}, infra ${money(infra, roi)}, overhead ${money(overhead, roi)}`;
  return `${counted(roi.runs, 'delivered run')} · Value ${money(roi.value, roi)} · Cost: ${costs} · Net ${money(roi.net, roi, true)}`;
}

const HEADER = (
  ['Workflow', 'runs', 'hours', 'value', 'tokens', 'net', 'errors', 'missed', 'late', 'rejected'] as const
).map((label, index) => ({ label, align: index === 0 ? ('left' as const) : ('right' as const) }));

const rowOf = (row: RoiWorkflow): string[] => [
  row.workflow,
  String(row.runs),
  row.hours_saved === null ? UNKNOWN : figure(row.hours_saved),
  row.value === null ? UNKNOWN : figure(row.value),
  figure(row.tokens),
  row.net === null ? UNKNOWN : figure(row.net),
  share(row.failed, row.ended),
  String(row.missed),
  String(row.late),
  share(row.rejected, row.decided),
];

const UNKNOWN = 'unavailable';

/** `1 of 4`; a dash where there was nothing to count. */
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${part} of ${whole}`);

function measuredText({ measured_share, runs }: Roi): string {
  if (runs === 0) return '';
  if (measured_share === null) return 'Review time: no counted run needed a review; the baseline stands for all.';
  return `Review time measured for ${Math.round(measured_share * 100)} % of the reviewed runs; the baseline stands for the others.`;
}

function chargedText({ complete, charged, workflow }: Roi): string {
  const parts = charged.filter(({ days, of }) => days < of);
  if (workflow || parts.length === 0) return '';
  const days = parts.map(({ month, days: begun, of }) => `${begun} of ${of} days of ${month}`).join(', ');
  return `Infrastructure and overhead are monthly; charged here for ${days}${complete ? '' : ', as far as the period has come'}.`;
}

const figure = (value: number): string =>
  value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const hours = (value: number | null): string =>
  value === null ? 'hours saved unavailable' : `${figure(value)} hours saved`;

const money = (value: number | null, { currency }: Roi, sign = false): string => {
  if (value === null) return UNKNOWN;
  return `${sign && value > 0 ? '+' : ''}${figure(value)} ${currency ?? '(no currency set)'}`;
};
