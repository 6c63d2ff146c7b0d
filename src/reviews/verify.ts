import { readFile } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { Ground } from '../ground.ts';
import { hashFolder, listFiles, measureFile } from '../runs/files-hash.ts';
import { BRIEF } from './brief-check.ts';
import { recordedOutputs } from './item.ts';
import { isFolder } from './locate.ts';
import { papersOf, textHash } from './papers.ts';
import { oneLine } from './plain.ts';
import { OWN } from './prepare.ts';
import { flagText, loadPromotion, type Promotion } from './promotion.ts';
import { PRODUCTION } from './target.ts';

/** How a production folder compares with the record. */
export interface Verified {
  ok: boolean;
  /** Home-relative. */
  folder: string;
  run_id: string | null;
  /** What was approved (or delivered), and what lies there. */
  recorded_hash: string | null;
  actual_hash: string | null;
  files: number;
  /** Sentences, one per deviation; none when it is exactly what was promoted. */
  problems: string[];
}

/**
 * Compares a production folder with the record: every byte, missing and added files, the approval flag, all of `.cowork/`.
 * `path` is absolute, or relative to the home. Changes nothing.
 */
export async function verifyFolder(ground: Ground, path: string): Promise<Verified> {
  const { root } = (await ground.homes.active()).home;
  const folder = relative(root, isAbsolute(path) ? resolve(path) : join(root, path))
    .split(sep)
    .join(posix.sep);
  const nothing = { ok: false, folder, run_id: null, recorded_hash: null, actual_hash: null, files: 0 };
  if (!folder.startsWith(`${PRODUCTION}/`)) return { ...nothing, problems: [`${folder} is not under production/.`] };
  const row = await ground.db
    .selectFrom('promotions')
    .select(['run_id', 'state'])
    .where('target', '=', folder)
    .executeTakeFirst();
  const promotion = row && (await loadPromotion(ground.db, row.run_id));
  if (!promotion) return { ...nothing, problems: [`The record knows of no promotion to ${folder}.`] };
  const known = { ...nothing, run_id: promotion.run.id, recorded_hash: promotion.row.output_hash };
  if (!(await isFolder(join(root, folder)))) return { ...known, problems: [missingSentence(folder, promotion)] };
  const actual = await hashFolder(join(root, folder), { production: true });
  const problems = [
    ...(promotion.row.state === 'placed' ? [] : [`The record says this promotion is ${promotion.row.state}.`]),
    ...(await fileProblems(ground, promotion, actual.files)),
    ...actual.others.map((other) => `${oneLine(other)} is no regular file.`),
    ...(actual.hash === promotion.row.output_hash ? [] : ['The output hash is not the recorded one.']),
    ...(await flagProblems(join(root, folder), promotion)),
    ...(await paperProblems(ground, join(root, folder), promotion)),
  ];
  return { ...known, ok: problems.length === 0, actual_hash: actual.hash, files: actual.files.length, problems };
}

const missingSentence = (folder: string, { row }: Promotion): string =>
  row.state === 'undone' ? `${folder} was undone.` : `${folder} is missing.`;

const MOST = 100;

async function fileProblems(ground: Ground, { run }: Promotion, files: { path: string; sha256: string }[]) {
  const there = new Map(files.map((file) => [file.path, file.sha256]));
  const problems: string[] = [];
  for (const file of await recordedOutputs(ground.db, run.id)) {
    const sha256 = there.get(file.path);
    if (sha256 === undefined) problems.push(`${oneLine(file.path)} is missing.`);
    else if (sha256 !== file.sha256)
      problems.push(`${oneLine(file.path)} changed: sha256 ${sha256}, recorded ${file.sha256}.`);
    there.delete(file.path);
  }
  for (const path of there.keys()) problems.push(`${oneLine(path)} was added.`);
  return problems.length > MOST ? [...problems.slice(0, MOST), `and ${problems.length - MOST} more.`] : problems;
}

async function flagProblems(folder: string, promotion: Promotion): Promise<string[]> {
  const expected = flagText(promotion);
  const actual = await readFile(join(folder, 'approval.flag'), 'utf8').catch(() => null);
  if (expected === actual) return [];
  if (actual === null) return ['approval.flag is missing.'];
  return [
    expected === null ? 'approval.flag was added: nobody had to approve.' : 'approval.flag is not what was recorded.',
  ];
}

/** Everything under `.cowork/` is compared with what the record makes of it. */
async function paperProblems(ground: Ground, folder: string, promotion: Promotion): Promise<string[]> {
  const own = join(folder, OWN);
  const papers = await papersOf(ground.db, promotion, promotion.row.target ?? '');
  const expected: [string, string | null][] = [
    ['manifest.json', textHash(papers.manifest)],
    ['VALIDATION.json', papers.validation === null ? null : textHash(papers.validation)],
    [BRIEF, papers.briefHash],
  ];
  const there = new Set((await isFolder(own)) ? await listFiles(own) : []);
  const problems: string[] = [];
  for (const [name, hash] of expected) {
    if (hash === null) continue;
    if (!there.delete(name)) problems.push(`${OWN}/${name} is missing.`);
    else if (`sha256:${(await measureFile(join(own, name))).sha256}` !== hash)
      problems.push(`${OWN}/${name} is not what was recorded.`);
  }
  const added = [...there].map((path) => `${OWN}/${oneLine(path)} was added.`);
  return [
    ...problems,
    ...(added.length > MOST ? [...added.slice(0, MOST), `and ${added.length - MOST} more.`] : added),
  ];
}
