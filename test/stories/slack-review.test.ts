import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SlackShown } from '#test/emulators/slack/emulator.ts';
import { channel as consoleChannel } from './chat.ts';
import { LEDGER } from './home.ts';
import { IDS, Office, OPS, said } from './slack-office.ts';
import type { World } from './world.ts';

const SIDE = 'C0SIDE';
const BOTH = [OPS, SIDE];
const INPUTS = { ledger: { file: 'data/ledger.csv' } };

const open = (mode: 'socket' | 'http' = 'socket', over: Parameters<typeof Office.open>[0] = {}) =>
  Office.open({
    mode,
    channels: [SIDE],
    team: { channels: { 'cowork-ops': [`slack:${OPS}`], reviews: [`slack:${OPS}`, `slack:${SIDE}`] } },
    workflows: { brief: { tier: 'T2', inputs: INPUTS } },
    files: { 'data/ledger.csv': LEDGER },
    ...over,
  });

/** The message about something, once it says this in a channel. */
async function message(office: Office, where: string, about: string, says: RegExp): Promise<SlackShown> {
  const find = () =>
    office.slack
      .messages(where)
      .findLast(({ text, blocks }) => (text + said(blocks)).includes(about) && says.test(said(blocks)));
  await office.world.until(`${about} in ${where} that says ${says}`, async () => {
    await office.world.told();
    return find() !== undefined;
  });
  return find() as SlackShown;
}

const decisions = (world: World, review: string) =>
  world.db
    .selectFrom('decisions')
    .select('person')
    .where('review_id', '=', Number(review.slice(2)))
    .execute();

const wordsOf = (shown: SlackShown) => said(shown.blocks);
const at = (channel: string, { ts }: SlackShown) => ({ channel, ts });

/** A run that waits for review, and its message in each channel. */
async function waiting(office: Office, workflow = 'brief') {
  const run = await office.world.runToEnd(workflow);
  const { review_id, output_hash } = await office.world.item();
  const [ops, side] = [
    await message(office, OPS, review_id, /Can decide/),
    await message(office, SIDE, review_id, /Can decide/),
  ];
  return { run, review: review_id, hash: output_hash, ops: at(OPS, ops), side: at(SIDE, side) };
}

describe.each(['socket', 'http'] as const)('in %s mode', (mode) => {
  let office: Office;
  beforeAll(async () => {
    office = await open(mode, {
      workflows: { brief: { tier: 'T2', inputs: INPUTS }, board: { tier: 'T3', inputs: INPUTS } },
    });
  });
  afterAll(() => office[Symbol.asyncDispose]());

  test('see, approve, edited everywhere, exactly those bytes in production; then undone', async () => {
    const { world, slack } = office;
    const { run, review, hash, side } = await waiting(office);
    const clicked = await slack.as(IDS.ana).click(side, 'Approve');
    expect(clicked).toMatchObject({ acked: true });
    await world.ended(run.run_id);
    for (const channel of BOTH) {
      const shown = await message(office, channel, review, /approved, in production/);
      expect(wordsOf(shown)).toMatch(/Approved by .*Ana/);
      expect(slack.as(IDS.ana).buttons(at(channel, shown))).toContain('Undo');
      expect(slack.as(IDS.ana).buttons(at(channel, shown))).not.toContain('Approve');
      expect(slack.messages(channel).filter(({ text }) => text.includes(review))).toHaveLength(1);
    }
    const told = await consoleChannel(world, 'reviews');
    expect(told.at(-1)).toMatchObject({ edited: true, text: expect.stringContaining('approved, in production') });
    const { promoted_to } = await world.run(run.run_id);
    expect(await world.sha256sum(promoted_to ?? '', { production: true })).toBe(hash);
    const { 'approval.flag': flag, ...files } = await world.files(promoted_to ?? '');
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['brief.md', 'rows.csv']));
    expect(flag).toContain(hash.slice(7, 19));
    expect(flag).toMatch(/slack/);
    expect(flag).toMatch(/ana/i);

    await slack.as(IDS.maya).click(at(OPS, await message(office, OPS, review, /in production/)), 'Undo');
    for (const channel of BOTH)
      expect(wordsOf(await message(office, channel, review, /undone/))).toMatch(/Undone by .*Maya/);
    expect(await world.files(promoted_to ?? '')).toEqual({});
    await office.done();
  });

  test('look and decide in the modal; who comes late hears who was there before', async () => {
    const { slack, world } = office;
    const { review, ops, side, run } = await waiting(office);
    const ana = slack.as(IDS.ana);
    const [approve = ''] = /v1\|approve\|[^"]+/.exec(JSON.stringify(slack.messages(SIDE))) ?? [];
    await ana.click(ops, 'Look…');
    const brief = await office.modal('ana', /Nothing was approved before/);
    expect(brief).toContain(review);
    await message(office, SIDE, review, /Being looked at: Ana/);
    await ana.click({ modal: true }, 'Approve');
    await office.modal('ana', new RegExp(`${review} is approved`));
    await world.ended(run.run_id);
    // Somebody's window still shows the message as it was.
    const late = slack.ephemerals(IDS.jon).length;
    const actions = [
      { type: 'button', action_id: 'approve.0', block_id: 'b', value: approve, action_ts: '1795410000.1' },
    ];
    await slack.as(IDS.jon).click({ ...side, nth: 0 }, /./, { actions });
    await world.until('an answer to Jon', async () => slack.ephemerals(IDS.jon).length > late);
    expect(said(slack.ephemerals(IDS.jon).at(-1)?.blocks)).toMatch(
      new RegExp(`${review} was approved by Ana .*Nothing changed`),
    );
    await message(office, OPS, review, / of review/);
    await ana.close({ all: true });
  });

  test('T3: one of two is shown to everybody, the same person twice is refused, the second decides', async () => {
    const { slack, world } = office;
    const { review, ops, run } = await waiting(office, 'board');
    await slack.as(IDS.ana).click(ops, 'Approve');
    const half = await message(office, SIDE, review, /Needs two people: 1 of 2 \( ?Ana/);
    const before = slack.ephemerals(IDS.ana).length;
    await slack.as(IDS.ana).click(at(SIDE, half), 'Approve');
    await world.until('the refusal', async () => slack.ephemerals(IDS.ana).length > before);
    expect(said(slack.ephemerals(IDS.ana).at(-1)?.blocks)).toContain(`You have approved ${review} already`);
    await slack.as(IDS.jon).click(at(SIDE, half), 'Approve');
    await world.ended(run.run_id);
    expect(wordsOf(await message(office, OPS, review, /in production/))).toMatch(/Approved by .*Ana.* and .*Jon/);
  });

  test('a restart between the click and the edit loses neither', async () => {
    const { slack, world } = office;
    const { review, ops, run } = await waiting(office);
    slack.fault('chat.update', { kind: 'hang', times: 1 });
    expect(await slack.as(IDS.ana).click(ops, 'Approve')).toMatchObject({ acked: true });
    await world.until('the edit on its way', async () => slack.calls.some(({ error }) => error === 'hanging'));
    const stopped = world.stop({ graceMs: 0 });
    slack.clearFaults();
    await stopped;
    await world.start();
    // Nobody need wait for what was put off meanwhile.
    world.clock.put(30_000);
    await world.ended(run.run_id);
    for (const channel of BOTH) await message(office, channel, review, /approved, in production/);
    expect(await world.review(review)).toMatchObject({ state: 'promoted', closed_by: 'ana' });
    await office.done();
    expect(await decisions(world, review)).toEqual([{ person: 'ana' }]);
  });

  test('reject with a reason, ask for a change: the forms, and what everybody reads then', async () => {
    const { world, slack } = office;
    const { id: before } = await world.db
      .selectFrom('asks')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    const first = await waiting(office);
    const ana = slack.as(IDS.ana);
    await ana.click(first.ops, 'Reject…');
    await office.modal('ana', /Why/);
    expect((await ana.submit({ reason: ' ' })).errors).toEqual({ reason: 'Fill in "Why".' });
    await ana.submit({ reason: 'the ledger of <!channel> *October*' });
    await office.modal('ana', /is rejected/);
    for (const channel of BOTH) {
      const shown = await message(office, channel, first.review, /Rejected by/);
      expect(wordsOf(shown)).toContain('the ledger of <!channel> *October*');
      expect(shown.text).not.toContain('<!channel>');
      expect(slack.as(IDS.jon).buttons(at(channel, shown))).not.toContain('Approve');
    }
    await ana.close({ all: true });

    const second = await waiting(office);
    await slack.as(IDS.jon).click(second.side, 'Ask for a change…');
    await office.modal('jon', /What should change/);
    await slack.as(IDS.jon).submit({ reason: 'shorter, please' });
    await office.modal('jon', /is asked for/);
    await message(office, OPS, second.review, /[Cc]hange asked/);
    const asked = await world.review(second.review);
    expect(asked).toMatchObject({ closed_by: 'jon', closed_reason: 'shorter, please' });
    await office.done();
    const asks = await world.db.selectFrom('asks').select('kind').where('id', '>', before).orderBy('id').execute();
    expect(asks.map(({ kind }) => kind)).toEqual(['form', 'form']);
  });
});

test('who is nobody here decides nothing: unlisted, guest, stranger, and who started the run', async () => {
  await using office = await open();
  const { slack, world } = office;
  const id = await world.begin('brief', '--as', 'maya');
  await world.ended(id);
  const { review_id } = await world.item();
  const ops = at(OPS, await message(office, OPS, review_id, /Can decide/));
  const refusals = [
    ['lee', 'You are not listed in cowork.yaml'],
    ['gus', 'You are not listed in cowork.yaml'],
    ['zoe', 'Your Slack account is not one of this workspace'],
    ['vic', 'You may not approve brief.'],
    ['maya', 'You started this run, so you cannot approve it.'],
  ] as const;
  for (const [who, why] of refusals) {
    const before = slack.ephemerals(IDS[who]).length;
    expect(await slack.as(IDS[who]).click(ops, 'Approve')).toMatchObject({ acked: true });
    await world.until(`an answer to ${who}`, async () => slack.ephemerals(IDS[who]).length > before);
    expect([who, said(slack.ephemerals(IDS[who]).at(-1)?.blocks)]).toEqual([who, expect.stringContaining(why)]);
  }
  expect(await world.review(review_id)).toMatchObject({ state: 'open', approved_by: [] });
});

test('an alert: taken, given, quietened, run again, resolved, each by a click and seen by all', async () => {
  await using office = await open('socket', {
    workflows: { brief: { steps: [{ id: 'write', skill: 'broken-v1' }] } },
    skills: { 'broken-v1': '#!/bin/sh\nexit 3\n' },
  });
  const { slack, world } = office;
  await world.runToEnd('brief');
  const shown = await message(office, OPS, 'Cowork FAIL', /Cowork FAIL: brief.*exit code 3/);
  const here = at(OPS, shown);
  const jon = slack.as(IDS.jon);
  expect(jon.buttons(here)).toContain('Acknowledge');
  await jon.click(here, 'Acknowledge');
  await message(office, OPS, 'Cowork FAIL', /Jon has it/);
  await jon.click(here, 'Assign…');
  await office.modal('jon', /Who takes it/);
  await jon.submit({ person: 'Ana' });
  await message(office, OPS, 'Cowork FAIL', /Given to .*Ana.* by .*Jon/);
  await jon.close({ all: true });
  await jon.click(here, 'Silence…');
  await office.modal('jon', /For how long/);
  await jon.submit({ for: '4 hours', reason: 'ledger moves' });
  await message(office, OPS, 'Cowork FAIL', /Silenced until .* by .*Jon.*ledger moves/);
  await jon.close({ all: true });
  await jon.click(here, 'Rerun');
  await world.until('a second run', async () => (await world.runs('brief')).length === 2);
  const second = (await world.runs('brief')).at(-1);
  await world.ended(second?.id ?? '');
  expect(second).toMatchObject({ trigger_by: 'jon' });
  await jon.click(here, 'Resolve…');
  await office.modal('jon', /What was done/);
  await jon.submit({ reason: 'source renamed' });
  const over = await message(office, OPS, 'Cowork FAIL', /[Rr]esolved by .*Jon/);
  expect(wordsOf(over)).toContain('source renamed');
  expect(jon.buttons(at(OPS, over))).not.toContain('Acknowledge');
  await office.done();
});

test('Slack takes no answers: the act is done, and the record tells everybody later', async () => {
  await using office = await open();
  const { slack, world } = office;
  const { review, ops, run } = await waiting(office);
  for (const method of ['response_url', 'chat.postEphemeral', 'conversations.open'])
    slack.fault(method, { kind: 'error', error: 'access_denied', times: 9 });
  const before = slack.ephemerals(IDS.ana).length;
  expect(await slack.as(IDS.ana).click(ops, 'Approve')).toMatchObject({ acked: true });
  await world.ended(run.run_id);
  for (const channel of BOTH) await message(office, channel, review, /approved, in production/);
  await office.done();
  expect(slack.ephemerals(IDS.ana)).toHaveLength(before);
  const [ask] = await world.db.selectFrom('asks').select('outcome').execute();
  expect(ask?.outcome).toBe(`approve ${review}: done; the answer reached nobody`);
});
