import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { readCommand } from '#src/chat/read-command.ts';
import { LONGEST_LINE, quoteWord, splitWords } from '#src/chat/words.ts';
import { CoworkError } from '#src/errors.ts';

const texts = (line: string) => splitWords(line).map(({ text }) => text);

describe('a line becomes words', () => {
  test.each([
    ['', []],
    ['  status   monday-brief ', ['status', 'monday-brief']],
    ['pause x --reason "ledger moves"', ['pause', 'x', '--reason', 'ledger moves']],
    ['pause x --reason="ledger moves"', ['pause', 'x', '--reason=ledger moves']],
    ["run x client='Beta Ltd'", ['run', 'x', 'client=Beta Ltd']],
    ["it's Ana's don't", ["it's", "Ana's", "don't"]],
    [String.raw`say "a \"b\" \\ c"`, ['say', String.raw`a "b" \ c`]],
    [String.raw`a\ b`, ['a b']],
    ['“ledger moves” „so“', ['ledger moves', 'so']],
    ['—reason x –until 2h', ['--reason', 'x', '--until', '2h']],
    ['a — b', ['a', '—', 'b']],
    ['"" x', ['', 'x']],
    ['tabs\tand\nlines', ['tabs', 'and', 'lines']],
  ])('%j', (line, words) => {
    expect(texts(line)).toEqual(words);
  });

  test('only what stands outside quotes can be an option or a pair', () => {
    expect(splitWords('"--reason" --reason="x" k="a=b"').map(({ open }) => open)).toEqual([0, 9, 2]);
  });

  test('a quote that is not closed and a line that is too long are told', () => {
    expect(() => texts('pause x "never closed')).toThrow(
      'The quote "\\"never closed" is not closed. Nothing was done.',
    );
    expect(() => texts('x'.repeat(LONGEST_LINE + 1))).toThrow(`${LONGEST_LINE} is the most`);
  });

  test('whatever a word holds, quoted it comes back as itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 8 }), (words) => {
        expect(texts(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });

  test('any line is read or refused, never anything else', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('"', "'", '\\', '=', '--', '—', 'reason', ' ', '“', 'k=v', 'ä', '🙂', '\0'))
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(line, fc.constantFrom(...commands), (typed, command) => {
        try {
          const { args, options } = readCommand(command, splitWords(typed));
          for (const value of Object.values(args)) expect(['string', 'undefined']).toContain(typeof value);
          expect(Object.keys(options).every((name) => command.options.some((option) => option.name === name))).toBe(
            true,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(CoworkError);
          expect((error as CoworkError).code).toBe('invalid');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('words become what a command takes', () => {
  const read = (line: string) => {
    const [name, ...words] = splitWords(line);
    const command = commands.find((each) => each.name === name?.text);
    if (!command) throw new Error(`no command ${line}`);
    return readCommand(command, words);
  };
  const refusal = (line: string) => {
    try {
      read(line);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error(`${line} was read`);
  };

  test.each([
    ['pause x --reason "a b" --until 2h', { workflow: 'x' }, { reason: 'a b', until: '2h' }],
    ['pause --until=2h x reason="a b"', { workflow: 'x' }, { reason: 'a b', until: '2h' }],
    ['pause x --Reason because', { workflow: 'x' }, { reason: 'because' }],
    ['run x client="Beta Ltd" month=May', { workflow: 'x' }, { input: ['client=Beta Ltd', 'month=May'] }],
    ['run x --input client=Beta --input a=b=c', { workflow: 'x' }, { input: ['client=Beta', 'a=b=c'] }],
    ['run -- --odd', { workflow: '--odd' }, {}],
    ['status', { workflow: undefined }, {}],
    ['status "monday brief"', { workflow: 'monday brief' }, {}],
    ['roi quarter monday-brief', { period: 'quarter', workflow: 'monday-brief' }, {}],
    [
      'alert resolve A-57 source renamed, spec=2 fixed',
      { what: 'resolve', alert: 'A-57', words: 'source renamed, spec=2 fixed' },
      {},
    ],
    [
      'alert silence A-57 for=4h ledger moves',
      { what: 'silence', alert: 'A-57', words: 'ledger moves' },
      { for: '4h' },
    ],
  ])('%s', (line, args, options) => {
    expect(read(line)).toEqual({ args, options });
  });

  test.each([
    ['pause', 'Say which workflow. Write: pause <workflow> [--reason <text>] [--until <time>].'],
    ['pause x --reasn y', 'pause takes no option "--reasn"; did you mean --reason? Write'],
    ['pause x --reason', '--reason needs a value.'],
    ['pause x --reason --until 2h', '--reason needs a value.'],
    ['pause x --reason a reason=b', '--reason is given twice.'],
    ['pause x untill=2h', 'pause takes nothing named "untill"; did you mean --until? Write'],
    ['status a b', '"b" is too much for status.'],
    ['pause x --as jon', 'You ask as yourself here; --as is for the command line.'],
    ['run x --wait', '--wait is for the command line.'],
    ['run x __proto__=y --constructor', 'run takes no option "--constructor".'],
  ])('%s is refused', (line, words) => {
    const said = refusal(line);
    expect(said).toContain(words);
    expect(said).toMatch(/Write: .+ For example: /);
  });
});
