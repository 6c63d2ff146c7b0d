import { DiscordAPIError } from 'discord.js';
import { expect, test } from 'vitest';
import { discordAdapter } from '#src/chat/discord/deliver/index.ts';
import { plainView } from '#src/message/view.ts';
import { Desk, OPS, PLACE } from './desk.ts';

const MINUTE = 60_000;
const POST = 'POST /channels/:id/messages';
const EDIT = 'PATCH /channels/:id/messages/:id';
const shows = (desk: Desk, text: string) =>
  desk.drawings.set('a', {
    ...{ view: plainView('fail', [text]), thread: [] },
    ...{ name: 'A-1', talk: { open: true, lines: [] } },
  });

test('a message that Discord cannot read is drawn plainer and given up in the end; the next goes on', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  const { later } = desk.kit.rest;
  const post = later.post.bind(later);
  let refused = 0;
  later.post = async (path, options) => {
    if (!JSON.stringify(options).includes('a open')) return post(path, options);
    refused += 1;
    throw new DiscordAPIError({ code: 0, message: '400: Bad Request' } as never, 0, 400, 'POST', path, {} as never);
  };
  await desk.raise('a');
  await desk.raise('b');
  await delivery.settle();
  expect([refused, desk.texts(OPS)]).toEqual([3, ['b open 1']]);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  expect(desk.discord.amiss).toEqual([]);
});

test('a room for talk that could not be opened is opened once it can be, and one that was deleted is made anew', async () => {
  await using desk = await Desk.open();
  const { discord, adapter } = desk;
  const delivery = desk.deliver();
  const told = async (text: string) => {
    shows(desk, text);
    await desk.raise('a');
    await desk.passing(delivery, () => desk.texts(OPS)[0] === text);
    await delivery.settle();
  };
  discord.deny(OPS, 'CreatePublicThreads');
  await told('once');
  expect(discord.threads(OPS)).toEqual([]);
  discord.allow(OPS);
  await told('twice');
  expect(discord.threads(OPS)).toMatchObject([{ name: 'A-1', archived: false }]);
  const [{ id = '' } = {}] = discord.messages(OPS);
  discord.deleteChannel(id);
  expect(await adapter.talk?.(PLACE, id, { name: 'A-1', open: true })).toBe(true);
  expect(discord.threads(OPS)).toMatchObject([{ id, archived: false }]);
  discord.expectAmiss(/./);
});

test('a repeated post whose first message could not be changed at once stands once, and is changed later', async () => {
  await using desk = await Desk.open();
  const { discord } = desk;
  const delivery = desk.deliver();
  // An empty page says nothing to it, so that it relies on the nonce.
  discord.deny(OPS, 'ReadMessageHistory');
  discord.fault(POST, { kind: 'drop_answer' });
  discord.fault(EDIT, { kind: 'error', code: 40_062 });
  shows(desk, 'once');
  // The fact moves on while the first post is under way.
  const post = desk.adapter.post.bind(desk.adapter);
  desk.adapter.post = (one) => {
    shows(desk, 'twice');
    return post(one);
  };
  await desk.raise('a');
  await desk.passing(delivery, () => discord.calls.some(({ method }) => method === 'PATCH'));
  expect(desk.texts(OPS)).toEqual(['once']);
  // Beyond the minutes for which Discord knows a nonce.
  desk.ground.clock.put(10 * MINUTE);
  await desk.passing(delivery, async () => (await desk.waits()) === 0);
  expect(desk.texts(OPS)).toEqual(['twice']);
  expect(discord.amiss).toEqual([]);
});

test('the look after a lost answer reaches from the first attempt to the last, and not to today', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  const looks: { since: Date; until?: Date | undefined }[] = [];
  const find = desk.adapter.find.bind(desk.adapter);
  desk.adapter.find = (place, token, since, thread, until) => {
    looks.push({ since, until });
    return find(place, token, since, thread, until);
  };
  const begun = desk.ground.clock.now().getTime();
  // Answered with a no, then lost twice: once before it was written, once after.
  desk.discord.fault(POST, { kind: 'error', code: 40_062 });
  desk.discord.fault(POST, { kind: 'drop_call' });
  desk.discord.fault(POST, { kind: 'drop_answer' });
  await desk.raise('a');
  await desk.passing(delivery, async () => (await desk.waits()) === 0, 60 * MINUTE);
  const [first, last] = [looks[0], looks.at(-1)];
  // Not from the attempt that was refused: that left nothing to look for.
  expect(first?.since.getTime()).toBeGreaterThan(begun + 9000);
  expect(first?.until).toEqual(first?.since);
  expect(last?.since).toEqual(first?.since);
  expect(last?.until?.getTime()).toBeGreaterThan(first?.since.getTime() ?? 0);
  expect(desk.texts(OPS)).toEqual(['a open 1']);
});

test('where messages may be changed and not posted, whoever delivers next does not take the place for well either', async () => {
  await using desk = await Desk.open();
  const { discord } = desk;
  const first = desk.deliver();
  await desk.raise('a');
  await first.settle();
  discord.deny(OPS, 'SendMessages');
  // The change is more urgent than what is to be posted, so it is tried before it.
  await desk.raise('b', { severity: 'P3' });
  await first.settle();
  const before = await desk.place(OPS);
  expect(before).toMatchObject({ state: 'away', last_error: expect.stringMatching(/^the bot lacks Send Messages/) });
  await desk.ends(first);
  const second = desk.deliver(discordAdapter(desk.kit));
  await desk.raise('a');
  await desk.passing(second, async () => (await desk.place(OPS)).failures > 5, MINUTE);
  expect(await desk.place(OPS)).toMatchObject({ state: 'away', well_at: before.well_at });
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  expect((await desk.alerts()).filter(({ kind }) => kind === 'UNREACHABLE')).toMatchObject([
    { state: 'open', count: 1 },
  ]);
  discord.allow(OPS);
  await desk.passing(second, async () => (await desk.waits()) === 0, MINUTE);
  expect(desk.texts(OPS)).toEqual(['a open 2', 'b open 1']);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', last_error: null });
  discord.expectAmiss(/50013/);
});
