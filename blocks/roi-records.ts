import type { Text } from '../src/message/text.ts';
import type { Part } from '../src/message/view.ts';
import type { Roi, RoiWorkflow } from '../src/reports/roi.ts';
import { amount, UNKNOWN } from './roi-figures.ts';

const MOST = 10;

/** What tokens cost is money, as value and net are; a count of them is nowhere here. */
const COLUMNS = (
  ['Workflow', 'Runs', 'Hours', 'Value', 'Token cost', 'Net', 'Errors', 'Missed', 'Late', 'Rejected'] as const
).map((label, index) => ({ label, align: index === 0 ? ('left' as const) : ('right' as const) }));

/** A row for each workflow, the most worth first, those whose worth is unknown last; its quality beside it (P3.6). */
export function roiRecords({ workflows, currency }: Pick<Roi, 'workflows' | 'currency'>): Part[] {
  if (workflows.length === 0) return [];
  const sorted = workflows.toSorted((a, b) => worth(b) - worth(a) || (a.workflow < b.workflow ? -1 : 1));
  return [
    {
      part: 'records',
      caption: `By workflow${currency ? `, money in ${currency}` : ''}`,
      columns: COLUMNS,
      rows: sorted.slice(0, MOST).map(rowOf),
      more: Math.max(0, sorted.length - MOST),
      noun: 'workflow',
    },
  ];
}

const worth = ({ net }: RoiWorkflow): number => net ?? -Number.MAX_VALUE;

const rowOf = (row: RoiWorkflow): Text[] =>
  [
    row.workflow,
    String(row.runs),
    row.hours_saved === null ? UNKNOWN : amount(row.hours_saved),
    row.value === null ? UNKNOWN : amount(row.value),
    amount(row.tokens),
    row.net === null ? UNKNOWN : amount(row.net),
    share(row.failed, row.ended),
    String(row.missed),
    String(row.late),
    share(row.rejected, row.decided),
  ].map((cell) => [cell]);

/** `1 of 4`; a dash where there was nothing to count. */
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${part} of ${whole}`);
