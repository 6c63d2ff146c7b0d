/** One line of the bench's table. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What the value is measured against, in the same unit and the same run; null where there is nothing fair. */
  baseline: { words: string; value: number } | null;
  /** `value / baseline`, or what the pairs of measurements gave; null without a baseline. */
  ratio: number | null;
  /** Null for a figure that is reported only. */
  target: { words: string; met: boolean } | null;
  /** How it was measured, where the name does not say it. */
  note?: string;
}

export const atMost = (value: number, most: number, unit: string) => ({
  words: `at most ${most} ${unit}`.trim(),
  met: value <= most,
});

export const atLeast = (value: number, least: number, unit: string) => ({
  words: `at least ${least} ${unit}`.trim(),
  met: value >= least,
});

const HEAD = ['figure', 'value', 'baseline', 'ratio', 'target', ''];

/** The figures as a table of plain text, notes below it. */
export function tableOf(figures: readonly Figure[]): string {
  const noted = figures.filter(({ note }) => note !== undefined);
  const rows = figures.map((figure) => {
    const mark = figure.note === undefined ? '' : ` [${noted.indexOf(figure) + 1}]`;
    return [
      `${figure.name}${mark}`,
      `${digits(figure.value)} ${figure.unit}`,
      figure.baseline ? `${digits(figure.baseline.value)} (${figure.baseline.words})` : '',
      figure.ratio === null ? '' : digits(figure.ratio),
      figure.target?.words ?? '',
      figure.target ? (figure.target.met ? 'met' : 'NOT met') : 'reported',
    ];
  });
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const notes = noted.map(({ note }, index) => `[${index + 1}] ${note}`);
  return [line(HEAD), rule, ...rows.map(line), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** Three significant digits, whole numbers in full. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size === 0) return '0';
  const places = Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return value
    .toFixed(places)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
