import { asSource, type Check, type CheckedRun, CheckProblem, counted, figure, quoted, type SpecOf } from './check.ts';
import { at, numberIn, readJson } from './json-document.ts';
import { agree, type Exact, readProseNumber } from './numbers.ts';
import { type Hit, re2Finder, scanAll } from './scan.ts';
import { isTextFile, readText } from './text.ts';

const sourceNumber = async ({ file, pointer }: SpecOf<'numbers_agree'>['source'], run: CheckedRun): Promise<Exact> => {
  const document = await readJson(run.files.find(file), file, { exact: true });
  const number = numberIn(at(document, pointer, file));
  if (number === undefined) throw new CheckProblem(`${file} has no number at ${pointer || 'its root'}`);
  return number;
};

interface Tally {
  matches: number;
  wrong: number;
  /** The first disagreements in words. */
  told: string[];
}

const judge = (hit: Hit, wanted: Exact, tolerance: number | string, run: CheckedRun, tally: Tally): void => {
  tally.matches += 1;
  const found = readProseNumber(hit.group ?? '');
  if (found !== undefined && agree(found, wanted, tolerance)) return;
  tally.wrong += 1;
  if (tally.told.length >= 5) return;
  const text = quoted(run, hit.group ?? '');
  tally.told.push(`line ${hit.line()} says ${text}${found === undefined ? ', not a number' : ''}`);
};

/**
 * `numbers_agree`: what the pattern's one capture group holds, at every match in the file, is a number (as
 * `readProseNumber` reads it: `1,204,331` and `3.2 %`) equal to the one at the source's JSON pointer, within the tolerance
 * (absolute, or a percentage of the source). No match at all is FAIL, since a number that is not found was not checked.
 * The pattern is RE2, sees the file as one text and finds matches up to 64 Ki characters long; `^` is the file's start
 * unless it says `(?m)`.
 */
export const numbersAgree: Check<'numbers_agree'> = async ({ file, pattern, source, tolerance }, run) => {
  const path = run.files.find(file);
  if (!(await isTextFile(path, file))) throw new CheckProblem(`${file} is not a text file`);
  const wanted = await asSource(() => sourceNumber(source, run));
  const tally: Tally = { matches: 0, wrong: 0, told: [] };
  await scanAll(readText(path, run.signal), [re2Finder(pattern)], (hit) => judge(hit, wanted, tolerance, run, tally));
  const expected = { number: figure(run, wanted), tolerance, source };
  const actual = { matches: tally.matches, disagree: tally.wrong, first: tally.told };
  if (tally.matches === 0) return { result: 'FAIL', message: `the pattern is nowhere in ${file}`, expected, actual };
  if (tally.wrong === 0) {
    return {
      result: 'PASS',
      message: `${counted(tally.matches, 'number')} in ${file} agree with ${source.file}`,
      expected,
      actual,
    };
  }
  const message = `${file} ${tally.told[0]}, ${source.file} has ${figure(run, wanted)}`;
  return {
    result: 'FAIL',
    message: tally.wrong > 1 ? `${message} (${tally.wrong} disagree)` : message,
    expected,
    actual,
  };
};
