import { expect, test } from 'vitest';
import { DeliveryError } from '#src/chat/adapter.ts';
import { buttonsOf, channel, click, type } from './chat.ts';
import { NODE, WRITE } from './home.ts';
import { World } from './world.ts';

const OPS = 'slack:C0OPS';
const SPARE = 'slack:C0SPARE';
const IN_CHAT = { channels: { 'cowork-ops': [OPS] }, alerts: { fallback: [SPARE] } };
const FAILS = '#!/bin/sh\necho "connection refused" >&2\nexit 3\n';
const VALUES = { reason: 'the revenue of the north is missing' };
/** What the chat was asked for since, without the welcome. */
const calls = (world: World, place = OPS) =>
  world.chat.calls
    .filter((one) => one.place === place && !one.text.startsWith('Cowork Ops posts here'))
    .map(({ call, text }) => `${call}: ${text.split('\n')[0]}`);
const first = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0] as T;
};

test('a P1 alert: posted, taken by a click, folded, recovered; one message in every place', async () => {
  await using world = await World.open({
    team: IN_CHAT,
    workflows: { brief: { severity: 'P1', tier: 'T0' } },
    skills: { 'write-v1': FAILS },
    chat: true,
  });
  const run = await world.runToEnd('brief');
  const posted = first(await channel(world, 'cowork-ops'));
  expect(posted.text.split('\n').slice(0, 5)).toEqual([
    '[P1] Cowork FAIL: brief',
    `run_id: ${run.run_id} | Skill: write_v1`,
    'error: SkillExit — The skill ended with exit code 3; its last words: “connection refused”.',
    'partial: none',
    expect.stringMatching(/^owner: Maya/),
  ]);

  expect(await click(world, 'jon', posted, 'acknowledge')).toBe('You have A-1 now; the others see it.');
  const taken = first(await channel(world, 'cowork-ops'));
  expect(taken).toMatchObject({
    id: posted.id,
    edited: true,
    text: expect.stringMatching(/^\[P1\] .* · ◐ Jon has it\n/),
  });
  expect(taken.text).toContain('Jon has it since');
  expect(buttonsOf(taken).map(({ intent }) => intent)).not.toContain('acknowledge');
  // Ana's button of a moment ago: who was faster, and nothing else happens.
  expect(await click(world, 'ana', posted, 'acknowledge')).toMatch(
    /^A-1 was acknowledged by Jon today [\s\S]*Nothing changed\.$/,
  );
  expect(await click(world, 'vic', posted, 'resolve', VALUES)).toMatch(/^You may not resolve/);

  for (let again = 0; again < 5; again += 1) await world.runToEnd('brief');
  const folded = first(await channel(world, 'cowork-ops'));
  expect(folded.text).toContain('6 times since');
  expect(folded.lines.map((line) => line.split(' since')[0])).toEqual(['brief again: 2 times', 'brief again: 5 times']);

  await world.putSkill('write-v1', WRITE);
  await world.taken();
  const well = await world.runToEnd('brief');
  const over = first(await channel(world, 'cowork-ops'));
  expect(over).toMatchObject({
    id: posted.id,
    text: expect.stringMatching(/^\[P1\] Cowork FAIL: brief · ✓ recovered\n/),
  });
  expect(over.lines.at(-1)).toContain(`brief recovered: run ${well.run_id} is fine`);
  expect(await click(world, 'jon', taken, 'resolve', VALUES)).toMatch(/^A-1 recovered today [\s\S]*Nothing changed\.$/);

  // The chat shows word for word the same, by one post, edits, and a line for each that the console has.
  expect(world.chat.texts(OPS).at(-1)).toBe(over.text);
  expect(world.chat.lines(world.chat.at(OPS).at(-1)?.id ?? '')).toEqual(over.lines);
  expect(calls(world).filter((call) => call.startsWith('post: [P1]'))).toHaveLength(1);
});

test('a review item: posted, looked at, approved by the button, and shown in production by the same message', async () => {
  await using world = await World.open({ team: { channels: { reviews: [OPS] } }, chat: true });
  const run = await world.runToEnd('brief');
  const posted = first(await channel(world, 'reviews'));
  expect(posted.text).toMatch(/^Review R-1 · Monday board brief · /);
  expect(buttonsOf(posted).map(({ intent }) => intent)).toEqual(
    expect.arrayContaining(['approve', 'reject', 'ask', 'look']),
  );

  await click(world, 'ana', posted, 'look');
  const looked = first(await channel(world, 'reviews'));
  expect(looked.text).toContain('Being looked at: Ana');
  expect(await click(world, 'vic', looked, 'approve')).toMatch(/^You may not approve brief\./);
  expect(await click(world, 'ana', looked, 'approve')).toMatch(/^R-1 is approved/);
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  const placed = first(await channel(world, 'reviews'));
  expect(placed).toMatchObject({ id: posted.id, edited: true });
  expect(placed.text).toContain('approved, in production');
  expect(buttonsOf(placed).map(({ intent }) => intent)).not.toContain('approve');
  expect(await click(world, 'jon', posted, 'approve')).toMatch(
    /^R-1 was approved by Ana today [\s\S]*Nothing changed\.$/,
  );
  expect(world.chat.texts(OPS).at(-1)).toBe(placed.text);
  expect(calls(world).filter((call) => call.startsWith('post'))).toHaveLength(1);
  expect(await type(world, 'jon', `/cowork audit ${run.run_id}`)).toContain('approved');
});

test('a change that is asked for, and a rejection: the item, its successor and the owner of the skill are told', async () => {
  await using world = await World.open();
  await world.runToEnd('brief');
  const asked = first(await channel(world, 'reviews'));
  await click(world, 'jon', asked, 'ask', { reason: 'Name the currency.' });
  await world.until('the next item', async () => (await channel(world, 'reviews')).length === 2);
  const [before, next] = await channel(world, 'reviews');
  expect(before).toMatchObject({ id: asked.id, text: expect.stringContaining('superseded') });
  expect(next?.text).toMatch(/^Review R-2 · /);
  if (next) await click(world, 'maya', next, 'reject', VALUES);
  const ended = (await channel(world, 'reviews'))[1];
  expect(ended?.text).toContain('rejected');
  expect(ended?.text).toContain(VALUES.reason);
  // Privately, and once for each word.
  const own = await channel(world, '@sam');
  expect(own.map(({ text }) => text)).toEqual([
    expect.stringContaining('Name the currency.'),
    expect.stringContaining(VALUES.reason),
  ]);
});

test('a place that is away for an hour is told of elsewhere, and when it is back gets one edit with what is so by then', async () => {
  await using world = await World.open({
    team: IN_CHAT,
    workflows: { brief: { severity: 'P1', tier: 'T0' } },
    skills: { 'write-v1': FAILS },
    chat: true,
  });
  await world.runToEnd('brief');
  const posted = first(await channel(world, 'cowork-ops'));
  const before = calls(world).length;
  world.chat.away.set(OPS, new DeliveryError('away', 'channel_is_archived'));
  await click(world, 'jon', posted, 'acknowledge');
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await world.runToEnd('brief');
    await world.told();
    await world.pass('15m');
    await world.told();
  }
  const [alert, away, ...more] = await channel(world, 'cowork-ops');
  expect(more).toEqual([]);
  expect(alert?.text).toContain('5 times since');
  expect(away?.text).toContain(`${OPS} cannot be reached: channel_is_archived`);
  expect(world.chat.texts(SPARE).at(-1)).toBe(away?.text);
  const tried = calls(world).length;

  world.chat.away.clear();
  await world.putSkill('write-v1', WRITE);
  await world.taken();
  await world.runToEnd('brief');
  await world.pass('2m');
  await world.told();
  const [now, back] = await channel(world, 'cowork-ops');
  expect(world.chat.texts(OPS).at(-1)).toBe(now?.text);
  expect(now?.text).toContain('· ✓ recovered');
  // One change of the one message and the lines it had missed; nothing was posted a second time.
  const since = calls(world).slice(tried);
  expect(since.filter((call) => call.startsWith('edit'))).toEqual(['edit: [P1] Cowork FAIL: brief · ✓ recovered']);
  expect(calls(world).filter((call) => call.startsWith('post: [P1]'))).toHaveLength(1);
  expect(before).toBe(1);
  expect(back?.text).toContain('recovered');
});

test('a notice whose fact has gone on three states since is one message, with the state of now', async () => {
  await using world = await World.open({
    team: IN_CHAT,
    workflows: { brief: { severity: 'P1', tier: 'T0' } },
    skills: { 'write-v1': FAILS },
    chat: true,
  });
  await world.told();
  // Nobody delivers meanwhile: only a worker is up.
  await world.stop();
  await world.start(['worker']);
  await world.runToEnd('brief');
  await world.runToEnd('brief');
  expect((await world.cli('alert', 'ack', 'A-1', '--as', 'jon')).code).toBe(0);
  await world.putSkill('write-v1', WRITE);
  await world.taken();
  await world.runToEnd('brief');
  expect(await world.alerts()).toMatchObject([{ state: 'recovered', count: 2, acknowledged_by: 'jon' }]);
  await world.stop();
  await world.start();
  const only = first(await channel(world, 'cowork-ops'));
  expect(only).toMatchObject({ edited: false, lines: [] });
  expect(only.text).toMatch(/^\[P1\] Cowork FAIL: brief · ✓ recovered\n/);
  expect(calls(world)).toEqual(['post: [P1] Cowork FAIL: brief · ✓ recovered']);
});

test('a message that a chat refuses is a dead letter, told elsewhere, and no longer one when its next state is taken', async () => {
  await using world = await World.open({
    team: IN_CHAT,
    workflows: { brief: { tier: 'T0' } },
    skills: { 'write-v1': FAILS },
    chat: true,
  });
  await world.told();
  world.chat.refuses = /FAIL: brief/;
  await world.runToEnd('brief');
  await world.told();
  const [alert, dead] = await channel(world, 'cowork-ops');
  expect(alert?.text).toMatch(/^\[P2\] Cowork FAIL: brief\n/);
  expect(dead?.text).toContain(`${OPS} was not told about alert A-1: invalid_blocks`);
  expect(calls(world, SPARE)).toEqual([expect.stringMatching(/^post: \[P2\] Cowork UNREACHABLE/)]);
  expect(await world.db.selectFrom('deliveries').select(['place', 'subject', 'state']).execute()).toEqual([
    { place: OPS, subject: 'alert:1', state: 'dead' },
  ]);
  world.chat.refuses = null;
  await world.runToEnd('brief');
  await world.told();
  expect(world.chat.texts(OPS).at(-1)).toContain('2 times since');
  expect(await world.db.selectFrom('deliveries').selectAll().execute()).toEqual([]);
  expect((await world.alerts()).find(({ kind }) => kind === 'UNREACHABLE')).toMatchObject({ state: 'recovered' });
});

test('the daily digest is made at its time, once, and its absence is an alert', async () => {
  await using world = await World.open({
    team: { ...IN_CHAT, digests: { daily: { cron: '0 8 * * *' } } },
    workflows: { brief: {} },
    at: '2026-11-23T07:50:00+01:00',
    chat: true,
  });
  // The one of yesterday 08:00 is less than a day old: whoever starts in the morning reads it, once there may be news.
  await world.beat();
  expect(await channel(world, 'cowork-ops')).toEqual([]);
  await world.pass('1m');
  expect(await channel(world, 'cowork-ops')).toHaveLength(1);
  await world.runToEnd('brief');
  await world.becomes('2026-11-23T08:00:01+01:00');
  for (let beats = 0; beats < 3; beats += 1) await world.beat();
  const [, digest, ...more] = await channel(world, 'cowork-ops');
  expect(more).toEqual([]);
  expect(digest?.text).toMatch(/1 review waits/);
  await world.pass('16m');
  expect(await world.openAlerts()).toEqual([]);

  // The next one finds nobody who posts it.
  await world.stop();
  await world.start(['worker']);
  await world.becomes('2026-11-24T08:00:01+01:00');
  await world.pass('16m');
  expect((await world.openAlerts()).filter(({ kind }) => kind === 'MISSED')).toMatchObject([
    { key: 'MISSED:daily-digest', count: 1, error_message: expect.stringContaining('nobody has posted it') },
  ]);
  await world.stop();
  await world.start();
  const late = await channel(world, 'cowork-ops');
  expect(late.map(({ text }) => text).join('\n')).toContain('The daily digest of Tue 24 Nov 08:00 is missing');
  await world.beat();
  expect((await world.alerts()).filter(({ kind }) => kind === 'MISSED')).toMatchObject([{ state: 'recovered' }]);
});

test('a missed slot, a late run and a review that nobody decides are each told in the channel', async () => {
  await using world = await World.open({
    workflows: {
      slow: {
        tier: 'T0',
        schedule: { cron: '0 6 * * *', catch_up: 'skip' },
        deadline: '10m',
        steps: [{ id: 'write', skill: 'slow-v1' }],
      },
      brief: { severity: 'P1' },
    },
    skills: {
      'slow-v1': `${NODE}\nimport { setTimeout as sleep } from 'node:timers/promises';\nwhile (!existsSync('/nowhere')) await sleep(50);\n`,
    },
  });
  await world.runToEnd('brief');
  await world.becomes('2026-11-23T06:00:01+01:00');
  const slow = await world.newest('slow');
  await world.reaches(slow.run_id, 'running');
  await world.pass('11m');
  await world.pass('4h');
  const texts = (await channel(world, 'cowork-ops')).map(({ text }) => text);
  expect(texts).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\[P2\] Cowork LATE: slow\n/),
      expect.stringMatching(/^\[P1\] Cowork OVERDUE REVIEW: brief\n/),
    ]),
  );
  expect(first(await channel(world, 'reviews')).text).toMatch(/The ops lead, Jon, was told/);
  await world.cli('cancel', slow.run_id, '--as', 'maya');
  await world.ended(slow.run_id);
  // A day and a half without a clock: the slot of 24 November is over.
  await world.pass('36h');
  await world.until('the missed slot in the channel', async () =>
    (await channel(world, 'cowork-ops')).some(({ text }) => text.startsWith('[P2] Cowork MISSED: slow')),
  );
});

test('what is delivered under T1 is told, and a pause is told with who made it and again when it ends', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T1' }, quiet: { tier: 'T0' } } });
  const run = await world.runToEnd('brief');
  await world.runToEnd('quiet');
  expect(first(await channel(world, 'reviews')).text).toContain(run.promoted_to);
  expect(await type(world, 'maya', 'pause brief --reason "ledger moves"')).toContain('paused');
  const paused = first(await channel(world, 'cowork-ops'));
  expect(paused.text).toMatch(/brief/);
  expect(paused.text).toContain('Maya');
  expect(paused.text).toContain('ledger moves');
  await click(world, 'jon', paused, 'resume');
  const resumed = first(await channel(world, 'cowork-ops'));
  expect(resumed).toMatchObject({ id: paused.id, edited: true });
  expect(resumed.text).toContain('Jon');
});

test('an edit of the home draws open messages anew: who may decide, and where they are', async () => {
  await using world = await World.open({ team: { channels: { reviews: [], board: [OPS] } }, chat: true });
  await world.runToEnd('brief');
  const before = first(await channel(world, 'reviews'));
  expect(before.text).toContain('Can decide: Ana, Jon and Maya');
  await world.putWorkflow('brief', { review: { approvers: ['ana'] }, channels: { reviews: 'board' } });
  await world.taken();
  await world.until('the item in its new channel', async () => (await channel(world, 'board')).length === 1);
  const [old, moved] = [first(await channel(world, 'reviews')), first(await channel(world, 'board'))];
  expect(old).toMatchObject({ id: before.id, text: expect.stringContaining('Can decide: Ana\n') });
  expect(moved.text).toBe(old.text);
  expect(world.chat.texts(OPS).at(-1)).toBe(old.text);
});

test('at half of its time an item reminds those who can decide by a line below it, once; overdue it has an alert', async () => {
  await using world = await World.open({
    team: { channels: { reviews: [OPS] } },
    workflows: { brief: { severity: 'P1' } },
    chat: true,
  });
  await world.runToEnd('brief');
  expect(first(await channel(world, 'reviews')).lines).toEqual([]);
  await world.pass('2h');
  await world.beat();
  const reminded = first(await channel(world, 'reviews'));
  expect(reminded.lines).toEqual([expect.stringMatching(/^R-1 still waits, .*@Ana @Jon @Maya$/)]);
  await world.pass('2h');
  expect(first(await channel(world, 'reviews')).lines).toEqual(reminded.lines);
  expect(first(await channel(world, 'cowork-ops')).text).toMatch(/^\[P1\] Cowork OVERDUE REVIEW: brief\n/);
  expect(world.chat.lines(world.chat.at(OPS).at(-1)?.id ?? '')).toEqual(reminded.lines);
});

test('an alert shows that its run is run again, and offers it anew when that came to nothing', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } }, skills: { 'write-v1': FAILS } });
  await world.runToEnd('brief');
  await world.putSkill('write-v1', '#!/bin/sh\nsleep 600\n');
  await world.taken();
  await click(world, 'jon', first(await channel(world, 'cowork-ops')), 'rerun');
  const under = first(await channel(world, 'cowork-ops'));
  expect(under.text).toContain('Run again by Jon');
  expect(buttonsOf(under).map(({ intent }) => intent)).not.toContain('rerun');
  const again = await world.newest('brief');
  await world.reaches(again.run_id, 'running');
  expect((await world.cli('cancel', again.run_id, '--as', 'jon')).code).toBe(0);
  await world.ended(again.run_id);
  const anew = first(await channel(world, 'cowork-ops'));
  expect(anew.text).not.toContain('Run again by Jon');
  expect(buttonsOf(anew).map(({ intent }) => intent)).toContain('rerun');
});
