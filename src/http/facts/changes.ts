import { clockText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { changedFiles, differenceOf, type FileChange, lastApproved, type Sides } from '../../reports/diff-outputs.ts';
import type { RunRow } from '../../store/schema.ts';
import type { ChangesView } from '../pages/changes.ts';

export interface ChangesAsked {
  run: RunRow;
  root: string;
  reader: Reader;
  /** The viewer may see contents. */
  contents: boolean;
  /** Compute the differences themselves; else names, sizes and hashes only, which reads no file. */
  differences: boolean;
  showAt: string;
}

/** Differences worked out for one page, since each may take a moment. */
const COMPARED = 10;

/** How a run's outputs differ from those that the workflow delivered last. */
export async function changesView(ground: Ground, asked: ChangesAsked): Promise<ChangesView> {
  const { run, root, contents } = asked;
  const before = await lastApproved(ground, run);
  if (!before) return { last: null, runId: run.id, files: [], contents, showAt: null };
  const files = await changedFiles(ground, before.run, run);
  const differences = asked.differences && contents;
  return {
    runId: run.id,
    last: { at: clockText(before.placed_at, asked.reader), runId: before.run.id },
    files: differences ? await withDetails({ root, before, after: run }, files) : files,
    contents,
    showAt: differences ? null : asked.showAt,
  };
}

async function withDetails(sides: Sides, files: FileChange[]): Promise<FileChange[]> {
  const compared = files.filter(({ how }) => how === 'changed').slice(0, COMPARED);
  const found = new Map<string, FileChange['detail']>();
  for (const file of compared) found.set(file.path, await differenceOf(sides, file));
  return files.map((file) => ({ ...file, detail: found.get(file.path) ?? leftAway(file) }));
}

const leftAway = ({ how }: FileChange): FileChange['detail'] =>
  how === 'changed' ? { kind: 'none', why: `Only the first ${COMPARED} changed files are compared here.` } : null;
