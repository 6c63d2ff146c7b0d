import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Ground } from '../ground.ts';
import { runFolder } from '../runs/folders.ts';
import type { RunRow } from '../store/schema.ts';
import { syncFolder } from './durable.ts';
import { isFolder, locateRun } from './locate.ts';

/** Under the run's lock: one rename, then the row that says so. Answers the folder, null where it is not time yet. */
export async function moveToArchive(ground: Ground, run_id: string): Promise<string | null> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirst();
  if (run?.state !== 'ended' || (await isWanted(ground, run))) return null;
  const { root } = (await ground.homes.active()).home;
  const to = runFolder(root, run, 'archive');
  const from = await locateRun(root, run);
  if (from !== to && (await isFolder(from))) {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    await syncFolder(dirname(to));
    await syncFolder(dirname(from));
  }
  await ground.db.updateTable('runs').set({ folder: 'archive' }).where('id', '=', run_id).execute();
  return to;
}

/** Whether people or a promotion still need the folder where it is. */
async function isWanted(ground: Ground, run: RunRow): Promise<boolean> {
  const review = await ground.db
    .selectFrom('reviews')
    .select('id')
    .where('run_id', '=', run.id)
    .where('state', 'in', ['open', 'approved', 'change_asked'])
    .executeTakeFirst();
  if (review) return true;
  const promotion = await ground.db
    .selectFrom('promotions')
    .select('run_id')
    .where('run_id', '=', run.id)
    .where('state', 'in', ['due', 'claimed', 'blocked'])
    .executeTakeFirst();
  return promotion !== undefined;
}
