import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Ground } from '../ground.ts';
import { recordedOutputs } from '../reviews/item.ts';
import { inRunFolder } from '../reviews/locate.ts';
import type { RunRow } from '../store/schema.ts';
import { type Comparison, comparedApart, LATE } from './diff-apart.ts';
import { keyOf, knownDifference, rememberDifference } from './diff-known.ts';
import type { Detail } from './diff-text.ts';
import { deliveryBefore } from './key-numbers.ts';
import { pictureOf } from './preview-image.ts';
import { decodeText } from './preview-text.ts';
import { openOutput, openPlaced, readPart } from './run-file.ts';

export interface FileSide {
  bytes: number;
  sha256: string;
}

/** A file of either side, by the record; `detail` only where it was asked for. */
export interface FileChange {
  path: string;
  how: 'added' | 'removed' | 'changed' | 'unchanged';
  before: FileSide | null;
  after: FileSide | null;
  detail: Detail | null;
}

/** The delivery that a run's outputs are compared with. */
export interface LastApproved {
  run: Pick<RunRow, 'id' | 'workflow' | 'folder' | 'review_id'>;
  /** Home-relative folder in production. */
  target: string | null;
  placed_at: Date;
}

/** Text up to this size is compared by its contents. */
export const COMPARED_BYTES = 4_000_000;
const SIGNATURE_BYTES = 64;

/** The workflow's latest delivery of the same data class before this run that still stands; undefined where there is none. */
export async function lastApproved(
  { db }: Pick<Ground, 'db'>,
  run: Pick<RunRow, 'id' | 'workflow' | 'data_class' | 'queued_at'>,
): Promise<LastApproved | undefined> {
  const found = await deliveryBefore(db, run);
  if (!found?.placed_at) return undefined;
  const delivered = await db
    .selectFrom('runs')
    .select(['id', 'workflow', 'folder', 'review_id'])
    .where('id', '=', found.id)
    .executeTakeFirstOrThrow();
  return { run: delivered, target: found.target, placed_at: found.placed_at };
}

/** What is added, removed, changed and the same, file by file, by the recorded hashes: reads no file. */
export async function changedFiles(
  ground: Pick<Ground, 'db'>,
  before: Pick<RunRow, 'id'>,
  after: Pick<RunRow, 'id'>,
): Promise<FileChange[]> {
  const [old, now] = await Promise.all([recordedOutputs(ground.db, before.id), recordedOutputs(ground.db, after.id)]);
  const sides = new Map<string, Pick<FileChange, 'before' | 'after'>>();
  for (const { path, bytes, sha256 } of now) sides.set(path, { before: null, after: { bytes, sha256 } });
  for (const { path, bytes, sha256 } of old)
    sides.set(path, { after: sides.get(path)?.after ?? null, before: { bytes, sha256 } });
  return [...sides].map(([path, both]) => ({ path, ...both, how: howOf(both), detail: null }));
}

const howOf = ({ before, after }: Pick<FileChange, 'before' | 'after'>): FileChange['how'] => {
  if (!before) return 'added';
  if (!after) return 'removed';
  return before.sha256 === after.sha256 ? 'unchanged' : 'changed';
};

/** Where the two sides of a comparison lie. */
export interface Sides {
  /** The active home's root. */
  root: string;
  before: LastApproved;
  after: Pick<RunRow, 'id' | 'workflow' | 'folder'>;
}

/**
 * The very difference of one changed file: tables by rows, JSON by values, other text by lines, pictures by eye, anything else
 * by its hash and size alone. `LATE` once `signal` aborts; no file is read from then on.
 */
export async function differenceOf(sides: Sides, file: FileChange, signal?: AbortSignal): Promise<Detail> {
  if (signal?.aborted) return LATE;
  if (file.how !== 'changed' || !file.before || !file.after) return nothing('There is only one side to look at.');
  const pictures = await picturesOf(sides, file.path);
  if (pictures) return pictures;
  if (Math.max(file.before.bytes, file.after.bytes) > COMPARED_BYTES)
    return nothing('This file is over 4 MB, so it is compared by its size and hash only. Download both to look.');
  const recorded = { before: file.before, after: file.after };
  const read = () => textsOf(sides, file.path, recorded);
  const key = keyOf(file.path, file.before.sha256, file.after.sha256);
  const known = knownDifference(key);
  if (known) {
    // What lies there now may no longer be what was compared then.
    const found = await read();
    return 'kind' in found ? found : known;
  }
  const detail = await comparedApart(read, signal);
  rememberDifference(key, detail);
  return detail;
}

/** Both sides' texts, or why they cannot be compared. */
async function textsOf(
  sides: Sides,
  path: string,
  recorded: { before: FileSide; after: FileSide },
): Promise<Comparison | Detail> {
  const [before, after] = await Promise.all([
    textOf(() => openBefore(sides, path), recorded.before),
    textOf(() => openIn(sides.root, sides.after, path), recorded.after),
  ]);
  if (before.why !== null) return nothing(`Of the last approved file ${before.why}.`);
  if (after.why !== null) return nothing(`Of this file ${after.why}.`);
  return { path, before: before.text, after: after.text };
}

/** Null where one of the two is none, or no longer lies in its run's own folder, from where a page shows it. */
async function picturesOf({ root, before, after }: Sides, path: string): Promise<Detail | null> {
  const found: { width: number; height: number }[] = [];
  for (const run of [before.run, after]) {
    const handle = await openIn(root, run, path);
    const picture = handle && (await measured(handle).finally(() => handle.close()));
    if (picture?.kind !== 'picture') return null;
    found.push({ width: picture.width, height: picture.height });
  }
  const [old, now] = found;
  return old && now ? { kind: 'pictures', before: old, after: now } : null;
}

const measured = async (handle: FileHandle) =>
  pictureOf(handle, await readPart(handle, SIGNATURE_BYTES), (await handle.stat()).size);

const nothing = (why: string): Detail => ({ kind: 'none', why });

const openIn = (root: string, run: Sides['after'], path: string): Promise<FileHandle | undefined> =>
  inRunFolder(root, run, (folder) => openOutput(folder, path));

/** The run's own copy, else the one in production, where the run's folder has been tidied away. */
const openBefore = async ({ root, before }: Sides, path: string): Promise<FileHandle | undefined> =>
  (await openIn(root, before.run, path)) ??
  (before.target === null ? undefined : await openPlaced(root, before.target, path));

type Side = { text: string; why: null } | { why: string };

/** A side's text, where it is text and still what the record says: a difference of other bytes would mislead. */
async function textOf(open: () => Promise<FileHandle | undefined>, recorded: FileSide): Promise<Side> {
  const handle = await open();
  if (!handle) return { why: 'nothing is left to compare with' };
  try {
    const bytes = await readPart(handle, COMPARED_BYTES + 1);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== recorded.sha256.replace(/^sha256:/, ''))
      return { why: 'the bytes on disk are not those in the record' };
    const text = decodeText(bytes, false);
    return text === null
      ? { why: 'the contents are not UTF-8 text, so its size and hash are compared only' }
      : { text, why: null };
  } finally {
    await handle.close();
  }
}
