import { type Check, CheckProblem, listed } from './check.ts';
import { passages } from './passages.ts';
import { isTextFile, readText } from './text.ts';
import { wholeWord } from './words.ts';

/** An input's name as prose writes it: `crm_export` is also "CRM export" and "crm-export". */
const namePattern = (input: string): RegExp => wholeWord(input.split(/[_-]+/).filter(Boolean), '[\\s_-]+');

/**
 * `completeness`: the file names every degraded input together with the word "unavailable", in the same passage: one line
 * of a list, table, heading, CSV or TSV, else one paragraph (lines up to an empty one). Names and word are whole words in
 * any case; `_` and `-` in a name may be spaces. The file must be there and be text even when nothing is degraded.
 */
export const completeness: Check<'completeness'> = async ({ file }, run) => {
  const path = run.files.find(file);
  if (!(await isTextFile(path, file))) throw new CheckProblem(`${file} is not a text file`);
  const unnamed = new Map(run.degraded.map((input) => [input, namePattern(input)]));
  const unavailable = wholeWord(['unavailable']);
  if (unnamed.size > 0) {
    for await (const passage of passages(readText(path, run.signal), { lineByLine: /\.[ct]sv$/i.test(file) })) {
      if (!unavailable.test(passage)) continue;
      for (const [input, pattern] of unnamed) if (pattern.test(passage)) unnamed.delete(input);
      if (unnamed.size === 0) break;
    }
  }
  const expected = { file, named_as_unavailable: run.degraded };
  const actual = { not_named: [...unnamed.keys()] };
  if (run.degraded.length === 0) return { result: 'PASS', message: 'no input is degraded', expected, actual };
  if (unnamed.size === 0) {
    return { result: 'PASS', message: `${file} names ${listed(run.degraded)} as unavailable`, expected, actual };
  }
  return {
    result: 'FAIL',
    message: `${file} does not say that ${listed([...unnamed.keys()])} is unavailable`,
    expected,
    actual,
  };
};
