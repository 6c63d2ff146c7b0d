import { type CheckedRun, counted, type Finding, listed, NotThere } from './check.ts';
import { type Finder, type Hit, scanAll } from './scan.ts';
import { isTextFile, readText } from './text.ts';

/** What was found in one file, by what it is called in messages. */
export interface FileFinds {
  file: string;
  finds: Record<string, { count: number; first_line: number }>;
}

export interface SearchOutcome {
  searched: number;
  /** Files whose text cannot be seen (`isTextFile`); their bytes were searched all the same. */
  binary: string[];
  found: FileFinds[];
}

/** Says what a hit is called, or undefined when it is none after all. */
export type Judge = (hit: Hit) => string | undefined;

const searchFile = async (file: string, finders: Finder[], judge: Judge, run: CheckedRun): Promise<FileFinds> => {
  const finds: FileFinds['finds'] = {};
  await scanAll(readText(run.files.find(file), run.signal), finders, (hit) => {
    const kind = judge(hit);
    if (kind === undefined) return;
    const known = finds[kind];
    if (known) known.count += 1;
    else finds[kind] = { count: 1, first_line: hit.line() };
  });
  return { file, finds };
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
    const result = await searchFile(file, finders(), judge, run);
    if (Object.keys(result.finds).length > 0) outcome.found.push(result);
  }
  return outcome;
};

const inWords = ({ file, finds }: FileFinds): string =>
  `${file} has ${listed(Object.entries(finds).map(([kind, { count, first_line }]) => `${counted(count, kind)} (line ${first_line})`))}`;

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
