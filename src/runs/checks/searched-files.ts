import { type CheckedRun, counted, type Finding, listed, NotThere } from './check.ts';
import { type Finder, type Hit, scanAll } from './scan.ts';
import { isTextFile, readText } from './text.ts';

/** What was found in one file: its kind as messages call it, how often, and the line of the first. */
export interface Find {
  file: string;
  kind: string;
  count: number;
  first_line: number;
}

export interface SearchOutcome {
  searched: number;
  /** Files whose text cannot be seen (`isTextFile`); their bytes were searched all the same. */
  binary: string[];
  found: Find[];
}

/** Says what a hit is called, or undefined when it is none after all. */
export type Judge = (hit: Hit) => string | undefined;

const searchFile = async (file: string, finders: Finder[], judge: Judge, run: CheckedRun): Promise<Find[]> => {
  const finds = new Map<string, Find>();
  await scanAll(readText(run.files.find(file), run.signal), finders, (hit) => {
    const kind = judge(hit);
    if (kind === undefined) return;
    const known = finds.get(kind);
    if (known) known.count += 1;
    else finds.set(kind, { file, kind, count: 1, first_line: hit.line() });
  });
  return [...finds.values()];
};

/**
 * Searches the run's files that fit the globs. A name without glob signs that is not there is `NotThere`; finders are made
 * anew for each file, since they may keep state.
 */
export const search = async (
  globs: readonly string[],
  run: CheckedRun,
  finders: () => Finder[],
  judge: Judge,
): Promise<SearchOutcome> => {
  const [absent] = run.files.absent(globs);
  if (absent !== undefined) throw new NotThere(`${absent} is missing`);
  const outcome: SearchOutcome = { searched: 0, binary: [], found: [] };
  for (const file of run.files.select(globs)) {
    run.signal.throwIfAborted();
    outcome.searched += 1;
    if (!(await isTextFile(run.files.find(file), file))) outcome.binary.push(file);
    outcome.found.push(...(await searchFile(file, finders(), judge, run)));
  }
  return outcome;
};

const inWords = ({ file, kind, count, first_line }: Find): string =>
  `${file} has ${kind} in line ${first_line}${count > 1 ? ` (${count} in all)` : ''}`;

/**
 * The finding of a search for what must not be there. Anything found is FAIL; no file to search, or a file whose text
 * cannot be seen, is WARN, because the absence was not proved.
 */
export const searchFinding = ({ searched, binary, found }: SearchOutcome): Finding => {
  const actual = { searched, not_text: binary, found };
  if (found.length > 0) return { result: 'FAIL', message: listed(found.map(inWords), 3), actual };
  if (searched === 0) return { result: 'WARN', message: 'no file fits, nothing was searched', actual };
  if (binary.length > 0) {
    return { result: 'WARN', message: `${listed(binary)} is not text, its contents could not be searched`, actual };
  }
  return { result: 'PASS', message: `nothing found in ${counted(searched, 'file')}`, actual };
};
