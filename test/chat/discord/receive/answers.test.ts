import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeLeftovers } from '#src/chat/connect/leftovers.ts';
import { OwnOutage } from '#src/chat/connect/own-outage.ts';
import { Work } from '#src/chat/connect/work.ts';
import { checkDiscord } from '#src/chat/discord/check.ts';
import { makeRest } from '#src/chat/discord/connect/rest.ts';
import { addPrivately, answerPrivately } from '#src/chat/discord/receive/answer.ts';
import { handOverFiles } from '#src/chat/discord/receive/files.ts';
import { performReceived, readInteraction, senderOf, tellGivenUp } from '#src/chat/discord/receive/index.ts';
import { pagesOf } from '#src/chat/discord/receive/pages.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { takeAsk } from '#src/chat/inbox.ts';
import { conflict } from '#src/errors.ts';
import { silentLog } from '#src/log.ts';
import { type MessageView, plainView } from '#src/message/view.ts';
import { CHANNEL, Desk, GUILD, IDS, type Json, Refused, wordsIn } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open({ team: { default_role: 'viewer' } });
});
afterAll(() => desk[Symbol.asyncDispose]());

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, at) => `${word} ${at + 1} of the page`);

test('Look tells all of a brief privately, in as many messages as it takes, with its buttons below', async () => {
  const files = Object.fromEntries(
    ['brief.md', 'notes.md', 'plan.md', 'risks.md'].map((name) => [
      name,
      lines(60, `_${name}_ *line* with some words to fill a row of it`).join('\n'),
    ]),
  );
  const { codes, name, id } = await desk.review({ summary: 'It says *this*. '.repeat(100) }, files);
  const before = desk.calls.length;
  expect((await desk.click('ana', codes.look ?? '')).callback).toEqual({ type: 5, data: { flags: 64 } });
  const [first, ...rest] = desk.calls.slice(before);
  expect(first?.path).toMatch(/@original$/);
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.every(({ path, body }) => /^\/webhooks\/\d+\/[^/]+$/.test(path) && body.flags === 32_832)).toBe(true);
  const words = [first, ...rest].map((call) => wordsIn(call?.body)).join(' ');
  for (const path of Object.keys(files)) expect(words).toContain(`${path} begins`);
  expect(words).toContain(name);
  expect(words).not.toMatch(/left out/);
  expect(JSON.stringify(first?.body)).not.toContain('v1|approve');
  expect(JSON.stringify(rest.at(-1)?.body)).toContain('v1|approve');
  expect(await desk.stage.db.selectFrom('looks').select('person').where('review_id', '=', id).execute()).toEqual([
    { person: 'ana' },
  ]);
});

test('files come in private messages below the words; what is too large or empty is said, and nothing is lost', async () => {
  const files = {
    'brief.md': 'Revenue 3\n',
    'große Zahlen.csv': 'a,b\n1,2\n',
    'empty.txt': '',
    'large.bin': 'x'.repeat(2000),
  };
  const { codes, name } = await desk.review({}, files);
  const before = desk.calls.length;
  await desk.click('ana', codes.files ?? '', { body: { attachment_size_limit: 1000 } });
  const [soon, sent, words, ...more] = desk.calls.slice(before);
  expect(more).toEqual([]);
  expect(wordsIn(soon?.body)).toContain(
    `4 files of ${name}: they are on their way, and will be below, for you alone. ` +
      'If they are not there in a quarter of an hour, ask again.',
  );
  expect([soon?.path, words?.path]).toEqual(Array(2).fill(expect.stringMatching(/@original$/)));
  expect(wordsIn(words?.body)).toContain(`${name}`);
  expect(wordsIn(words?.body)).toMatch(/2 are below, for you alone\./);
  expect(wordsIn(words?.body)).toMatch(/empty.txt is empty.*large.bin is larger than Discord takes here/);
  expect(sent?.files.map(({ name: file, data }) => [file, data.toString()])).toEqual([
    ['brief.md', 'Revenue 3\n'],
    ['gro_e_Zahlen.csv', 'a,b\n1,2\n'],
  ]);
  expect(sent?.body).toMatchObject({
    flags: 32_832,
    attachments: [{ id: 0 }, { id: 1, filename: 'gro_e_Zahlen.csv' }],
  });
  expect(wordsIn(sent?.body)).toContain('große Zahlen.csv');
  desk.refuse = ({ files: some }) => (some.length > 0 ? new Refused(40005) : null);
  await desk.click('ana', codes.files ?? '');
  desk.refuse = () => null;
  expect(desk.answered).toContain('Discord did not take them. Nothing was sent.');
  desk.refuse = ({ files: some }) => (some.length > 0 ? new Error('socket hang up') : null);
  await desk.click('ana', codes.files ?? '');
  desk.refuse = () => null;
  expect(desk.answered).toContain('Discord did not say whether it took them.');
});

test('files are read one message after the other, each once the one before has gone', async () => {
  const log: string[] = [];
  const file = (name: string, bytes: number) => ({
    ...{ name, bytes, sha256: '' },
    open: async () => {
      log.push(`open ${name}`);
      throw conflict(`${name} is not the file that was checked any more, so it was not sent.`);
    },
  });
  const MIB = 1_048_576;
  const text = (name: string) => ({ name, text: 'x', bytes: 6 * MIB });
  desk.refuse = ({ files }) => {
    for (const { name } of files) log.push(`send ${name}`);
    return null;
  };
  const view = plainView('ok', ['5 files of R-1.']);
  const attachments = [text('a.md'), file('b.md', 6 * MIB), text('c.md'), file('huge.bin', 51 * MIB)];
  const at = desk.stage.ground.clock.now().toISOString();
  const to = { sender: IDS.ana, token: 'token-1', at, fileLimit: 500 * MIB };
  await handOverFiles(desk.discord, { ...to, fileLimit: 10 * MIB }, { view, json: null, exit: 0, attachments });
  expect(log).toEqual(['send a.md', 'open b.md', 'send c.md']);
  expect(desk.answered).toContain('2 are below, for you alone.');
  expect(desk.answered).toMatch(/huge.bin is larger than Discord takes here.*b.md is not the file that was checked/);
  await handOverFiles(desk.discord, to, { view, json: null, exit: 0, attachments: attachments.slice(3) });
  expect(desk.answered).toContain('huge.bin is larger than this bot sends (50 MiB).');
  expect(log).toHaveLength(3);
});

test('what may have arrived is not sent again, by no way', async () => {
  const view = plainView('ok', ['All green.']);
  const to = { sender: IDS.ana, token: 'token-1', at: desk.stage.ground.clock.now().toISOString(), fileLimit: null };
  const before = desk.calls.length;
  const directly = () =>
    desk.calls.slice(before).flatMap(({ method, path }) => (path.startsWith('/channels/') ? [method] : []));
  desk.refuse = ({ path }) => (path.startsWith('/webhooks/') ? new Error('socket hang up') : null);
  expect(await addPrivately(desk.discord, to, [{ view }, { view }])).toBe(true);
  expect(desk.calls.slice(before).map(({ method }) => method)).toEqual(['post', 'post']);
  expect(directly()).toEqual([]);
  // Nobody was reached, so nothing arrived.
  desk.refuse = ({ path }) =>
    path.startsWith('/webhooks/') ? Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) : null;
  expect(await addPrivately(desk.discord, to, [{ view }])).toBe(true);
  expect(directly()).toEqual(['post']);
  const { once } = makeRest({ botToken: 'x', apiUrl: null }, silentLog);
  expect(once.options.retries).toBe(0);
});

test('a conversation that was noted for an older bot is forgotten, and the answer arrives in its own', async () => {
  await desk.stage.db
    .insertInto('chat_directs')
    .values({ platform: 'discord', sender: IDS.vic, channel: '330000', opened_at: new Date(0) })
    .execute();
  desk.refuse = ({ path }) => (path === '/channels/330000/messages' ? new Refused(10003) : null);
  const to = { sender: IDS.vic, token: null, at: null, fileLimit: null };
  expect(await answerPrivately(desk.discord, to, plainView('ok', ['All green.']))).toBe(true);
  expect(desk.directly.at(-1)).toBe('All green.');
  expect(desk.calls.at(-1)?.path).toBe(`/channels/33${IDS.vic.slice(2)}/messages`);
  desk.refuse = () => null;
});

test('a direct message takes no file as large as a boosted server does, and says so', async () => {
  const files = { 'brief.md': 'Revenue 3\n', 'large.bin': 'x'.repeat(10 * 1_048_576 + 1) };
  const { codes } = await desk.review({}, files);
  desk.crashed = true;
  await desk.click('ana', codes.files ?? '', { body: { attachment_size_limit: 50 * 1_048_576 } });
  desk.crashed = false;
  const ask = (await desk.asks()).at(-1);
  if (!ask) throw new Error('it was not noted');
  await desk.stage.ground.clock.advance(15 * 60_000);
  const before = desk.calls.length;
  await performReceived(desk.discord, ask);
  expect(desk.calls.slice(before).flatMap((call) => call.files.map(({ name }) => name))).toEqual(['brief.md']);
  expect(desk.directly.join(' ')).toContain('large.bin is larger than Discord takes here');
});

test('where the drawing is refused the words are said all the same', async () => {
  desk.refuse = ({ body }) => (JSON.stringify(body).includes('"type":14') ? new Refused(50035) : null);
  const { codes, name } = await desk.review();
  await desk.click('ana', codes.look ?? '');
  desk.refuse = () => null;
  expect(desk.answered).toContain(name);
});

test('whoever takes over what a dead process had taken does it and answers; given up, they are told', async () => {
  const { codes, id } = await desk.alert();
  desk.crashed = true;
  await desk.click('jon', codes.acknowledge ?? '');
  desk.crashed = false;
  const { discord } = desk;
  const work = new Work(discord.ground, 'discord');
  const look = () =>
    takeLeftovers({
      ...{ platform: 'discord', ground: discord.ground, process: randomUUID(), oneMachine: true, work },
      perform: (ask) => performReceived(discord, ask),
      tellGivenUp: (ask) => tellGivenUp(discord, ask),
      outage: new OwnOutage(),
    });
  await look();
  await work.idle();
  expect((await desk.asks()).at(-1)).toMatchObject({ state: 'done', tries: 2, outcome: `acknowledge A-${id}: done` });
  expect(desk.answered).toContain(`A-${id}`);

  desk.crashed = true;
  await desk.click('jon', codes.acknowledge ?? '');
  desk.crashed = false;
  await desk.stage.db.updateTable('asks').set({ tries: 3 }).where('state', '=', 'taken').execute();
  await desk.stage.ground.clock.advance(15 * 60_000);
  await look();
  await work.idle();
  expect(desk.directly.at(-1)).toContain(`Acknowledge A-${id} failed on our side each time it was tried`);
});

test('that a command was given up is told to its person alone, also where its answer was to be public', async () => {
  const { discord } = desk;
  const at = discord.ground.clock.now().toISOString();
  const payload = { what: 'words', words: 'search "merger"', private: false, token: 'way-back', at };
  const noted = { platform: 'discord', kind: 'command', sender: IDS.jon, person: 'jon', place: null, payload } as const;
  const ask = await takeAsk(discord.ground, discord.process, { ...noted, key: 'public' });
  if (!ask) throw new Error('it was not noted');
  const before = desk.calls.length;
  await tellGivenUp(discord, ask);
  const [away, told, ...more] = desk.calls.slice(before);
  expect([away?.method, away?.path, more]).toEqual(['delete', expect.stringMatching(/@original$/), []]);
  expect(told).toMatchObject({ path: expect.stringMatching(/\/way-back$/), body: { flags: 32_832 } });
  expect(wordsIn(told?.body)).toContain('/cowork search "merger" failed on our side');
  desk.refuse = ({ path }) => (path.startsWith('/webhooks/') ? new Refused(50027) : null);
  await tellGivenUp(discord, ask);
  desk.refuse = () => null;
  expect(desk.directly.at(-1)).toContain('was given up');
});

describe('who it is', () => {
  const from = (over: Json) =>
    senderOf(desk.discord, { id: '1', type: 3, channel_id: CHANNEL, guild_id: GUILD, ...over });
  const member = (id: unknown, over: Json = {}) => ({ member: { user: { id }, roles: [], ...over } });
  const STRANGER = '190000000000000001';

  test('listed people by their id, others as far as they are members of this server', async () => {
    expect(await from(member(IDS.ana))).toEqual({
      ...{ sender: IDS.ana, person: 'ana', member: false, unsure: false, outsider: null, place: `discord:${CHANNEL}` },
    });
    expect(await from(member(STRANGER))).toMatchObject({ person: null, member: true });
    expect(await from(member(STRANGER, { roles: undefined }))).toMatchObject({ member: true });
    expect(await from(member(STRANGER, { pending: true }))).toMatchObject({ member: false });
    expect(await from({ ...member(STRANGER), guild_id: '1' })).toMatchObject({ member: false });
    expect(await from(member(STRANGER, { user: { id: STRANGER, bot: true } }))).toMatchObject({ sender: '' });
    for (const odd of [{}, { member: null }, { member: { user: null } }, member(5), member('x'), member('')])
      expect(await from(odd)).toMatchObject({ sender: '', person: null, member: false });
  });

  test('in a direct message Discord is asked; where it does not tell, nobody is vouched for', async () => {
    const direct = { guild_id: undefined, user: { id: STRANGER } };
    expect(await from(direct)).toMatchObject({ member: true, place: 'discord:direct' });
    const asked = () => desk.calls.filter(({ method }) => method === 'get').length;
    expect([await from(direct), asked()]).toMatchObject([{ member: true }, 1]);
    await desk.stage.ground.clock.advance(11 * 60_000);
    desk.refuse = () => new Refused(10007);
    expect(await from(direct)).toMatchObject({ member: false, unsure: false, outsider: 'stranger' });
    await desk.stage.ground.clock.advance(11 * 60_000);
    desk.refuse = () => new Refused(50001);
    expect(await from(direct)).toMatchObject({ member: false, unsure: true });
    const click = { ...direct, member: undefined };
    const done = await desk.arrive(STRANGER, 3, { custom_id: 'v1|command|status|' }, { body: click });
    desk.refuse = () => null;
    expect(wordsIn(done.callback?.data)).toContain('Discord did not tell who you are just now');
    expect(await from({ ...direct, user: { id: IDS.jon } })).toMatchObject({ person: 'jon' });
  });

  test('listed people too: a bot, one who has not agreed to the rules, and one who is no member are nobody', async () => {
    const ana = { sender: IDS.ana, person: null, member: false, unsure: false };
    expect(await from(member(IDS.ana, { pending: true }))).toMatchObject({ ...ana, outsider: 'pending' });
    expect(await from({ ...member(IDS.ana), guild_id: '1' })).toMatchObject({ ...ana, outsider: 'stranger' });
    const bot = { user: { id: IDS.ana, bot: true } };
    expect(await from(member(IDS.ana, bot))).toMatchObject({ ...ana, sender: '', outsider: 'bot' });
    const direct = { guild_id: undefined, member: undefined, user: { id: IDS.ana } };
    // While Discord does not tell, whoever is listed goes on, and it is not asked at each click.
    const before = desk.calls.length;
    desk.refuse = () => new Refused(50001);
    for (const _ of [1, 2]) expect(await from(direct)).toMatchObject({ person: 'ana', unsure: false });
    expect(desk.calls).toHaveLength(before + 1);
    await desk.stage.ground.clock.advance(31_000);
    desk.refuse = () => new Refused(10007);
    for (const _ of [1, 2]) expect(await from(direct)).toMatchObject({ ...ana, outsider: 'stranger' });
    expect(desk.calls).toHaveLength(before + 2);
    // What it told last counts.
    await desk.stage.ground.clock.advance(11 * 60_000);
    desk.refuse = () => new Refused(50001);
    expect(await from(direct)).toMatchObject({ ...ana, outsider: 'stranger' });
    desk.refuse = () => null;
  });

  const refusals = async () =>
    (await desk.stage.db.selectFrom('audit').select('id').where('act', '=', 'access.refused').execute()).length;

  test('and they hear why nothing was done', async () => {
    const { codes, id } = await desk.review();
    const [asks, before] = [await desk.asks(), await refusals()];
    const pending = { body: { member: { user: { id: IDS.ana }, roles: [], pending: true } } };
    const words = async (code: string, over: object) => wordsIn((await desk.click('ana', code, over)).callback?.data);
    for (const code of [codes.approve, codes.reject, codes.look]) {
      expect(await words(code ?? '', pending)).toContain(
        'You have not agreed to the rules of this server yet, so you may do nothing here. Nothing was done. ' +
          'Agree to them in Discord, then try again.',
      );
    }
    const sent = await desk.send('ana', codes.reject ?? '', { reason: 'x' }, pending);
    expect(wordsIn(sent.callback?.data)).toContain('You have not agreed to the rules');
    desk.refuse = ({ method }) => (method === 'get' ? new Refused(10007) : null);
    const direct = { body: { guild_id: undefined, member: undefined, user: { id: IDS.ana } } };
    expect(await words(codes.approve ?? '', direct)).toContain('Your Discord account is not one of this server');
    desk.refuse = () => null;
    expect(await desk.row(id)).toMatchObject({ state: 'open' });
    expect(await desk.asks()).toEqual(asks);
    // The same again is not noted again: what was sent, and Approve in a direct message.
    expect(await refusals()).toBe(before + 3);
  });
});

test('where default_role is none nobody is asked about; what the interaction says by itself counts all the same', async () => {
  await using closed = await Desk.open();
  const { codes } = await closed.review();
  const UMA = '190000000000000002';
  const from = (over: Json) => senderOf(closed.discord, { id: '1', type: 3, channel_id: CHANNEL, ...over });
  const member = { user: { id: UMA }, roles: [] };
  const nobody = { person: null, member: false, unsure: false };
  expect(await from({ guild_id: GUILD, member })).toMatchObject({ ...nobody, outsider: null });
  expect(await from({ user: { id: UMA } })).toMatchObject({ ...nobody, outsider: null });
  expect(await from({ guild_id: '1', member })).toMatchObject({ ...nobody, outsider: 'stranger' });
  const pending = { ...member, pending: true };
  expect(await from({ guild_id: GUILD, member: pending })).toMatchObject({ ...nobody, outsider: 'pending' });
  expect(closed.calls.filter(({ method }) => method === 'get')).toEqual([]);
  // Approve goes on to the act, and Reject… stops before a form: the same words.
  for (const code of [codes.approve, codes.reject]) {
    const done = await closed.arrive(UMA, 3, { component_type: 2, custom_id: code ?? '' });
    await closed.idle();
    expect(done.callback?.type === 4 ? wordsIn(done.callback.data) : closed.answered).toContain(
      `You are not listed in cowork.yaml, so you cannot act here. Ask Jon to add you there, with your Discord id: ${UMA}.`,
    );
  }
});

test('whatever is missing from an interaction or too much in it, it is answered and nothing is thrown', async () => {
  const { codes, id } = await desk.review();
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, 0, '', [], {}, 'v1|look|R-1|', '@everyone', '\u202e', '\0', true, undefined),
    fc.string({ maxLength: 300 }),
    fc.anything({ maxDepth: 1 }),
  );
  const keys = ['id', 'data', 'message', 'member', 'channel_id', 'channel', 'guild_id', 'token', 'user', 'version'];
  const over = fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 3 });
  const data = fc.record({ custom_id: odd, values: odd, components: odd, component_type: odd }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(3, 5), over, fc.option(data), async (type, body, changed) => {
      const own = { custom_id: codes.reject ?? '', components: [] };
      const done = await desk.arrive(IDS.sam, type, changed ?? own, { body });
      expect(done.callback?.type).toBeOneOf([4, 5, 6, 7, 9]);
      await desk.idle();
    }),
    { numRuns: 150 },
  );
  expect(await desk.row(id)).toMatchObject({ state: 'open' });
  expect(readInteraction({}).kind).toBe('other');
}, 120_000);

test('no page leaves out what another could hold, and each is one that Discord takes', async () => {
  const options = await desk.discord.draw();
  const text = fc.array(
    fc.string({ unit: fc.constantFrom('a', '*', '_', '\n', ' ', '@', '`', '字'), maxLength: 160 }),
    {
      maxLength: 60,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (quotes) => {
      const view: MessageView = {
        summary: [['R-1']],
        parts: [
          { part: 'headline', tone: 'info', text: ['R-1'] },
          ...quotes.map((each, at) => ({ part: 'quote' as const, by: `file ${at}`, text: each.join('\n') })),
          { part: 'actions', actions: [{ intent: 'look', subject: 'R-1', label: 'Look', style: 'plain' }] },
        ],
        mentions: [],
      };
      const pages = pagesOf(view, options);
      for (const page of pages) expect(checkDiscord(renderDiscord(page, options))).toEqual([]);
      expect(pages.at(-1)?.parts.at(-1)).toMatchObject({ part: 'actions' });
      expect(pages.slice(0, -1).some(({ parts }) => parts.some(({ part }) => part === 'actions'))).toBe(false);
    }),
    { numRuns: 60 },
  );
});
