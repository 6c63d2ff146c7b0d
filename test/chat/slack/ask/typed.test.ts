import { expect, test } from 'vitest';
import { namedIn } from '#src/chat/ask/message-subject.ts';
import { readAsk } from '#src/chat/slack/ask/payload.ts';
import { typedWords } from '#src/chat/slack/ask/typed.ts';
import { splitWords } from '#src/chat/words.ts';
import { teamOf } from '#test/reviews/stage.ts';

const TEAM = teamOf();
TEAM.people.maya = { ...(TEAM.people.maya as NonNullable<typeof TEAM.people.maya>), slack: 'U0MAYA1' };
const words = (text: string) => typedWords(text, TEAM);
const texts = (text: string) => splitWords(words(text)).map((word) => word.text);

test('names and channels become words, and what Slack escapes is what was typed', () => {
  expect(words('alert assign A-57 <@U0MAYA1|maya.l>')).toBe('alert assign A-57 maya');
  expect(words('alert assign A-57 <@U0MAYA1>')).toBe('alert assign A-57 maya');
  expect(words('alert assign A-57 <@U0NOBODY|bob>')).toBe('alert assign A-57 bob');
  expect(words('in <#C1|ops> and <#C2|> for <!subteam^S1|@desk> <!here>')).toBe('in ops and C2 for @desk @here');
  expect(words('see <https://a.example/x|a.example/x> <mailto:a@b.example|a@b.example> <https://c.example>')).toBe(
    'see a.example/x a@b.example https://c.example',
  );
  expect(words('a &lt;@U0MAYA1&gt; &amp;lt; b')).toBe('a <@U0MAYA1> &lt; b');
});

test('half a character, sent so or cut so, is none that the record could not keep', () => {
  expect(words('status \ud83d x').isWellFormed()).toBe(true);
  expect(words(`${'x'.repeat(19_999)}😀`).isWellFormed()).toBe(true);
  expect(words('status 😀')).toBe('status 😀');
});

test('the name of somebody in Slack adds no words of its own', () => {
  expect(texts('alert assign A-57 <@U0NOBODY|bob --reason x>')).toEqual(['alert', 'assign', 'A-57', 'bob --reason x']);
});

test('quotes and spaces of any device are read, and an apostrophe stays one', () => {
  expect(texts('run memo client=‘Beta Ltd’ note=“two words”')).toEqual([
    'run',
    'memo',
    'client=Beta Ltd',
    'note=two words',
  ]);
  expect(texts('alert resolve A-1 don’t ask ‘why’ it’s fine')).toEqual([
    'alert',
    'resolve',
    'A-1',
    'don’t',
    'ask',
    'why',
    'it’s',
    'fine',
  ]);
  expect(texts('\u00a0status\u2003brief\u200b \u202e')).toEqual(['status', 'brief']);
  expect(words(' \u200b ')).toBe('');
});

test('what is endless is kept to what can be noted, and holds nothing that a database refuses', () => {
  expect(words('x'.repeat(100_000))).toHaveLength(20_000);
  expect(words('a\0b')).toBe('ab');
});

test('an id that a message names is found wherever it stands', () => {
  const run = 'monday-brief-20261123T0500Z-7k3q';
  expect(namedIn({ text: 'x', blocks: [{ elements: [{ text: `of ${run}: fine` }] }] })).toBe(run);
  expect(namedIn({ text: 'R-128 waits' })).toBe('R-128');
  expect(namedIn({ text: 'hello' })).toBe('none');
  expect(namedIn(undefined)).toBe('none');
});

test('what was noted is read back, and what was not is nothing', () => {
  const typed = {
    what: 'words',
    words: 'status',
    member: true,
    channel: 'C1',
    responseUrl: null,
  };
  expect(readAsk({ payload: typed })).toEqual(typed);
  expect(readAsk({ payload: {} })).toBeNull();
  expect(readAsk({ payload: { what: 'else' } })).toBeNull();
  expect(readAsk({ payload: { what: 'story', ts: 5 } })).toMatchObject({ what: 'story', ts: null, member: false });
});
