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

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
