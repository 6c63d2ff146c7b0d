import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chartPng } from '#src/chat/chart-png.ts';
import { endAsk } from '#src/chat/inbox.ts';
import { type AnswerTo, answerPrivately } from '#src/chat/slack/receive/index.ts';
import type { Chart, MessageView } from '#src/message/view.ts';
import { plainView } from '#src/message/view.ts';
import { IDS, PATIENCE, REVIEWS, Stand, wasAcked, wordsIn } from './stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand[Symbol.asyncDispose]());

const to = (over: Partial<AnswerTo> = {}): AnswerTo => ({
  ...{ sender: IDS.ana, channel: REVIEWS, thread: null, responseUrl: null },
  ...over,
});
const answer = (view: MessageView, over: Partial<AnswerTo> = {}) => answerPrivately(stand.opened.slack, to(over), view);
const view = plainView('info', ['All green.']);

test('a used-up address gives way to a private line beside the message, and that to the direct conversation', async () => {
  const gone = `${stand.slack.url}/actions/T0/none`;
  expect(await answer(view, { responseUrl: gone })).toBe(true);
  expect(stand.slack.ephemerals(IDS.ana)).toMatchObject([{ channel: REVIEWS }]);
  stand.slack.fault('chat.postEphemeral', { kind: 'error', error: 'user_not_in_channel' });
  expect(await answer(view)).toBe(true);
  expect(stand.slack.dms(IDS.ana).map(({ text }) => text)).toEqual(['All green.']);
});

test('where Slack is away for answers the act is done, and nobody’s message changes', async () => {
  const { at, id, name } = await stand.review();
  for (const method of ['response_url', 'chat.postEphemeral', 'conversations.open', 'chat.postMessage'])
    stand.slack.fault(method, { kind: 'error', error: 'access_denied', times: 9 });
  wasAcked(await stand.as('ana').click(at, 'Approve'));
  await stand.done();
  await stand.opened.settle();
  expect(await stand.row(id)).toMatchObject({ state: 'approved' });
  expect((await stand.asks()).at(-1)?.outcome).toBe(`approve ${name}: done; the answer reached nobody`);
  expect(stand.logged.map(({ words }) => words)).toContain('A private answer reached nobody.');
  expect(JSON.stringify(stand.logged)).not.toMatch(/xox|\/actions\//);
});

test('a hundred kilobytes of anything fit, and ping nobody', async () => {
  const long = `<!channel> <@U0ANA> ${'\u202e\u200b`x` <https://evil.example|here> '.repeat(4000)}`;
  expect(await answer(plainView('warn', [long], [long], [long]))).toBe(true);
  const [shown] = stand.slack.ephemerals(IDS.ana);
  expect(shown?.text).not.toContain('<!channel>');
  expect(wordsIn(shown).length).toBeLessThan(13_000);
});

test('a workspace without the newer blocks gets plainer ones', async () => {
  stand.slack.fault('chat.postEphemeral', { kind: 'error', error: 'invalid_blocks' });
  const records: MessageView = {
    ...view,
    parts: [
      ...view.parts,
      {
        ...{ part: 'records', caption: 'Runs', more: 0, noun: 'run' },
        columns: ['Run', 'State'].map((label) => ({ label, align: 'left' })),
        rows: ['1', '2', '3', '4', '5', '6'].map((one) => [[one], ['fine']]),
      },
    ],
  };
  expect(await answer(records)).toBe(true);
  expect(stand.slack.ephemerals(IDS.ana)[0]?.blocks.map(({ type }) => type)).not.toContain('table');
});

test.each([
  ['response_url', { ephemerals: 1, dms: 0 }],
  ['chat.postEphemeral', { ephemerals: 1, dms: 0 }],
  ['chat.postMessage', { ephemerals: 0, dms: 1 }],
] as const)('an answer by %s whose receipt is lost is not sent twice, nor by another way', async (method, there) => {
  const address = stand.slack.workspace.responseUrls.give({ user: IDS.ana, channel: REVIEWS, message: null });
  const responseUrl = method === 'response_url' ? new URL(`/actions/T0/${address}`, stand.slack.url).href : null;
  stand.slack.fault(method, { kind: 'drop_answer' });
  expect(await answer(view, { responseUrl, ...(method === 'chat.postMessage' ? { channel: null } : {}) })).toBe(true);
  expect({
    ephemerals: stand.slack.ephemerals(IDS.ana).length,
    dms: stand.slack.dms(IDS.ana).length,
  }).toEqual(there);
});

test('a conversation that was noted for an older bot is forgotten, and the answer arrives in its own', async () => {
  await stand.stage.db
    .insertInto('chat_directs')
    .values({ platform: 'slack', sender: IDS.ana, channel: 'D0OLDBOT', opened_at: new Date(0) })
    .execute();
  expect(await answer(view, { channel: null })).toBe(true);
  expect(stand.slack.dms(IDS.ana).map(({ text }) => text)).toEqual(['All green.']);
});

const chart: Chart = {
  ...{ part: 'chart', title: 'Net', kind: 'line', unit: 'EUR', labels: ['a', 'b', 'c'] },
  series: [{ name: 'net', values: [1, null, 3] }],
};
const figures: MessageView = { ...view, parts: [...view.parts, chart] };
const shown = (message: { blocks: { type?: unknown }[] } | undefined) => message?.blocks.map(({ type }) => type);
/** The clock stands still here, so that nothing would ever be looked at twice. */
const readyAtOnce = () => {
  stand.slack.workspace.filesNotReady = 0;
};

test('an answer to the whole channel shows the picture of a chart that Slack cannot draw', async () => {
  readyAtOnce();
  // What draws it takes long to load on a slow machine.
  await chartPng(chart, { width: 64, height: 32 });
  const before = stand.slack.messages(REVIEWS).length;
  expect(await answer(figures, { everybody: true })).toBe(true);
  const [posted, ...more] = stand.slack.messages(REVIEWS).slice(before);
  expect([shown(posted), more]).toEqual([['header', 'image'], []]);
  expect(stand.slack.files).toMatchObject([{ mimetype: 'image/png', channels: [] }]);
  // One that Slack draws itself needs none.
  const whole: Chart = { ...chart, series: [{ name: 'net', values: [1, 2, 3] }] };
  await answer({ ...view, parts: [...view.parts, whole] }, { everybody: true });
  expect(stand.slack.files).toHaveLength(1);
  // In the private conversation it is the same picture.
  expect(await answer(figures, { channel: null })).toBe(true);
  expect(shown(stand.slack.dms(IDS.ana).at(-1))).toEqual(['header', 'image']);
  expect(stand.slack.files).toHaveLength(1);
});

test('what only one person sees beside a message uploads nothing: the figures are shown', async () => {
  expect(await answer(figures)).toBe(true);
  expect(shown(stand.slack.ephemerals(IDS.ana)[0])).toEqual(['header', 'rich_text']);
  expect(stand.slack.files).toEqual([]);
  expect(JSON.stringify(stand.slack.ephemerals(IDS.ana)[0]?.blocks)).toContain('net');
});

test('where the bot may not post in the channel the answer goes by its address', async () => {
  readyAtOnce();
  stand.slack.fault('chat.postMessage', { kind: 'error', error: 'not_in_channel' });
  expect(await answer(figures, { everybody: true })).toBe(true);
  expect(stand.slack.ephemerals(IDS.ana)).toHaveLength(1);
});

test.each([
  ['by the bot', 'chat.postMessage', 'drop_answer'],
  ['by the bot', 'chat.postMessage', 'drop_call'],
  ['by its address', 'response_url', 'drop_answer'],
  ['by its address', 'response_url', 'http500'],
] as const)(
  'an answer to all that was sent %s (%s, %s) and may be there is not sent by another way',
  async (_by, method, kind) => {
    readyAtOnce();
    const address = stand.slack.workspace.responseUrls.give({ user: IDS.ana, channel: REVIEWS, message: null });
    const responseUrl = new URL(`/actions/T0/${address}`, stand.slack.url).href;
    const [said, heard] = [stand.slack.messages(REVIEWS).length, stand.slack.ephemerals(IDS.ana).length];
    stand.slack.fault(method, { kind });
    expect(await answer(method === 'response_url' ? view : figures, { everybody: true, responseUrl })).toBe(true);
    const there = kind === 'drop_answer' ? 1 : 0;
    expect(stand.slack.messages(REVIEWS)).toHaveLength(said + there);
    const told = stand.slack
      .ephemerals(IDS.ana)
      .slice(heard)
      .map(({ text }) => text);
    expect(told).toEqual([
      'Slack did not say whether the answer is in the channel. Look there, and ask again if it is not.',
    ]);
  },
);

test('what a process left undone is done by the next, and answered; a run is not started twice', async () => {
  const { id, name } = await stand.review();
  const { slack } = stand.opened;
  const card = stand.slack.messages(REVIEWS).at(-1);
  const code = /v1\|approve\|[^"]+/.exec(JSON.stringify(card?.blocks))?.[0] ?? '';
  const at = stand.stage.ground.clock.now().toISOString();
  const noted = (key: string, payload: object) =>
    stand.stage.db
      .insertInto('asks')
      .values({
        ...{ platform: 'slack', key, kind: 'click', sender: IDS.ana, person: 'ana', place: `slack:${REVIEWS}` },
        ...{ payload: JSON.stringify(payload), taken_at: stand.stage.ground.clock.now(), taken_by: null, tries: 2 },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  const from = { channel: REVIEWS, ts: card?.ts, thread: null, responseUrl: null, shown: null };
  const first = await noted('click:one', { code, values: {}, at, from });
  expect(await stand.told(IDS.ana, () => slack.perform(first))).toContain(`${name} is approved`);
  expect(await stand.row(id)).toMatchObject({ state: 'approved' });

  const runs = () => stand.stage.db.selectFrom('runs').select('id').where('trigger_by', '=', 'sam').execute();
  const run = { ...(await noted('click:two', { code: 'v1|run|brief|', values: {}, at, from })), person: 'sam' };
  await stand.told(IDS.ana, () => slack.perform(run));
  const started = await runs();
  expect(started).toHaveLength(1);
  // As if its process had died before it noted the end.
  const { id: ask, payload } = run;
  const again = { state: 'taken', payload: JSON.stringify(payload) } as const;
  await stand.stage.db.updateTable('asks').set(again).where('id', '=', ask).execute();
  const told = await stand.told(IDS.ana, () => slack.perform(run));
  expect(told).toContain(started[0]?.id ?? 'none');
  expect(await runs()).toEqual(started);

  // What another version noted in another way is told, and ended.
  const odd = await noted('click:three', { words: 'nothing of ours' });
  await slack.perform(odd);
  expect((await stand.asks()).at(-1)).toMatchObject({ state: 'done' });
  await endAsk(stand.stage.ground, odd, 'seen');
});

test('a fault of ours is told without its words, and noted', async () => {
  const { at } = await stand.review();
  await sql`alter table decisions rename to decisions_away`.execute(stand.stage.db);
  const told = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
  expect(told).toContain('Something went wrong on our side');
  expect(told).not.toContain('relation');
  await stand.done();
  expect((await stand.asks()).at(-1)?.outcome).toMatch(/failed$/);
  await sql`alter table decisions_away rename to decisions`.execute(stand.stage.db);
});

test('while the home and the record cannot be reached, whoever clicks or sends a form is told so all the same', async () => {
  const { at, id } = await stand.review();
  const ana = stand.as('ana');
  await ana.click(at, 'Reject…');
  await stand.modal(IDS.ana, 'Why');
  const { homes } = stand.stage.ground;
  const active = homes.active;
  homes.active = async () => {
    throw new Error('secret of the house');
  };
  expect(await stand.told(IDS.ana, () => ana.click(at, 'Approve'))).toContain('Something went wrong on our side');
  const sent = await ana.submit({ reason: 'wrong quarter' });
  expect(sent.errors).toEqual({ reason: expect.stringContaining('Nothing was done. Send it again.') });
  homes.active = active;
  await ana.submit({ reason: 'wrong quarter' });
  await stand.modal(IDS.ana, 'is rejected');
  expect(await stand.row(id)).toMatchObject({ state: 'rejected' });
});

test('a record that is slow gets nothing done behind somebody’s back', async () => {
  const { at, id } = await stand.review();
  const held = Promise.withResolvers<void>();
  const { homes, clock } = stand.stage.ground;
  const active = homes.active;
  homes.active = async () => {
    await held.promise;
    return active.call(homes);
  };
  const click = stand.as('ana').click(at, 'Approve');
  const told = stand.told(IDS.ana, async () => {
    await vi.waitFor(() => expect(stand.slack.unacked()).toBe(1), PATIENCE);
    for (let beats = 0; beats < 6; beats += 1) await clock.advance(1000);
    expect(await click).toMatchObject({ acked: true });
  });
  await vi.waitFor(async () => {
    await clock.advance(1000);
    expect(stand.slack.ephemerals(IDS.ana)).toHaveLength(1);
  }, PATIENCE);
  expect(await told).toContain('The database did not answer in time. Nothing was done. Click again in a minute.');
  held.resolve();
  await stand.opened.settle();
  expect(await stand.asks()).toEqual([]);
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
});
