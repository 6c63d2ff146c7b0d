import { lstat, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { CoworkError, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { hashFolder } from '../runs/files-hash.ts';
import { makeFolder, syncFolder, syncTree, writeDurable } from './durable.ts';
import type { Modes } from './modes.ts';
import { papersOf } from './papers.ts';
import { OWN, type Prepared } from './prepare.ts';
import type { Promotion } from './promotion.ts';
import { PRODUCTION } from './target.ts';

/** The target cannot be used as it is; somebody has to change a folder or the definition. */
export class CannotPlace extends Error {}

const MOST_NAMES = 1000;

/**
 * Claims a free name for the outputs and renames the copy to it: `wanted`, else `wanted-2`, `-3`, … Taken is what the
 * record has ever given to another run, and whatever lies there. The claim is written before the rename, so that of two
 * runs only one can have a name, and a process that died in between finds it again. Answers the home-relative folder.
 */
export async function place(
  ground: Ground,
  root: string,
  promotion: Promotion,
  prepared: Prepared,
  modes: Modes,
): Promise<string> {
  const { wanted } = promotion.row;
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const target = number === 1 ? wanted : `${wanted}-${number}`;
    await makeParents(ground, root, target, promotion.row.run_id);
    if (await exists(join(root, target))) continue;
    if (!(await claim(ground, promotion.row.run_id, target))) continue;
    const { manifest } = await papersOf(ground.db, promotion, target);
    await writeManifest(prepared, manifest, modes);
    if (await moveInto(prepared.folder, join(root, target))) return target;
  }
  throw new CannotPlace(`${wanted} and ${MOST_NAMES} names like it are taken`);
}

async function writeManifest(prepared: Prepared, manifest: string, modes: Modes): Promise<void> {
  const path = join(prepared.folder, OWN, 'manifest.json');
  await rm(path, { force: true });
  await writeDurable(path, manifest, modes.file);
  await syncTree(prepared.folder);
}

/** False where something has come to lie there since; nothing is ever replaced. */
async function moveInto(from: string, to: string): Promise<boolean> {
  // rename() would replace an empty folder; the look just before leaves that to somebody who races with us by hand.
  if (await exists(to)) return false;
  try {
    await rename(from, to);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
  return true;
}

/** Compare-and-set on the promotion's state, and the unique key on the name. False where the name is another run's. */
async function claim(ground: Ground, run_id: string, target: string): Promise<boolean> {
  try {
    const claimed = await ground.db
      .updateTable('promotions')
      .set({ state: 'claimed', target })
      .where('run_id', '=', run_id)
      .where('state', 'in', ['due', 'blocked', 'claimed'])
      .returning('run_id')
      .executeTakeFirst();
    if (!claimed) throw new CoworkError('conflict', `The promotion of ${run_id} was revoked meanwhile.`);
    return true;
  } catch (error) {
    if (systemCode(error) === UNIQUE_VIOLATION) return false;
    throw error;
  }
}
const UNIQUE_VIOLATION = '23505';

/**
 * Makes the folders above a target, each a real folder under `production/` once links are resolved, and none of them
 * itself a promoted folder: that one would be edited.
 */
async function makeParents(ground: Ground, root: string, target: string, run_id: string): Promise<void> {
  const base = await realpath(join(root, PRODUCTION));
  const parents: string[] = [];
  for (let at = posix.dirname(target); at !== PRODUCTION; at = posix.dirname(at)) parents.unshift(at);
  if (parents.length > 0) {
    const inside = await ground.db
      .selectFrom('promotions')
      .select('target')
      .where('target', 'in', parents)
      .where('run_id', '<>', run_id)
      .where('state', '<>', 'undone')
      .executeTakeFirst();
    if (inside)
      throw new CannotPlace(`${target} would lie inside ${inside.target}, which holds the outputs of another run`);
  }
  for (const parent of parents) {
    await makeFolder(join(root, parent), 0o755);
    const real = await realpath(join(root, parent));
    if (!real.startsWith(base + sep)) throw new CannotPlace(`${parent} is a link that leaves production/`);
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );

/** The product's manifest in a promoted folder; null where there is none that can be read. */
export const manifestOf = (folder: string): Promise<Record<string, unknown> | null> =>
  readFile(join(folder, OWN, 'manifest.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => null);

/** Whether the claimed folder is there already with exactly the promoted bytes: the rename was done, its record was not. */
export async function isPlaced(root: string, promotion: Promotion): Promise<boolean> {
  const { target, run_id, output_hash } = promotion.row;
  if (!target) return false;
  const folder = join(root, target);
  if ((await manifestOf(folder))?.run_id !== run_id) return false;
  return (await hashFolder(folder, { production: true })).hash === output_hash;
}
