import { stat } from 'node:fs/promises';
import { inside, runFolder } from '../runs/folders.ts';
import type { RunFolder, RunRow } from '../store/schema.ts';

const PLACES: readonly RunFolder[] = ['review_queue', 'staging', 'archive'];

/**
 * The folder where a run lies now. The record says where; since the rename and the row are two writes, the other places
 * are looked at where it is not there. Answers the recorded place when it is nowhere.
 */
export async function locateRun(root: string, run: Pick<RunRow, 'id' | 'workflow' | 'folder'>): Promise<string> {
  for (const place of [run.folder, ...PLACES]) {
    const folder = runFolder(root, run, place);
    if (await isFolder(inside.outputs(folder))) return folder;
  }
  return runFolder(root, run);
}

/**
 * What `open` finds in the folder where a run lies now; undefined where it finds nothing. Papers may be moved between the
 * look and the open, so a folder that has changed meanwhile is tried again.
 */
export async function inRunFolder<Found>(
  root: string,
  run: Pick<RunRow, 'id' | 'workflow' | 'folder'>,
  open: (folder: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  let folder = await locateRun(root, run);
  for (let tries = 0; tries < MOVES; tries += 1) {
    const found = await open(folder);
    if (found !== undefined) return found;
    const now = await locateRun(root, run);
    if (now === folder) return undefined;
    folder = now;
  }
  return undefined;
}

/** From the queue to the archive, and back by an undo: a run does not move more often while one looks. */
const MOVES = 3;

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
