import { beforeEach, expect, test } from 'vitest';
import { findMessage } from '#src/chat/discord/deliver/find.ts';
import { marked } from '#src/chat/discord/deliver/mark.ts';
import type { Discord } from '#src/chat/discord/discord.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { plainView } from '#src/message/view.ts';

const MINUTE = 60_000;
const BEGAN = Date.parse('2026-11-23T06:00:00Z');
const BOT = '9';
const idAt = (ms: number): string => String(BigInt(ms - 1_420_070_400_000) << 22n);

/** A busy channel in which every page costs a second of the limit; nothing here waits for real. */
let passed = 0;
let said: { id: string; author: { id: string }; components?: unknown }[] = [];
const clock = { now: () => new Date(BEGAN + 3 * 60 * MINUTE + passed), elapsed: () => passed };
const get = async (_path: string, { query }: { query: URLSearchParams }) => {
  passed += 1000;
  const after = BigInt(query.get('after') ?? 0);
  return said.filter(({ id }) => BigInt(id) > after).slice(0, Number(query.get('limit')));
};
const discord = () =>
  ({ ground: { clock }, guild: () => ({ botUser: BOT }), rest: { later: { get } } }) as unknown as Discord;
const wanted = { channel: '1', token: 'one', since: new Date(BEGAN), thread: null };
const pages = () => passed / 1000;

beforeEach(() => {
  passed = 0;
  // Half an hour of talk.
  said = Array.from({ length: 3000 }, (_, n) => ({ id: idAt(BEGAN - 5 * MINUTE + n * 600), author: { id: '7' } }));
});

test('nothing is asked about what came long after the last attempt', async () => {
  expect(await findMessage(discord(), { ...wanted, until: new Date(BEGAN - 9 * MINUTE) })).toBeNull();
  // Six minutes of talk, and one message by which it is known that any are shown; not the half hour that was talked.
  expect(pages()).toBe(8);
});

test('a look at a busy channel that takes long goes on where it was, so that it comes to its end', async () => {
  const own = marked(
    renderDiscord(plainView('ok', ['a']), { here: { now: new Date(BEGAN), zone: 'UTC' } } as never),
    'one',
  );
  said[2950] = { ...said[2950], author: { id: BOT }, components: own.components } as (typeof said)[0];
  const busy = discord();
  const until = new Date(BEGAN + 2 * 60 * MINUTE);
  for (const sofar of [10, 20])
    await expect(findMessage(busy, { ...wanted, until })).rejects.toMatchObject({
      ...{ failure: 'later', only: true, afterMs: 1000 },
      message: expect.stringContaining(`(${sofar * 100} messages so far)`),
    });
  expect(await findMessage(busy, { ...wanted, until })).toBe(said[2950]?.id);
  expect(pages()).toBe(30);
});

test('a look that has no end is given up as one that cannot be certain', async () => {
  said = Array.from({ length: 9000 }, (_, n) => ({ id: idAt(BEGAN + n * 1000), author: { id: '7' } }));
  const busy = discord();
  const ends: string[] = [];
  while (!ends.includes('refused'))
    await findMessage(busy, { ...wanted, until: clock.now() }).catch(({ failure }) => ends.push(failure));
  expect([ends.length, pages()]).toEqual([5, 50]);
});
