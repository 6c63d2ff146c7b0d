import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Ground } from '../ground.ts';
import { hashFolder, listFiles } from '../runs/files-hash.ts';
import { inside } from '../runs/folders.ts';
import { BRIEF, isBrief } from './brief-check.ts';
import { copyDurable, makeFolder, writeDurable } from './durable.ts';
import { isOutputName } from './intact.ts';
import { isFolder } from './locate.ts';
import type { Modes } from './modes.ts';
import { papersOf, textHash } from './papers.ts';
import { FLAG, flagText, type Promotion } from './promotion.ts';
import { INCOMING, PRODUCTION } from './target.ts';

/** The product's own folder beside promoted outputs. */
export const OWN = '.cowork';

/** A full copy in `production/.incoming/<run_id>/`. */
export interface Prepared {
  folder: string;
  /** Hash of the bytes of the copy, read back after they were synced. */
  hash: string;
}

/**
 * Copies a run's outputs into `.incoming`, synced, read-only, and hashes the copy; whatever an earlier try left there goes
 * first. The caller compares the hash before anything is added or moved.
 */
export async function prepare(root: string, runFolder: string, promotion: Promotion, modes: Modes): Promise<Prepared> {
  await makeFolder(join(root, PRODUCTION), 0o755);
  await makeFolder(join(root, INCOMING), 0o700);
  const folder = join(root, INCOMING, promotion.run.id);
  await rm(folder, { recursive: true, force: true });
  await makeFolder(folder, modes.folder);
  const from = inside.outputs(runFolder);
  const made = new Set(['.']);
  // A folder that is gone has no files: the hash then tells that what was approved is not there.
  const paths = (await isFolder(from)) ? await listFiles(from) : [];
  for (const path of paths.filter(isOutputName)) {
    await makeFoldersFor(folder, path, made, modes.folder);
    await copyDurable(join(from, path), join(folder, path), modes.file);
  }
  const { hash } = await hashFolder(folder);
  return { folder, hash };
}

async function makeFoldersFor(root: string, path: string, made: Set<string>, mode: number): Promise<void> {
  const folder = dirname(path);
  if (made.has(folder)) return;
  await makeFoldersFor(root, folder, made, mode);
  await makeFolder(join(root, folder), mode);
  made.add(folder);
}

/**
 * Adds `approval.flag` and, under `.cowork/`, the validation and the brief. The manifest follows with the target's name.
 * False where the brief that was approved is lost: neither the file in the run's folder nor one written anew has its hash.
 */
export async function addPapers(
  ground: Ground,
  prepared: Prepared,
  runFolder: string,
  promotion: Promotion,
  modes: Modes,
  writeBrief: () => Promise<string>,
): Promise<boolean> {
  const flag = flagText(promotion);
  if (flag !== null) await writeDurable(join(prepared.folder, FLAG), flag, modes.file);
  const own = join(prepared.folder, OWN);
  await makeFolder(own, modes.folder);
  const { validation, briefHash } = await papersOf(ground.db, promotion, promotion.row.wanted);
  if (validation !== null) await writeDurable(join(own, 'VALIDATION.json'), validation, modes.file);
  if (briefHash === null) return true;
  const brief = join(own, BRIEF);
  if (isBrief(inside.brief(runFolder), briefHash)) {
    await copyDurable(inside.brief(runFolder), brief, modes.file);
    return isBrief(brief, briefHash);
  }
  const text = await writeBrief();
  if (textHash(text) !== briefHash) return false;
  await writeDurable(brief, text, modes.file);
  return true;
}
