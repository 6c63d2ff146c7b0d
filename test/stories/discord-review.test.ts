import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DiscordShown, Interaction } from '#test/emulators/discord/emulator.ts';
import { channel as consoleChannel } from './chat.ts';
import { DiscordOffice, IDS, OPS, said } from './discord-office.ts';
import { LEDGER } from './home.ts';
import type { InDiscordOptions, Member } from './in-discord.ts';

const SIDE = '210000000000000003';
const BOTH = [OPS, SIDE];
const INPUTS = { ledger: { file: 'data/ledger.csv' } };

const open = (over: InDiscordOptions = {}) =>
  DiscordOffice.open({
    channels: [SIDE],
    team: { channels: { 'cowork-ops': [`discord:${OPS}`], reviews: [`discord:${OPS}`, `discord:${SIDE}`] } },
    workflows: { brief: { tier: 'T2', inputs: INPUTS } },
    files: { 'data/ledger.csv': LEDGER },
    ...over,
  });

/** The message about something, once it says this in a channel. */
async function message(office: DiscordOffice, where: string, about: string, says: RegExp): Promise<DiscordShown> {
  const find = () =>
    office.discord.messages(where).findLast((shown) => said(shown).includes(about) && says.test(said(shown)));
  await office.world.until(`${about} in ${where} that says ${says}`, async () => {
    await office.world.told();
    return find() !== undefined;
  });
  return find() as DiscordShown;
}

const at = (channel: string, { id }: DiscordShown) => ({ channel, message: id });
const ownButtons = (shown: DiscordShown): string => JSON.stringify(shown.components);

/** A run that waits for review, and its message in each channel. */
async function waiting(office: DiscordOffice) {
  const run = await office.world.runToEnd('brief');
  const { review_id, output_hash } = await office.world.item();
  const ops = await message(office, OPS, review_id, /Can decide/);
  const side = await message(office, SIDE, review_id, /Can decide/);
  return { run, review: review_id, hash: output_hash, ops: at(OPS, ops), side: at(SIDE, side) };
}

/** Clicks, and answers the private question with its yes. */
async function confirmed(
  office: DiscordOffice,
  who: Member,
  where: { channel: string; message: string },
  label: string,
): Promise<Interaction> {
  const asked = await office.as(who).click(where, label);
  expect(asked).toMatchObject({ acked: true, callback: { type: 4 } });
  expect(said(asked.shown())).toContain(`${label} `);
  return office.as(who).click({ private: true }, label);
}

describe.each(['gateway', 'http'] as const)('over %s', (mode) => {
  let office: DiscordOffice;
  beforeAll(async () => {
    office = await open({ mode });
  });
  afterAll(() => office[Symbol.asyncDispose]());

  test('see, be asked, approve, edited everywhere, exactly those bytes in production; then undone', async () => {
    const { world, discord } = office;
    const { run, review, hash, side } = await waiting(office);
    const yes = await confirmed(office, 'ana', side, 'Approve');
    expect(yes.acked).toBe(true);
    await world.ended(run.run_id);
    for (const channel of BOTH) {
      const shown = await message(office, channel, review, /approved, in production/);
      expect(said(shown)).toMatch(/Approved by .*Ana/);
      expect(ownButtons(shown)).toContain('v1|undo|');
      expect(ownButtons(shown)).not.toContain('v1|approve|');
      expect(discord.messages(channel).filter((one) => said(one).includes(`Review ${review}`))).toHaveLength(1);
    }
    await office.done();
    expect(said(yes.shown())).toContain(`${review} is approved`);
    expect(ownButtons(yes.shown() as DiscordShown)).not.toContain('y1|');
    const told = await consoleChannel(world, 'reviews');
    expect(told.at(-1)).toMatchObject({ edited: true, text: expect.stringContaining('approved, in production') });
    const { promoted_to } = await world.run(run.run_id);
    expect(await world.sha256sum(promoted_to ?? '', { production: true })).toBe(hash);
    const { 'approval.flag': flag } = await world.files(promoted_to ?? '');
    expect(flag).toMatch(/"discord"/);

    await confirmed(office, 'maya', at(OPS, await message(office, OPS, review, /in production/)), 'Undo');
    for (const channel of BOTH)
      expect(said(await message(office, channel, review, /undone/))).toMatch(/Undone by .*Maya/);
    expect(await world.files(promoted_to ?? '')).toEqual({});
    await office.done();
  });

  test('reject with a reason that has to be corrected first; ask for a change', async () => {
    const { world, discord } = office;
    const first = await waiting(office);
    const ana = office.as('ana');
    expect(await ana.click(first.ops, 'Reject…')).toMatchObject({ acked: true, callback: { type: 9 } });
    const wrong = await ana.submit({ reason: ' ' });
    expect(said(wrong.shown())).toContain('Fill in "Why". Nothing was done.');
    await ana.click({ private: true }, 'Correct it');
    const reason = 'the ledger of @everyone *October* <@310000000000000001>';
    await ana.submit({ reason });
    for (const channel of BOTH) {
      const shown = await message(office, channel, first.review, /Rejected by/);
      expect(said(shown)).toContain('the ledger of @everyone *October* <@310000000000000001>');
      expect(ownButtons(shown)).not.toContain('v1|approve|');
    }
    await office.done();
    expect(said(wrong.shown())).toContain(`${first.review} is rejected`);
    expect(BOTH.flatMap((channel) => discord.pings(channel))).not.toContain('everyone');

    const second = await waiting(office);
    await office.as('jon').click(second.side, 'Ask for a change…');
    await office.as('jon').submit({ reason: 'shorter, please' });
    await message(office, OPS, second.review, /[Cc]hange asked/);
    expect(await world.review(second.review)).toMatchObject({ closed_by: 'jon', closed_reason: 'shorter, please' });
    await office.done();
    expect(await world.db.selectFrom('chat_drafts').selectAll().execute()).toEqual([]);
  });
});

test('look and decide from there; two people for T3; who comes late hears who was there before', async () => {
  await using office = await open({ workflows: { brief: { tier: 'T3', inputs: INPUTS } } });
  const { world, discord } = office;
  const { review, ops, side, run } = await waiting(office);
  const looked = await office.as('ana').click(ops, 'Look…');
  await office.done();
  expect(looked.callback).toMatchObject({ type: 5, data: { flags: 64 } });
  expect(discord.privates(IDS.ana).map(said).join(' ')).toContain('Nothing was approved before');
  await message(office, SIDE, review, /Being looked at: Ana/);
  await office.as('ana').click({ private: true }, 'Approve');
  await office.as('ana').click({ private: true }, 'Approve');
  const half = await message(office, SIDE, review, /Needs two people: 1 of 2 \( ?Ana/);
  await office.done();
  const again = await office.as('ana').click(at(SIDE, half), 'Approve');
  await office.done();
  expect(said(again.shown())).toContain(`You have approved ${review} already`);
  const asked = await office.as('maya').click(ops, 'Approve');
  await confirmed(office, 'jon', side, 'Approve');
  await world.ended(run.run_id);
  expect(said(await message(office, OPS, review, /in production/))).toMatch(/Approved by .*Ana.* and .*Jon/);
  const late = await office.as('maya').click({ private: true }, 'Approve');
  await office.done();
  expect(asked.acked).toBe(true);
  expect(said(late.shown())).toMatch(new RegExp(`${review} was approved by .*Nothing changed`));
});

test('who is nobody here decides nothing, each told privately why; files come to one person alone', async () => {
  await using office = await open();
  const { world, discord } = office;
  await world.ended(await world.begin('brief', '--as', 'maya'));
  const { review_id } = await world.item();
  const ops = at(OPS, await message(office, OPS, review_id, /Can decide/));
  const refusals = [
    ['lee', 'You are not listed in cowork.yaml'],
    ['pia', 'You have not agreed to the rules of this server yet'],
    ['vic', 'You may not approve brief.'],
    ['maya', 'You started this run, so you cannot approve it.'],
  ] as const;
  for (const [who, why] of refusals) {
    const heard = await office.heard(await office.as(who).click(ops, 'Approve'), who);
    expect([who, heard.said, heard.alone]).toEqual([who, expect.stringContaining(why), true]);
  }
  expect(await world.review(review_id)).toMatchObject({ state: 'open', approved_by: [] });
  const files = await office.heard(await office.as('ana').click(ops, 'Get the files'), 'files');
  expect(files.said).toMatch(/all are below, for you alone/);
  const [sent] = discord.privates(IDS.ana).filter(({ attachments }) => attachments.length > 0);
  expect(sent?.attachments.map(({ filename }) => filename)).toContain('brief.md');
  expect(discord.messages(OPS).every(({ attachments }) => attachments.length === 0)).toBe(true);
});

test('an alert: taken, given, quietened, run again, resolved, each by a click and seen by all', async () => {
  await using office = await open({
    workflows: { brief: { steps: [{ id: 'write', skill: 'broken-v1' }] } },
    skills: { 'broken-v1': '#!/bin/sh\nexit 3\n' },
  });
  const { world } = office;
  await world.runToEnd('brief');
  const FAIL = 'Cowork FAIL';
  const here = at(OPS, await message(office, OPS, FAIL, /Cowork FAIL: brief.*exit code 3/));
  const jon = office.as('jon');
  await jon.click(here, 'Acknowledge');
  await message(office, OPS, FAIL, /Jon has it/);
  // What is rare stands behind one button, and can be opened again after it was closed.
  const more = async (label: string) => {
    const shown = await jon.click(here, 'More…');
    await world.until('what is rare', async () => JSON.stringify(shown.shown() ?? '').includes(label));
    await jon.click({ private: true }, label);
  };
  await more('Assign…');
  jon.dismiss();
  await jon.click({ private: true }, 'Assign…');
  await jon.submit({ person: 'ana' });
  await message(office, OPS, FAIL, /Given to .* by .*Jon/);
  await jon.click(here, 'Silence…');
  await jon.submit({ for: '4h', reason: 'ledger moves' });
  await message(office, OPS, FAIL, /Silenced until .* by .*Jon.*ledger moves/);
  await confirmed(office, 'jon', here, 'Rerun');
  await world.until('a second run', async () => (await world.runs('brief')).length === 2);
  const second = (await world.runs('brief')).at(-1);
  await world.ended(second?.id ?? '');
  expect(second).toMatchObject({ trigger_by: 'jon' });
  await more('Resolve…');
  await jon.submit({ reason: 'source renamed' });
  const over = await message(office, OPS, FAIL, /[Rr]esolved by .*Jon/);
  expect(said(over)).toContain('source renamed');
  expect(ownButtons(over)).not.toContain('v1|acknowledge|');
  await office.done();
});

test('a restart between the click and the edit loses neither, and a lost answer changes nothing of the act', async () => {
  await using office = await open();
  const { world, discord } = office;
  const { review, ops, run } = await waiting(office);
  await office.as('ana').click(ops, 'Approve');
  discord.fault('PATCH /channels/:id/messages/:id', { kind: 'hang', times: 1 });
  for (const kind of ['PATCH /webhooks/:id/:token/messages/@original', 'POST /users/@me/channels'])
    discord.fault(kind, { kind: 'http500', times: 9 });
  expect(await office.as('ana').click({ private: true }, 'Approve')).toMatchObject({ acked: true });
  await world.until('the decision', async () => (await world.review(review)).approved_by.length > 0);
  const stopped = world.stop({ graceMs: 0 });
  discord.clearFaults();
  await stopped;
  await world.start();
  await world.ended(run.run_id);
  for (const channel of BOTH) await message(office, channel, review, /approved, in production/);
  expect(await world.review(review)).toMatchObject({ state: 'promoted', closed_by: 'ana' });
  await office.done();
  expect(await world.db.selectFrom('decisions').select('person').execute()).toEqual([{ person: 'ana' }]);
});
