import { stringify } from 'csv-stringify/sync';
import type { Roi, RoiWorkflow } from './roi.ts';

const COLUMNS = [
  ...['from', 'to', 'complete', 'workflow', 'currency', 'runs', 'hours_saved', 'value'],
  ...['cost_tokens', 'cost_infra', 'cost_overhead', 'net', 'ended', 'failed', 'missed', 'late', 'decided', 'rejected'],
  ...['measured_share', 'left_out'],
];

/** What the figures of a period are called as a file. */
export const roiCsvName = ({ from, to }: Pick<Roi, 'from' | 'to'>): string => `roi-${from}-to-${to}.csv`;

type Cell = string | number | boolean | null;

/**
 * The figures of a period as CSV (RFC 4180): a row for each workflow, then one of all together, named `(all)`. An empty cell is
 * unavailable. `to` is exclusive; the net of a workflow is before shared costs.
 */
export function roiCsv(roi: Roi): string {
  const rows = [...roi.workflows.map((row) => workflowRow(roi, row)), totalRow(roi)];
  return stringify(rows, {
    header: true,
    columns: COLUMNS,
    record_delimiter: 'windows',
    cast: { boolean: String },
    // A text that a spreadsheet would take for a formula is none.
    escape_formulas: true,
  });
}

const workflowRow = (roi: Roi, row: RoiWorkflow): Cell[] => [
  ...[roi.from, roi.to, roi.complete, row.workflow, roi.currency, row.runs, row.hours_saved, row.value],
  ...[row.tokens, null, null, row.net, row.ended, row.failed, row.missed, row.late, row.decided, row.rejected],
  ...[null, leftOut(roi, row.workflow)],
];

const totalRow = (roi: Roi): Cell[] => {
  const sum = (of: 'ended' | 'failed' | 'missed' | 'late' | 'decided' | 'rejected') =>
    roi.workflows.reduce((total, row) => total + row[of], 0);
  return [
    ...[roi.from, roi.to, roi.complete, roi.workflow ?? '(all)', roi.currency, roi.runs, roi.hours_saved, roi.value],
    ...[roi.cost.tokens, roi.cost.infra, roi.cost.overhead, roi.net],
    ...[sum('ended'), sum('failed'), sum('missed'), sum('late'), sum('decided'), sum('rejected')],
    ...[roi.measured_share, leftOut(roi, null)],
  ];
};

const leftOut = ({ left_out }: Roi, workflow: string | null): string =>
  left_out
    .filter((each) => each.workflow === workflow)
    .map(({ reason }) => reason)
    .join('; ');
