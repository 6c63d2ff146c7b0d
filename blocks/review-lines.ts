import { sizeText } from '../src/message/plain.ts';
import type { Text } from '../src/message/text.ts';
import type { Checklist } from '../src/message/view.ts';
import type { ComparedNumber } from '../src/reports/key-numbers.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { join, labelled, runLink } from './say.ts';
import { counted, hashText } from './words.ts';

const MOST_FILES = 4;
const MOST_ITEMS = 8;

/** `Here because: confidence 0.72 is under 0.80; …`. The reason of a revocation stands in a line of its own. */
export function becauseLine({ reasons, revoked }: ReviewCard): Text {
  const told = reasons.filter((reason) => reason !== revoked?.reason).map((reason) => oneLine(reason));
  return labelled('Here because', told.join('; ') || 'no reason was noted');
}

/**
 * The workflow's own list, each item beside the key number whose label it names; the numbers that no item names stand
 * behind them, so that all are looked at.
 */
export function checklistOf({ to_check, key_numbers }: ReviewCard): Checklist {
  const { paired, left } = besideNumbers(to_check.slice(0, MOST_ITEMS), key_numbers);
  const items = paired.map(({ item, number }) => ({ label: [oneLine(item)], value: number && valueText(number) }));
  const numbers = left
    .slice(0, MOST_ITEMS)
    .map((number) => ({ label: [oneLine(number.label, 80)], value: valueText(number) }));
  const plain = items.length > 0 ? items : [{ label: ['The outputs are what the outcome of the workflow says'] }];
  return { part: 'checklist', title: '60-second check', items: [...plain, ...numbers] };
}

/** Each item with the key number that it speaks of, and the numbers of which none does. */
export function besideNumbers<N extends { label: string }>(
  items: readonly string[],
  numbers: readonly N[],
): { paired: { item: string; number: N | undefined }[]; left: N[] } {
  const left = [...numbers];
  const paired = items.map((item) => {
    const number = longestNamed(left, item);
    if (number) left.splice(left.indexOf(number), 1);
    return { item, number };
  });
  return { paired, left };
}

const plainWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** `net revenue` is meant where `revenue` would fit as well. */
const longestNamed = <N extends { label: string }>(numbers: N[], item: string): N | undefined =>
  numbers.filter(({ label }) => names(item, label)).sort((a, b) => b.label.length - a.label.length)[0];

/** Whether an item speaks of the number: all words of its label, in order, as whole words. */
const names = (item: string, label: string): boolean =>
  plainWords(label).trim() !== '' && plainWords(item).includes(plainWords(label));

/** `1,204,331 EUR (last approved 1,180,002, +2.1 %)`. */
export function valueText({ value, last, change }: ComparedNumber): Text {
  const now = oneLine(value, 80);
  if (last === null) return [now];
  return [`${now} (last approved ${oneLine(last, 80)}${change ? `, ${changeText(change)}` : ''})`];
}

/** `+2.1 %`, `-3 points`, `unchanged`. */
export function changeText({ by, in: unit }: NonNullable<ComparedNumber['change']>): string {
  if (by === 0) return 'unchanged';
  const figure = `${by > 0 ? '+' : '-'}${Math.abs(by).toLocaleString('en-GB')}`;
  return unit === 'percent' ? `${figure} %` : `${figure} ${Math.abs(by) === 1 ? 'point' : 'points'}`;
}

/** Which inputs did not arrive; nothing where there are none to arrive. */
export function completenessLine({ inputs, degraded }: Pick<ReviewCard, 'inputs' | 'degraded'>): Text {
  if (inputs === 0) return [];
  if (degraded.length === 0)
    return labelled('Completeness', inputs === 1 ? 'the input arrived' : `all ${inputs} inputs arrived`);
  const shown = degraded.slice(0, MOST_ITEMS).map(({ name, status, required, detail }) => {
    const why = detail ? `: ${oneLine(detail, 120)}` : '';
    return `${name} unavailable (${status}, ${required ? 'required' : 'optional'})${why}`;
  });
  const more = degraded.length - shown.length;
  return labelled('Completeness', [...shown, ...(more > 0 ? [`${counted(more, 'more input')}`] : [])].join('; '));
}

/** `Checks: WARN, 1 of 2 passed`, and what failed where no reason has said so; names only where words are withheld. */
export function checksLine({ checks, validation, reasons }: ReviewCard): Text {
  if (checks.length === 0) return labelled('Checks', 'none');
  const bad = checks.filter(({ result }) => result !== 'PASS');
  const untold = bad.filter(({ name }) => !reasons.some((reason) => reason.startsWith(`${name} `)));
  const told = untold
    .slice(0, MOST_ITEMS)
    .map(({ name, result, message }) => `${name} ${result}${message ? ` (${oneLine(message, 160)})` : ''}`);
  const rest = untold.length > told.length ? [`${untold.length - told.length} more`] : [];
  const passed = `${checks.length - bad.length} of ${checks.length} passed`;
  return labelled('Checks', [`${validation ?? 'none'}, ${passed}`, ...told, ...rest].join('; '));
}

/** `Output: brief.md (4 kB), metrics.json (1 kB) · goes to production/reports/board/2026-11-21/`. */
export function outputLine({
  outputs,
  target,
  state,
}: Pick<ReviewCard, 'target' | 'state'> & { outputs: readonly { path: string; bytes: number }[] }): Text {
  const shown = outputs.slice(0, outputs.length > MOST_FILES ? MOST_FILES - 1 : MOST_FILES);
  const files = shown.map(({ path, bytes }) => `${oneLine(path, 100)} (${sizeText(bytes)})`);
  const more = outputs.length - shown.length;
  const all = [...files, ...(more > 0 ? [`and ${counted(more, 'more file')}`] : [])].join(', ') || 'no file';
  return labelled('Output', state === 'open' ? `${all} · goes to ${oneLine(target)}/` : all);
}

/** `sha256 ab12 9f03 … · run 7k3qw9 · finance-memo-v2`. */
export const hashLine = ({ output_hash, run_id, skills }: ReviewCard): Text =>
  join(
    [[hashText(output_hash)], ['run ', runLink(run_id)], ...(skills.length > 0 ? [[skills.join(', ')]] : [])],
    ' · ',
  );
