import { clockText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { changedFiles, differenceOf, type FileChange, lastApproved, type Sides } from '../../reports/diff-outputs.ts';
import type { NoDetail } from '../../reports/diff-text.ts';
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
  /** The page itself, by its path: where one file is compared before the others. */
  page: string;
  /** The path of the file to compare first. */
  first?: string | undefined;
  /** Comparing is given up once this aborts: nobody waits for the page any longer, or the product stops. */
  signal?: AbortSignal | undefined;
}

/** Differences worked out for one page, since each may take a moment. */
const COMPARED = 10;
/** And the time for all of them together. */
const MOST_MS = 5000;

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
    files: differences ? await withDetails({ root, before, after: run }, files, asked) : files,
    contents,
    showAt: differences ? null : asked.showAt,
  };
}

/** One after the other while there is time; the others are named, each with the page that compares it first. */
async function withDetails(
  sides: Sides,
  files: FileChange[],
  { page, first, signal }: ChangesAsked,
): Promise<FileChange[]> {
  const limit = AbortSignal.any([AbortSignal.timeout(MOST_MS), ...(signal ? [signal] : [])]);
  const changed = files.filter(({ how }) => how === 'changed');
  const inOrder = changed.toSorted((a, b) => Number(b.path === first) - Number(a.path === first));
  const found = new Map<string, FileChange['detail']>(inOrder.map(({ path }) => [path, LEFT_OUT]));
  for (const file of inOrder.slice(0, COMPARED)) found.set(file.path, await differenceOf(sides, file, limit));
  return files.map((file) => ({ ...file, detail: withPage(found.get(file.path) ?? null, file.path, page) }));
}

const LEFT_OUT: NoDetail = { kind: 'none', why: `Only ${COMPARED} changed files are compared at a time.`, late: true };

const withPage = (detail: FileChange['detail'], path: string, page: string): FileChange['detail'] =>
  detail?.kind === 'none' && detail.late
    ? { ...detail, at: `${page}?first=${encodeURIComponent(path)}#changes` }
    : detail;
