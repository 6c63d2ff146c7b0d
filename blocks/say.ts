import { code, command, join, link, person, type Span, strong, type Text, time } from '../src/message/text.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { personSpan, type Reader } from './time.ts';

/** The page of a run. */
export const runPath = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;
/** The page of a review. */
export const reviewPath = (reviewId: string): string => `/reviews/${encodeURIComponent(reviewId)}`;
/** The page that gives out one output of a run. */
export const outputPath = (runId: string, path: string): string =>
  `${runPath(runId)}/outputs/${path.split('/').map(encodeURIComponent).join('/')}`;

export const runLink = (runId: string): Span => link(runId, runPath(runId));
export const reviewLink = (reviewId: string): Span => link(reviewId, reviewPath(reviewId));

/** A label in bold and what it says: `Here because: …`. */
export const labelled = (label: string, ...value: Span[]): Text => [strong(`${label}:`), ' ', ...value];

/** Foreign words, quoted, as one line. */
export const quoted = (words: string, most = 300): string => `"${oneLine(words, most)}"`;

/** `Ana`, `Ana and Jon`, `Ana, Jon and Maya`, as people. */
export function people(keys: readonly string[], reader: Reader, most = 6): Text {
  const shown = keys.slice(0, keys.length > most ? most - 1 : most).map((key) => [personSpan(key, reader)]);
  const all: Text[] = keys.length > most ? [...shown, [`${keys.length - most + 1} more`]] : shown;
  const last = all.at(-1) ?? [];
  return all.length < 2 ? last : [...join(all.slice(0, -1), ', '), ' and ', ...last];
}

/** The sentence without a full stop at its end, for going on behind it. */
export const openEnded = (sentence: string): string => sentence.replace(/[.\s]+$/, '');

export { code, command, join, link, person, strong, time };
