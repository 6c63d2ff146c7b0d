import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { chosenIn, pairsIn, typedIn } from '#src/chat/discord/ask/typed.ts';
import { readCommand } from '#src/chat/read-command.ts';
import { splitWords } from '#src/chat/words.ts';
import { teamOf } from '#test/reviews/stage.ts';

const DISCORD_ANA = '310000000000000003';
const ordinary = teamOf();
const ana = ordinary.people.ana;
if (!ana) throw new Error('nobody is called ana');
const team = { ...ordinary, people: { ...ordinary.people, ana: { ...ana, discord: DISCORD_ANA } } };

type Values = Record<string, string | number | boolean>;
const leaves = (values: Values) => Object.entries(values).map(([name, value]) => ({ type: 3, name, value }));
/** The payload's `data` for `alert ack` with these fields. */
function data(path: string, values: Values = {}): object {
  const [name, verb] = path.split(' ');
  const options = leaves(values);
  const top = verb ? { type: 2, name, options: [{ type: 1, name: verb, options }] } : { type: 1, name, options };
  return { id: '1', name: 'cowork', type: 1, options: [top] };
}
/** What the line is read as by the command itself. */
function read(path: string, values: Values) {
  const { words } = typedIn(data(path, values), team);
  const [first, ...rest] = splitWords(words);
  const command = commands.find(({ name }) => name === first?.text);
  if (!command) throw new Error(`${words} is no command`);
  return readCommand(command, rest);
}

describe('what was filled in', () => {
  test.each<[string, Values, string]>([
    ['status', {}, 'status'],
    ['status', { workflow: 'brief', public: true }, 'status brief --public'],
    ['status', { public: false }, 'status'],
    ['queue', { all: true, workflow: 'brief' }, 'queue brief --all'],
    ['runs', { limit: 5 }, 'runs --limit 5'],
    ['roi', { workflow: 'brief' }, 'roi brief'],
    ['roi', { workflow: 'brief', period: 'quarter' }, 'roi quarter brief'],
    ['alert list', {}, 'alert list'],
    ['alert ack', { alert: 'A-57' }, 'alert ack A-57'],
    ['alert assign', { to: '@ana', alert: 'A-57' }, 'alert assign A-57 --to ana'],
    ['alert assign', { to: `<@${DISCORD_ANA}>`, alert: 'A-57' }, 'alert assign A-57 --to ana'],
    ['alert silence', { alert: 'A-57', for: 'off' }, 'alert silence A-57 --for off'],
    [
      'pause',
      { workflow: 'brief', reason: 'year-end close', until: 'tomorrow 09:00' },
      'pause brief --reason "year-end close" --until "tomorrow 09:00"',
    ],
    [
      'run',
      { workflow: 'memo', input: 'client=Beta Ltd month="11 = 26"' },
      'run memo --input "client=Beta Ltd" --input "month=11 = 26"',
    ],
    ['made-up', { x: 'y' }, 'made-up --x y'],
    ['alert made-up', {}, 'alert made-up'],
  ])('%s %j is the line %s', (path, values, line) => {
    expect(typedIn(data(path, values), team).words).toBe(line);
  });

  test('keeps its meaning, whatever it holds', () => {
    for (const hostile of [
      '--public',
      'a=b',
      `it's "so" \\ "`,
      '“x”',
      "'",
      '\\',
      '—until 3d',
      '@everyone',
      '$(x)',
      ' two  spaces ',
    ])
      expect(read('pause', { workflow: 'brief', reason: hostile }).options).toEqual({ reason: hostile.trim() });
    expect(read('cancel', { run: '--reason x' }).args).toEqual({ run: '--reason x' });
  });

  test('is what can be kept: without what is not seen, and not without end', () => {
    expect(read('pause', { workflow: 'brief', reason: 'a\0b\u202ec\ud800' }).options.reason).toBe('abc\ufffd');
    expect(typedIn(data('pause', { workflow: 'brief', reason: 'x'.repeat(50_000) }), team).words.length).toBeLessThan(
      20_100,
    );
  });

  test('is public only where the command has such answers', () => {
    expect(typedIn(data('status', { public: true }), team).public).toBe(true);
    expect(typedIn(data('status'), team).public).toBe(false);
    expect(typedIn(data('review', { review: 'R-1', public: true }), team)).toMatchObject({
      public: false,
      words: 'review R-1 --public true',
    });
  });

  test.each([null, undefined, {}, { options: null }, { options: [null] }, { options: [{ type: 2, name: 7 }] }, 'x'])(
    'may be missing: %j',
    (broken) => {
      expect(typedIn(broken, team).public).toBe(false);
      expect(chosenIn(broken).focused).toBeNull();
    },
  );
});

describe('pairs', () => {
  test.each<[string, string[]]>([
    ['client=Beta', ['client=Beta']],
    ['client="Beta Ltd" month=11', ['client=Beta Ltd', 'month=11']],
    ['client=Beta Ltd  month=“11 / 26”', ['client=Beta Ltd', 'month=11 / 26']],
    ['client=a "b=c"', ['client=a b=c']],
    ["client=O'Brien & Sons", ["client=O'Brien & Sons"]],
    ['Beta Ltd', ['Beta Ltd']],
    ['', []],
  ])('%s', (text, pairs) => {
    expect(pairsIn(text).flatMap((word) => splitWords(word).map((one) => one.text))).toEqual(pairs);
  });

  test('whose quote is open are refused where words are read', () => {
    expect(() => splitWords(`run memo --input ${pairsIn('client="Beta')}`)).toThrow(/is not closed/);
  });
});

test('the field that is being typed is found in a command and in a group', () => {
  const focused = { type: 3, name: 'alert', value: 'A-', focused: true };
  const inGroup = { options: [{ type: 2, name: 'alert', options: [{ type: 1, name: 'ack', options: [focused] }] }] };
  expect(chosenIn(inGroup)).toMatchObject({ name: 'alert', verb: 'ack', focused: { name: 'alert', typed: 'A-' } });
  expect(
    chosenIn({ options: [{ type: 1, name: 'review', options: [{ ...focused, name: 'review', value: '' }] }] }),
  ).toMatchObject({
    verb: null,
    focused: { name: 'review', typed: '' },
  });
});
