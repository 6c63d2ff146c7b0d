import type { Check } from './check.ts';
import { WITHHELD } from './check.ts';

const RESULTS = new Map<number | null, 'PASS' | 'FAIL' | 'WARN'>([
  [0, 'PASS'],
  [1, 'FAIL'],
  [2, 'WARN'],
]);

/**
 * `command`: a script of the home, in the same fence as a step, decides: exit 0 is PASS, 1 FAIL, 2 WARN. Any other exit,
 * or none because it was killed, is FAIL, since nothing was decided. What it prints is the reason, cut to one line of 500
 * characters and withheld for confidential work, because the product cannot know what it quotes.
 */
export const command: Check<'command'> = async (check, run) => {
  const { exit, text, fault } = await run.runCommand(check, run.signal);
  const said = run.contentsMayShow ? text.trim() : WITHHELD;
  const actual = { exit, text: said };
  const expected = { exit: 0 };
  const result = RESULTS.get(exit);
  if (result !== undefined)
    return {
      result,
      message: said === WITHHELD ? `exit ${exit}, its words are withheld` : said || `exit ${exit}`,
      expected,
      actual,
    };
  const end = exit === null ? 'was ended before it decided' : `ended with exit ${exit}, which is no answer`;
  const why = [fault ?? '', said].filter((part) => part !== '').join(' ');
  return { result: 'FAIL', message: `the script ${end}${why ? `: ${why}` : ''}`, expected, actual };
};
