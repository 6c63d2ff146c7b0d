import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../ground.ts';
import { removeFolder } from '../skills/fence/remove-folder.ts';
import { workFolder } from './folders.ts';

/**
 * Removes the scratch folders of runs that have ended: a worker that died between the end of a run and its tidying up
 * left them. Answers how many.
 */
export async function sweepScratch(ground: Pick<Ground, 'db' | 'data'>): Promise<number> {
  const names = await readdir(join(ground.data, 'work')).catch(() => []);
  if (names.length === 0) return 0;
  const ended = await ground.db
    .selectFrom('runs')
    .select('id')
    .where('id', 'in', names)
    .where('state', '=', 'ended')
    .execute();
  for (const { id } of ended) await removeFolder(workFolder(ground.data, id));
  return ended.length;
}
