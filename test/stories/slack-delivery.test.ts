import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Delivery } from '#src/chat/delivery.ts';
import { deleteTwins } from '#src/chat/slack/deliver/index.ts';
import { type Call, servePlatform } from '#test/chat/delivery/wire.ts';
import { Desk, MAYA, OPS, SPARE } from '#test/chat/slack/deliver/desk.ts';
import type { SlackShown } from '#test/emulators/slack/emulator.ts';
import { OPS as HOME, IN_SLACK, InSlack } from './in-slack.ts';

const BOTH = { channels: { 'cowork-ops': [`slack:${OPS}`, `slack:${SPARE}`] } };
const MINUTE = 60_000;
const away = `UNREACHABLE:slack:${OPS}`;

/** The clock goes on until something is so; whatever is due meanwhile is sent. */
async function passing(desk: Desk, delivery: Delivery, so: () => Promise<boolean> | boolean, step = 5000) {
  for (let n = 0; n < 400; n += 1) {
    await delivery.settle();
    if (await so()) return;
    desk.ground.clock.put(step);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`in vain waited for ${so}`);
}

const posts = (desk: Desk, channel = OPS) =>
  desk.slack.calls.filter(({ method, args }) => method === 'chat.postMessage' && args.channel === channel);
const waits = async (desk: Desk) => (await desk.db.selectFrom('deliveries').select('id').execute()).length;

test('an alert: one message in every channel, edited as it goes on, with a line for its repeats and its end', async () => {
  await using desk = await Desk.open({ team: BOTH, drawn: true });
  const delivery = desk.deliver();
  await desk.raise('monday-brief', { severity: 'P1', error_class: 'SkillExit', error_message: 'exit code 3' });
  await delivery.settle();
  for (let n = 0; n < 3; n += 1) {
    desk.ground.clock.put(MINUTE);
    await desk.raise('monday-brief', { severity: 'P1', error_class: 'SkillExit', error_message: 'exit code 3' });
    await delivery.settle();
  }
  await desk.recover('monday-brief');
  await delivery.settle();
  for (const channel of [OPS, SPARE]) {
    const [message, ...more] = desk.slack.messages(channel);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ text: expect.stringMatching(/^\[P1\] Cowork FAIL/), edited: 4 });
    expect(JSON.stringify(message?.blocks[0])).toMatch(/Cowork FAIL.*recovered/);
    const lines = desk.slack.thread(channel, message?.ts ?? '').map(({ text }) => text);
    expect(lines[0]).toContain('again: 2 times');
    expect(lines.at(-1)).toContain('recovered');
    // An edit carries the token on: by it the message is found for as long as it stands.
    expect(message?.metadata).toMatchObject({ event_type: 'cowork_message' });
  }
  expect(desk.slack.amiss).toEqual([]);
});

test('the answer is lost after the write: of a message, of an edit and of a line; nothing is there twice', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  await desk.raise('before');
  await delivery.settle();
  for (const method of ['chat.postMessage', 'chat.update'] as const) {
    desk.slack.fault(method, { kind: 'drop_answer' });
    await desk.raise('a');
    await passing(desk, delivery, async () => (await waits(desk)) === 0);
  }
  desk.slack.fault('chat.postMessage', { kind: 'drop_answer' });
  await desk.recover('a');
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  expect(desk.texts(OPS)).toEqual(['before open 1', 'a recovered 2']);
  const ts = desk.slack.messages(OPS)[1]?.ts ?? '';
  expect(desk.slack.thread(OPS, ts).map(({ text }) => text)).toEqual(['a is well again']);
  expect(posts(desk)).toHaveLength(3);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  expect(desk.slack.amiss).toEqual([]);
});

test('lost before it was written, or with a 500: posted in the end, once', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'drop_call' });
  desk.slack.fault('chat.postMessage', { kind: 'http500' });
  await desk.raise('a');
  await passing(desk, delivery, () => posts(desk).length === 1 && desk.texts(OPS).length === 1);
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  expect(desk.slack.amiss).toEqual([]);
});

test('Slack finishes a post after it was looked for in vain: the one that is kept up to date stays, the other goes', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'late' });
  await desk.raise('a');
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  const [kept] = desk.slack.messages(OPS);
  expect(await deleteTwins(desk.kit)).toBe(0);
  await desk.slack.finish();
  expect(desk.texts(OPS)).toEqual(['a open 1', 'a open 1']);
  expect(await deleteTwins(desk.kit)).toBe(1);
  expect(desk.slack.messages(OPS)).toMatchObject([{ ts: kept?.ts, text: 'a open 1' }]);

  desk.slack.fault('chat.postMessage', { kind: 'late' });
  await desk.recover('a');
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  await desk.slack.finish();
  const lines = () => desk.slack.thread(OPS, kept?.ts ?? '').map(({ text }) => text);
  expect(lines()).toEqual(['a is well again', 'a is well again']);
  // What somebody else says there is nobody's twin.
  await desk.slack.say(OPS, MAYA, 'a open 1');
  desk.slack.fault('chat.delete', { kind: 'http500' });
  expect(await deleteTwins(desk.kit)).toBe(0);
  expect(await deleteTwins(desk.kit)).toBe(1);
  expect(lines()).toEqual(['a is well again']);
  expect(desk.texts(OPS)).toEqual(['a recovered 1', 'a open 1']);
  // After an hour nobody looks any more.
  desk.ground.clock.put(61 * MINUTE);
  const before = desk.slack.calls.length;
  expect(await deleteTwins(desk.kit)).toBe(0);
  expect(desk.slack.calls).toHaveLength(before);
  expect(desk.slack.amiss).toEqual([]);
});

test('where the history may not be read, a lost answer is said elsewhere, and the next change is a new message', async () => {
  await using desk = await Desk.open({ scopes: ['chat:write', 'commands'] });
  const delivery = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'drop_answer', channel: OPS });
  await desk.raise('a');
  await desk.raise('b');
  await passing(desk, delivery, async () => (await desk.alerts()).some(({ key }) => key === `${away} refused`));
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 1', 'b open 1']);
  const report = (await desk.alerts()).find(({ key }) => key === `${away} refused`);
  expect(report?.error_message).toMatch(
    /^slack:C0OPS was not told about alert A-1: it may have been posted, .*:history/,
  );
  expect(desk.texts(SPARE)).toEqual([`${away} refused open 1`]);
  await desk.raise('a');
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  expect(desk.texts(OPS)).toEqual(['a open 1', 'b open 1', 'a open 2']);
  expect(desk.texts(SPARE)).toEqual([`${away} refused recovered 1`]);
  await desk.recover('a');
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  expect(desk.texts(OPS)).toEqual(['a open 1', 'b open 1', 'a recovered 2']);
  desk.slack.expectAmiss(/missing scope/);
});

test.each(['drop_call', 'drop_answer'] as const)(
  'where the history may not be read, a P1 that met a %s is posted all the same, and changes go on there',
  async (kind) => {
    await using desk = await Desk.open({ scopes: ['chat:write', 'commands'] });
    const delivery = desk.deliver();
    desk.slack.fault('chat.postMessage', { kind, channel: OPS });
    await desk.raise('a', { severity: 'P1' });
    await passing(desk, delivery, async () => (await waits(desk)) === 0);
    const twin = kind === 'drop_answer' ? ['a open 1'] : [];
    expect(desk.texts(OPS)).toEqual([...twin, 'a open 1']);
    expect(desk.texts(SPARE)).toEqual([`${away} twin recovered 1`]);
    expect((await desk.alerts()).at(-1)?.error_message).toMatch(
      /^The message about alert A-1 at slack:C0OPS is posted again and may be there twice: .*channels:history/,
    );
    await desk.raise('a', { severity: 'P1' });
    await passing(desk, delivery, async () => (await waits(desk)) === 0);
    expect(desk.texts(OPS)).toEqual([...twin, 'a open 2']);
    desk.slack.expectAmiss(/missing scope/);
  },
);

test('messages that can no longer be changed are posted anew, and that is said once for all of them', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  for (const key of ['a', 'b', 'c']) await desk.raise(key);
  await delivery.settle();
  desk.slack.fault('chat.update', { kind: 'error', error: 'edit_window_closed', times: 3 });
  for (const key of ['a', 'b', 'c']) {
    await desk.raise(key);
    await delivery.settle();
  }
  expect(desk.texts(OPS).slice(3)).toEqual(['a open 2', 'b open 2', 'c open 2']);
  const said = (await desk.alerts()).filter(({ kind }) => kind === 'UNREACHABLE');
  expect(said).toMatchObject([{ key: `${away} fixed`, count: 1, severity: 'P3', state: 'recovered' }]);
  expect(said[0]?.error_message).toMatch(/can no longer be changed: the workspace does not let .*the old one stays/);
});

test('the process stops between the post and its record: the next one finds it and goes on', async () => {
  await using desk = await Desk.open();
  const first = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'drop_answer' });
  await desk.raise('a');
  await first.settle();
  await desk.ends(first);
  await desk.raise('a');
  const second = desk.deliver();
  await passing(desk, second, async () => (await waits(desk)) === 0);
  expect(desk.slack.messages(OPS)).toMatchObject([{ text: 'a open 2', edited: 1 }]);
  expect(posts(desk)).toHaveLength(1);
});

test.each(['before', 'after'] as const)(
  'killed at every call in turn, %s Slack did what it was asked: nothing is there twice, nothing is lost',
  async (when) => {
    await using desk = await Desk.open();
    let killAt = 1;
    let calls = 0;
    const around = async ({ pid }: Call, now: 'before' | 'after') => {
      if (now === 'before') calls += 1;
      if (now !== when || calls !== killAt) return;
      process.kill(pid, 'SIGKILL');
      if (when === 'before') throw new Error('nobody is there');
    };
    await using platform = await servePlatform(desk.adapter, around);
    const ends: unknown[] = [];
    for (const round of [() => desk.raise('a'), () => desk.raise('a'), () => desk.recover('a')]) {
      await round();
      for (killAt = 1; ; killAt += 1) {
        calls = 0;
        const end = await deliveredBy(desk, platform.url);
        ends.push(end);
        if (end === 0) break;
      }
    }
    expect(ends.filter((end) => end === 'SIGKILL').length).toBeGreaterThanOrEqual(3);
    expect(desk.texts(OPS)).toEqual(['a recovered 2']);
    const ts = desk.slack.messages(OPS)[0]?.ts ?? '';
    expect(desk.slack.thread(OPS, ts).map(({ text }) => text)).toEqual(['a is well again']);
    expect(await waits(desk)).toBe(0);
    expect(desk.slack.amiss).toEqual([]);
  },
  120_000,
);

const CHILD = join(import.meta.dirname, '../chat/delivery/child.ts');

/** Delivers in a process of its own; answers how it ended. */
async function deliveredBy(desk: Desk, platform: string): Promise<string | number | null> {
  const child = spawn(process.execPath, [CHILD, desk.fresh.url, platform], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code) throw new Error(said);
  return signal ?? code;
}

test('asked to wait a minute in one channel: the other goes on, and the first is not asked again before', async () => {
  await using desk = await Desk.open({ team: BOTH });
  const delivery = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'rate', afterMs: MINUTE, channel: OPS });
  for (const key of ['a', 'b', 'c']) await desk.raise(key);
  await delivery.settle();
  expect([desk.texts(OPS), desk.texts(SPARE)]).toEqual([[], ['a open 1', 'b open 1', 'c open 1']]);
  await desk.raise('d', { severity: 'P1' });
  await delivery.settle();
  expect(desk.texts(SPARE)).toHaveLength(4);
  desk.ground.clock.put(45_000);
  await delivery.settle();
  expect(desk.slack.calls.filter(({ error }) => error === 'ratelimited')).toHaveLength(1);
  expect(posts(desk)).toEqual([]);
  await passing(desk, delivery, () => desk.texts(OPS).length === 4);
  // What is gravest goes first once it may go at all.
  expect(desk.texts(OPS)[0]).toBe('d open 1');
  expect(await desk.alerts()).toHaveLength(4);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  expect(desk.slack.amiss).toEqual([]);
});

test('Slack is away for ten minutes: the console says so, also of a P1 in between, and then each channel tells how it stands', async () => {
  await using desk = await Desk.open({ team: BOTH });
  const delivery = desk.deliver();
  await desk.raise('a');
  await delivery.settle();
  const before = [OPS, SPARE].map((channel) => desk.slack.messages(channel)[0]?.ts);
  desk.slack.away(true);
  const back = desk.ground.clock.now().getTime() + 10 * MINUTE;
  for (let n = 0; n < 5; n += 1) {
    await desk.raise('a');
    if (n === 2) await desk.raise('grave', { severity: 'P1' });
    await passing(desk, delivery, () => desk.ground.clock.now().getTime() > back - (4 - n) * 2 * MINUTE, MINUTE);
  }
  const outages = async () => (await desk.alerts()).filter(({ kind }) => kind === 'UNREACHABLE');
  expect(await outages()).toMatchObject([
    { state: 'open', severity: 'P1' },
    { state: 'open', severity: 'P1' },
  ]);
  const told = await desk.db.selectFrom('console_messages').select('view').execute();
  expect(told.some(({ view }) => JSON.stringify(view).includes('grave open 1'))).toBe(true);
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  desk.slack.away(false);
  await passing(desk, delivery, async () => (await waits(desk)) === 0);
  for (const [at, channel] of [OPS, SPARE].entries()) {
    expect(desk.slack.messages(channel)[0]).toMatchObject({ ts: before[at], text: 'a open 6', edited: 1 });
    expect(desk.texts(channel).filter((text) => text.startsWith('grave'))).toEqual(['grave open 1']);
  }
  expect((await outages()).map(({ state }) => state)).toEqual(['recovered', 'recovered']);
  expect(desk.slack.amiss).toEqual([]);
}, 60_000);

type Act = (desk: Desk) => unknown;
const revoke: Act = ({ slack }) => slack.revoke();
const TROUBLE: [string, Act, Act, string, RegExp][] = [
  ['archived', ({ slack }) => slack.archive(OPS), ({ slack }) => slack.unarchive(OPS), away, /archived/],
  ['left', ({ slack }) => slack.kick(OPS), ({ slack }) => slack.invite(OPS), away, /\/invite/],
  ['without a token', revoke, ({ slack }) => slack.restore(), 'UNREACHABLE:slack', /SLACK_BOT_TOKEN/],
];

test.each(TROUBLE)(
  '%s, and no event says so: noticed by the next call, said elsewhere, healed when it is over',
  async (_name, begin, end, key, words) => {
    await using desk = await Desk.open({ scopes: ['chat:write', 'commands', 'channels:history'] });
    const delivery = desk.deliver();
    await desk.raise('a');
    await delivery.settle();
    await begin(desk);
    await desk.raise('a');
    await desk.raise('b');
    await passing(desk, delivery, async () => (await desk.place(OPS)).state === 'away');
    const report = (await desk.alerts()).find((one) => one.key === key);
    expect(report?.error_message).toMatch(words);
    await end(desk);
    await passing(desk, delivery, async () => (await waits(desk)) === 0, 30_000);
    expect(desk.texts(OPS)).toEqual(['a open 2', 'b open 1']);
    expect(desk.texts(SPARE)).toEqual([`${key} recovered 1`]);
    expect(desk.slack.amiss).toEqual([]);
  },
);

test('deleted by somebody, and no event says so: the next change posts it again and says why', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  await desk.raise('a');
  await delivery.settle();
  const [message] = desk.slack.messages(OPS);
  await desk.slack.deleteMessage(OPS, message?.ts ?? '', MAYA);
  await desk.raise('a');
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 2']);
  expect(desk.texts(SPARE)).toEqual([`${away} deleted recovered 1`]);
  expect((await desk.alerts()).at(-1)?.error_message).toBe(
    'The message about alert A-1 at slack:C0OPS could not stay: the message was deleted (message_not_found). It is posted there again.',
  );
});

test("the whole product: feedback reaches a skill's owner alone, and what happens to a channel is noticed", async () => {
  await using story = await InSlack.open({ channels: [SPARE], team: { alerts: { fallback: [`slack:${SPARE}`] } } });
  const { world, slack } = story;
  const { db } = world;
  const place = () => db.selectFrom('places').select('state').where('place', '=', `slack:${HOME}`).executeTakeFirst();
  const said = (channel: string, words: RegExp) => async () => {
    await world.told();
    return slack.messages(channel).some(({ blocks }) => words.test(JSON.stringify(blocks)));
  };
  await world.runToEnd('brief');
  const { review_id } = await world.item();
  await world.until('the item', said(HOME, /R-1/));
  const item = slack.messages(HOME).find(({ text }) => text.includes('R-1'));
  await slack.deleteMessage(HOME, item?.ts ?? '', IN_SLACK.jon);
  await world.until('the item again', said(HOME, /R-1/));
  await world.until('the report of it', said(SPARE, /somebody deleted it/));

  await slack.archive(HOME);
  await world.until('the archive noticed', async () => (await place())?.state === 'away');
  await world.until('the report of the archive', said(SPARE, /was archived; unarchive it/));
  expect((await world.cli('reject', review_id, '--reason', 'Old figures', '--as', 'ana')).code).toBe(0);
  await world.until('the feedback', async () => {
    await world.told();
    return slack.dms(IN_SLACK.sam).some(({ blocks }) => JSON.stringify(blocks).includes('Old figures'));
  });
  expect(slack.dms(IN_SLACK.maya)).toEqual([]);
  await slack.unarchive(HOME);
  await world.until('the edit that waited', said(HOME, /Old figures/));
  expect((await place())?.state).toBe('well');
});

test('the whole product: a click that Slack goes away after is done and shown when it is back, and what it never brought is not', async () => {
  await using story = await InSlack.open();
  const { world, slack } = story;
  const { run_id } = await world.runToEnd('brief');
  const { review_id } = await world.item();
  const shown = () => JSON.stringify(slack.messages(HOME).find(({ text }) => text.includes(review_id)) ?? null);
  await world.until('the item', async () => {
    await world.told();
    return shown().includes('Approve');
  });
  const at = { channel: HOME, ts: slack.messages(HOME).find(({ text }) => text.includes(review_id))?.ts ?? '' };
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table decisions in share row exclusive mode');
    expect(await story.as('ana').click(at, 'Approve')).toMatchObject({ acked: true });
    slack.away(true);
    await blocker.query('rollback');
  } finally {
    blocker.release();
  }
  await world.until('the decision', async () => (await world.review(review_id)).state === 'approved');
  await world.ended(run_id);
  // Slack itself says to them that it did not work.
  expect(await story.as('jon').click(at, 'Approve')).toMatchObject({ acked: false });
  expect(await story.as('maya').command('run brief', HOME)).toMatchObject({ acked: false });
  for (let minute = 0; minute < 10; minute += 1) {
    world.clock.put(MINUTE);
    await world.db.updateTable('processes').set({ seen_at: world.clock.now() }).execute();
  }
  expect(shown()).toContain('Approve');
  slack.away(false);
  await world.until('Slack', async () => {
    world.clock.put(30_000);
    return world.product.slack?.state().sockets === 2;
  });
  await world.until('the item as it stands', async () => {
    world.clock.put(30_000);
    await world.told();
    return /approved/i.test(shown()) && !story.as('jon').buttons(at).includes('Approve');
  });
  expect(await world.db.selectFrom('decisions').select('person').execute()).toEqual([{ person: 'ana' }]);
  expect(await world.db.selectFrom('asks').select(['person', 'state']).execute()).toEqual([
    { person: 'ana', state: 'done' },
  ]);
  expect(await world.runs('brief')).toHaveLength(1);
  expect(await story.as('maya').command('status', HOME)).toMatchObject({ acked: true });
});

const HOSTILE = [
  '<!channel> <!here> <!everyone> <!subteam^S0ONCALL1> @channel @here @maya',
  `<@${MAYA}> <#${OPS}|ops> <https://evil.example|approve> https://evil.example/?q=1`,
  '```code``` `tick` *bold* _it_ ~no~ > quote &lt;!channel&gt; &amp;',
  '\u202Eesrever \u2066inner\u2069 \u200B\u200D\uFEFF zero :tada: \u0000 end',
];

test('text that would call people, link or hide calls nobody: it is shown, and nothing in it is live', async () => {
  await using desk = await Desk.open({ drawn: true });
  const delivery = desk.deliver();
  for (const [n, text] of [...HOSTILE, 'x<!channel> '.repeat(9000)].entries())
    await desk.raise(`hostile-${n}`, { error_class: 'Said', error_message: text });
  await delivery.settle();
  await passing(desk, delivery, () => desk.texts(OPS).length === HOSTILE.length + 1);
  for (const message of desk.slack.messages(OPS)) expect(liveIn(message)).toEqual([]);
  const all = JSON.stringify(desk.slack.messages(OPS).map(({ blocks }) => blocks));
  expect(all).toContain('<!channel>');
  expect(all).toContain('<https://evil.example|approve>');
  expect(desk.slack.amiss).toEqual([]);
});

/** Everything in a message that Slack would make live: markup in its text, elements that call or link, texts it parses. */
function liveIn({ text, blocks }: SlackShown): string[] {
  const found: string[] = /<[!@#]|<https?:/.test(text) ? [text] : [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type } = value as { type?: string };
    if (['user', 'usergroup', 'broadcast', 'channel', 'link', 'emoji', 'mrkdwn'].includes(type ?? ''))
      found.push(JSON.stringify(value));
    for (const inner of Object.values(value)) look(inner);
  };
  look(blocks);
  return found;
}
