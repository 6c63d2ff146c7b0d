import type { Ground } from '../ground.ts';
import { recordedOutputs } from '../reviews/item.ts';
import type { RunRow } from '../store/schema.ts';
import { changedFiles, differenceOf, type FileChange, lastApproved, type Sides } from './diff-outputs.ts';
import type { Detail } from './diff-text.ts';
import { type OutputPreview, outputPreviews } from './output-previews.ts';
import { type ReviewCard, reviewCard } from './review-card.ts';

/** A file beside the last approved one, in a few lines. */
export interface ShortChange {
  path: string;
  how: Exclude<FileChange['how'], 'unchanged'>;
  /** Lines, rows of a table, or values of a JSON document; null where contents were not compared. */
  counted: { unit: 'line' | 'row' | 'value'; added: number; removed: number; changed: number } | null;
  /** The first changed lines, each with its `+` or `-`. */
  lines: string[];
  /** Why contents were not compared, as a sentence; null where they were, or where there is one side only. */
  why: string | null;
  /** There was no time left to compare its contents; the page of the review does. */
  late?: true;
}

/** What is different from the delivery before, ISO 8601 in UTC. */
export interface ShortDifference {
  run_id: string;
  placed_at: string;
  changes: ShortChange[];
  unchanged: number;
  /** Changed files that are not in `changes`. */
  more: number;
}

/** An item as Look opens it for one person who may see the contents. */
export interface ReviewLook extends ReviewCard {
  /** How the outputs begin that people can read; empty where the person may not see contents. */
  previews: OutputPreview[];
  /** Null where nothing was delivered before, or where the person may not see contents. */
  difference: ShortDifference | null;
}

const MOST_FILES = 5;
const MOST_LINES = 12;
/** Reading and comparing all files together: a click is answered within three seconds. */
const MOST_MS = 2000;

/**
 * All that Look shows this person; without the contents where they may not see them. What is still to be compared after two
 * seconds, or once `signal` aborts, is left to the page. Throws `not_found`.
 */
export async function reviewLook(
  ground: Ground,
  id: number,
  person: string | null,
  { signal, member }: { signal?: AbortSignal | undefined; member?: boolean | undefined } = {},
): Promise<ReviewLook> {
  const card = await reviewCard(ground, id, person, member);
  if (card.hidden !== null) return { ...card, previews: [], difference: null };
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', card.run_id).executeTakeFirstOrThrow();
  const limit = AbortSignal.any([AbortSignal.timeout(MOST_MS), ...(signal ? [signal] : [])]);
  const previews = await outputPreviews(card.folder, await recordedOutputs(ground.db, card.run_id), limit);
  return { ...card, previews, difference: await shortDifference(ground, run, limit) };
}

async function shortDifference(ground: Ground, run: RunRow, limit: AbortSignal): Promise<ShortDifference | null> {
  const before = await lastApproved(ground, run);
  if (!before) return null;
  const { home } = await ground.homes.active();
  const sides: Sides = { root: home.root, before, after: run };
  const files = await changedFiles(ground, before.run, run);
  const different = files.filter(({ how }) => how !== 'unchanged');
  const changes: ShortChange[] = [];
  for (const file of different.slice(0, MOST_FILES)) changes.push(await shortChange(sides, file, limit));
  return {
    run_id: before.run.id,
    placed_at: before.placed_at.toISOString(),
    changes,
    unchanged: files.length - different.length,
    more: different.length - changes.length,
  };
}

async function shortChange(sides: Sides, file: FileChange, limit: AbortSignal): Promise<ShortChange> {
  const { path } = file;
  const how = file.how === 'unchanged' ? 'changed' : file.how;
  if (how !== 'changed') return { path, how, counted: null, lines: [], why: null };
  const detail = await differenceOf(sides, file, limit);
  return { path, how, ...inShort(detail) };
}

function inShort(detail: Detail): Omit<ShortChange, 'path' | 'how'> {
  switch (detail.kind) {
    case 'none':
      return { counted: null, lines: [], why: detail.why, ...(detail.late ? { late: true } : {}) };
    case 'pictures':
      return { counted: null, lines: [], why: 'Both pictures stand beside each other on the page of the review.' };
    case 'lines': {
      const { added, removed } = detail;
      const changed = detail.hunks.flatMap(({ lines }) => lines.filter(({ how }) => how !== 'same'));
      const lines = changed.slice(0, MOST_LINES).map(({ how, text }) => `${how === 'added' ? '+' : '-'} ${text}`);
      return { counted: { unit: 'line', added, removed, changed: 0 }, lines, why: null };
    }
    case 'rows': {
      const { added, removed, changed } = detail.counts;
      const lines = detail.changes.slice(0, MOST_LINES).map(({ how, cells, was }) => {
        const earlier = Object.values(was).join(', ');
        return `${SIGNS[how]} ${cells.join(', ')}${earlier ? ` (was ${earlier})` : ''}`;
      });
      return { counted: { unit: 'row', added, removed, changed }, lines, why: null };
    }
    case 'values': {
      const { added, removed, changed } = detail.counts;
      const lines = detail.changes.slice(0, MOST_LINES).map(({ how, path, was, is }) => {
        const earlier = how === 'changed' ? ` (was ${was})` : '';
        return `${SIGNS[how]} ${path || 'the whole'}: ${is ?? was}${earlier}`;
      });
      return { counted: { unit: 'value', added, removed, changed }, lines, why: null };
    }
  }
}

const SIGNS = { added: '+', removed: '-', changed: '±' } as const;
