import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { hashFolder, listFiles } from '../runs/files-hash.ts';
import { inside } from '../runs/folders.ts';
import { copyDurable, makeFolder, writeDurable } from './durable.ts';
import { isOutputName } from './intact.ts';
import { isFolder } from './locate.ts';
import type { Modes } from './modes.ts';
import { flagText, type Promotion } from './promotion.ts';
import { INCOMING, PRODUCTION } from './target.ts';

/** The product's own folder beside promoted outputs. */
export const OWN = '.cowork';

/** A full copy in `production/.incoming/<run_id>/`. */
export interface Prepared {
  folder: string;
  /** Hash of the bytes of the copy, read back after they were synced. */
  hash: string;
  /** The run's manifest as it lies in its folder. */
  manifest: Record<string, unknown>;
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
  return { folder, hash, manifest: await readManifest(inside.manifest(runFolder)) };
}

async function makeFoldersFor(root: string, path: string, made: Set<string>, mode: number): Promise<void> {
  const folder = dirname(path);
  if (made.has(folder)) return;
  await makeFoldersFor(root, folder, made, mode);
  await makeFolder(join(root, folder), mode);
  made.add(folder);
}

async function readManifest(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    // The manifest is a copy of the record for people; where it is missing the record's own facts still go along.
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Adds `approval.flag` and, under `.cowork/`, the validation and the brief. The manifest follows with the target's name. */
export async function addPapers(
  prepared: Prepared,
  runFolder: string,
  promotion: Promotion,
  modes: Modes,
): Promise<void> {
  const flag = flagText(promotion);
  if (flag !== null) await writeDurable(join(prepared.folder, 'approval.flag'), flag, modes.file);
  const own = join(prepared.folder, OWN);
  await makeFolder(own, modes.folder);
  const papers = [inside.validation(runFolder), inside.brief(runFolder)];
  for (const [index, name] of ['VALIDATION.json', 'REVIEW_BRIEF.md'].entries()) {
    await copyDurable(papers[index] ?? '', join(own, name), modes.file).catch((error: unknown) => {
      // A workflow without checks or review has no such paper.
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }
}
