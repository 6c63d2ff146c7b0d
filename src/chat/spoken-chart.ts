import { clean } from '../message/clean.ts';
import type { Chart } from '../message/view.ts';

/** What is to be seen in the picture of a chart, for those who hear it. */
export function spokenChart({ kind, title, unit, labels, series }: Chart): string {
  const value = (one: number | null | undefined) =>
    one == null ? 'unavailable' : one.toLocaleString('en-GB', { maximumFractionDigits: 2 });
  const lines = series.map(
    ({ name, values }) => `${name}: ${labels.map((label, index) => `${label} ${value(values[index])}`).join(', ')}`,
  );
  return clean(`${title}${unit ? ` in ${unit}` : ''}, a ${kind} chart. ${lines.join('; ')}.`);
}
