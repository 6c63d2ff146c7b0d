import type { Action, LinkAction } from '../src/message/action.ts';
import type { Roi } from '../src/reports/roi.ts';
import type { RoiTrend } from '../src/reports/roi-trend.ts';

/**
 * The figures one would ask for next: the month before, the other periods that run now, all workflows; and the same
 * figures as a file and as the page that shows how they come about.
 */
export function roiActions(roi: Roi, { months }: RoiTrend): (Action | LinkAction)[] {
  const unit = unitOf(roi);
  const before = unit === 'month' ? months.at(-2) : undefined;
  const only = roi.workflow === null ? [] : [roi.workflow];
  const others = (['month', 'quarter', 'year'] as const).filter((word) => word !== unit || roi.complete);
  return [
    ...(before ? [show(`Show ${before.label}`, ['roi', ...only, `month=${before.month}`])] : []),
    ...others.map((word) => show(`Show this ${word}`, ['roi', word, ...only], true)),
    ...(only.length > 0 ? [show('Show all workflows', ['roi', ...named(roi, unit)], true)] : []),
    {
      ...{ intent: 'open', label: 'CSV', path: csvPath(roi) },
      hands: ['roi', ...only, ...named(roi, unit), '--csv'].join(' '),
    },
    { intent: 'open', label: 'How is this computed?', path: `/roi?${query(roi, unit)}`, rare: true },
  ];
}

/** Where the console gives the figures as a file. */
export const csvPath = (roi: Roi): string => `/roi.csv?${query(roi, unitOf(roi))}`;

const named = (roi: Roi, unit: Unit): string[] => periodOf(roi, unit).map(([key, value]) => `${key}=${value}`);

function query(roi: Roi, unit: Unit): string {
  const pairs = new URLSearchParams(periodOf(roi, unit));
  if (roi.workflow !== null) pairs.set('workflow', roi.workflow);
  return pairs.toString();
}

const show = (label: string, words: string[], rare = false): Action => ({
  intent: 'command',
  subject: words.join(' '),
  label,
  style: 'plain',
  ...(rare ? { rare } : {}),
});

type Unit = 'month' | 'quarter' | 'year' | 'days';

/** What the period is, by its local dates. */
function unitOf({ from, to }: Pick<Roi, 'from' | 'to'>): Unit {
  const [begin, end] = [from, to].map((date) => date.split('-').map(Number));
  if (!begin || !end || begin[2] !== 1 || end[2] !== 1) return 'days';
  const [year = 0, month = 0] = begin;
  const months = ((end[0] ?? 0) - year) * 12 + (end[1] ?? 0) - month;
  if (months === 1) return 'month';
  if (months === 3 && month % 3 === 1) return 'quarter';
  return months === 12 && month === 1 ? 'year' : 'days';
}

/** What names this very period, in words and in an address alike. */
function periodOf({ from, to }: Pick<Roi, 'from' | 'to'>, unit: Unit): [string, string][] {
  const [year = '', month = ''] = from.split('-');
  switch (unit) {
    case 'month':
      return [['month', `${year}-${month}`]];
    case 'quarter':
      return [['quarter', `${year}-Q${Math.ceil(Number(month) / 3)}`]];
    case 'year':
      return [['year', year]];
    case 'days':
      return [
        ['from', from],
        ['to', to],
      ];
  }
}
