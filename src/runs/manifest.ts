import { existsSync } from 'node:fs';
import type { Ground } from '../ground.ts';
import type { Db } from '../store/db.ts';
import type { RunFolder, RunRow } from '../store/schema.ts';
import { inside, makeRunFolder, runFolder } from './folders.ts';
import { manifestFacts } from './manifest-facts.ts';
import { manifestOf } from './manifest-shape.ts';
import { writeAtomically } from './write-atomically.ts';

const PLACES: readonly RunFolder[] = ['staging', 'review_queue', 'archive'];

/**
 * Writes `manifest.json` into the run's folder from the record, replacing the earlier one in a single step. Done when a
 * run ends, and again by whoever adds to its story (an approval, a promotion).
 */
export async function writeManifest(ground: Pick<Ground, 'db' | 'homes'>, run_id: string): Promise<void> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirstOrThrow();
  const { home } = await ground.homes.active();
  // The record says where it lies; a move that is under way is one rename ahead of it or behind.
  const places = [run.folder, ...PLACES].map((place) => runFolder(home.root, run, place));
  await writeManifestTo(ground.db, run, places.find((place) => existsSync(place)) ?? runFolder(home.root, run));
}

/** As `writeManifest`, for a transaction that still holds the facts, and a folder that is still under way. */
export async function writeManifestTo(db: Db, run: RunRow, folder: string): Promise<void> {
  const manifest = manifestOf(await manifestFacts(db, run));
  await makeRunFolder(folder, run);
  await writeAtomically(inside.manifest(folder), `${JSON.stringify(manifest, null, 2)}\n`);
}
