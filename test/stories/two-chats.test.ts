import { afterAll, beforeAll, expect, test } from 'vitest';
import { BothChats } from './both-chats.ts';
import { channel, click } from './chat.ts';
import { said as saidInDiscord } from './discord-office.ts';
import { NODE } from './home.ts';
import { IN_DISCORD } from './in-discord.ts';
import { IN_SLACK } from './in-slack.ts';
import { said as saidInSlack } from './slack-office.ts';

/** A word that nobody may read in a channel. */
const SECRET = 'Layoffs-in-Lyon';

let chats: BothChats;
beforeAll(async () => {
  chats = await BothChats.open({
    workflows: {
      brief: { tier: 'T2' },
      board: { tier: 'T3' },
      plans: {
        tier: 'T2',
        data_class: 'confidential',
        review: { approvers: ['ana'] },
        steps: [{ id: 'w', skill: 'plan-v1' }],
      },
      broken: { steps: [{ id: 'w', skill: 'broken-v1' }] },
    },
    skills: {
      'plan-v1': `${NODE} write('plan.md', 'About ${SECRET}'); result({ summary: '${SECRET} is decided' });`,
      'broken-v1': '#!/bin/sh\nexit 3\n',
    },
  });
});
afterAll(() => chats[Symbol.asyncDispose]());

test('an item stands in Slack, Discord and the console, is decided in any of them and redrawn in all', async () => {
  const { world } = chats;
  const ways = {
    slack: async ({ slack }) =>
      expect(await chats.pressInSlack('ana', slack, 'Approve')).toMatchObject({ acked: true }),
    discord: async ({ discord }) =>
      expect(await chats.pressInDiscord('ana', discord, 'Approve')).toMatchObject({ acked: true }),
    console: async (at) => expect(await click(world, 'ana', at.console, 'approve')).toMatch(/is approved/),
  } satisfies Record<string, (at: Awaited<ReturnType<typeof chats.everywhere>>) => Promise<unknown>>;
  for (const [via, decide] of Object.entries(ways)) {
    const { review, at } = await chats.waiting('brief');
    for (const each of [at.slack.raw, at.discord.raw]) expect(each).toContain('v1|approve|');
    await decide(at);
    const over = await chats.everywhere(review, /approved, in production/);
    expect([over.slack.ts, over.discord.message, over.console.id]).toEqual([
      at.slack.ts,
      at.discord.message,
      at.console.id,
    ]);
    for (const { says, raw } of [over.slack, over.discord]) {
      expect(says).toMatch(/Approved by .*Ana/);
      expect(raw).toContain('v1|undo|');
      expect(raw).not.toContain('v1|approve|');
    }
    expect(await chats.decisions(review)).toEqual([{ person: 'ana', via, verdict: 'approve' }]);
  }
  await chats.done();
});

test('two who decide at the same moment, one in each: one decision, and the other hears calmly who was there before', async () => {
  const { world } = chats;
  for (const [first, second] of [
    ['ana', 'jon'],
    ['jon', 'ana'],
  ] as const) {
    const { review, at, run } = await chats.waiting('brief');
    const { channel: guild, message } = at.discord;
    await chats.inDiscord(second).click({ channel: guild, message }, 'Approve');
    const before = { [first]: chats.told(first), [second]: chats.told(second) };
    const both = await Promise.all([
      chats.pressInSlack(first, at.slack, 'Approve'),
      chats.inDiscord(second).click({ private: true }, 'Approve'),
    ]);
    expect(both).toMatchObject([{ acked: true }, { acked: true }]);
    await world.ended(run);
    await chats.done();
    const [decision, ...others] = await chats.decisions(review);
    expect(others).toEqual([]);
    const won = decision?.person;
    expect(decision).toMatchObject(
      won === first ? { person: first, via: 'slack' } : { person: second, via: 'discord' },
    );
    const inSlack = chats.told(first).slack.slice(before[first]?.slack.length).join(' ');
    const inDiscord = chats.told(second).discord.at(-1);
    const [calm, done] = won === first ? [inDiscord, inSlack] : [inSlack, inDiscord];
    expect(done).toContain(`${review} is approved`);
    expect(calm).toMatch(new RegExp(`${review} (was|is) approved by .*Nothing changed`));
    expect(chats.told(second).slack).toEqual(before[second]?.slack);
    expect(chats.told(first).discord).toEqual(before[first]?.discord);
    const name = won === 'ana' ? /Approved by .*Ana/ : /Approved by .*Jon/;
    await chats.everywhere(review, /in production/);
    const over = await chats.everywhere(review, name);
    for (const { says } of [over.slack, over.discord]) expect(says).not.toMatch(/Approved by .* and /);
  }
});

test('who is in both is one person: their second approval counts nowhere, and another one in the other completes it', async () => {
  const { world } = chats;
  const { review, at, run } = await chats.waiting('board');
  await chats.everywhere(review, /0 of 2/);
  await chats.pressInSlack('ana', at.slack, 'Approve');
  const half = await chats.everywhere(review, /1 of 2 \( ?@?.*(Ana|U0ANA)/);
  const again = await chats
    .inDiscord('ana')
    .click({ channel: half.discord.channel, message: half.discord.message }, 'Approve');
  await chats.done();
  expect(saidInDiscord(again.shown())).toContain(`You have approved ${review} already`);
  expect(await world.review(review)).toMatchObject({ state: 'open', approved_by: ['ana'] });
  await chats.everywhere(review, /1 of 2/);
  await chats.pressInDiscord('jon', half.discord, 'Approve');
  await world.ended(run);
  const over = await chats.everywhere(review, /approved, in production/);
  for (const { says } of [over.slack, over.discord]) expect(says).toMatch(/Approved by .*Ana.* and .*Jon/);
  expect(await chats.decisions(review)).toEqual([
    { person: 'ana', via: 'slack', verdict: 'approve' },
    { person: 'jon', via: 'discord', verdict: 'approve' },
  ]);
  await chats.done();

  // The other way round, with the same person's window in Slack still open.
  const next = await chats.waiting('board');
  await chats.pressInDiscord('jon', next.at.discord, 'Approve');
  const open = await chats.everywhere(next.review, /1 of 2/);
  const told = chats.told('jon').slack.length;
  await chats.pressInSlack('jon', open.slack, 'Approve');
  await chats.done();
  expect(chats.told('jon').slack.slice(told).join(' ')).toContain(`You have approved ${next.review} already`);
  await chats.pressInSlack('maya', open.slack, 'Approve');
  await chats.everywhere(next.review, /approved, in production/);
  expect(await world.review(next.review)).toMatchObject({ state: 'promoted', approved_by: ['jon', 'maya'] });
});

test('an alert that one takes in Discord and resolves in Slack shows so in both', async () => {
  await chats.world.runToEnd('broken');
  const FAIL = 'Cowork FAIL: broken';
  const open = await chats.everywhere(FAIL, /exit code 3/, 'cowork-ops');
  const { channel: guild, message } = open.discord;
  await chats.inDiscord('jon').click({ channel: guild, message }, 'Acknowledge');
  const his = await chats.everywhere(FAIL, /Jon has it/, 'cowork-ops');
  for (const { raw } of [his.slack, his.discord]) expect(raw).not.toContain('v1|acknowledge|');
  await chats.fillInSlack('ana', his.slack, 'Resolve…', { reason: 'source renamed' });
  const over = await chats.everywhere(FAIL, /[Rr]esolved by .*Ana/, 'cowork-ops');
  for (const { says } of [over.slack, over.discord]) expect(says).toContain('source renamed');
  await chats.done();
});

test("feedback reaches the skill's owner privately in each, and names one change; nobody else is told", async () => {
  const { world, slack, discord } = chats;
  const { at, review } = await chats.waiting('brief');
  await chats.inDiscord('ana').click({ channel: at.discord.channel, message: at.discord.message }, 'Ask for a change…');
  await chats.inDiscord('ana').submit({ reason: 'name the *source* <@U0MAYA>' });
  const over = await chats.everywhere(review, /[Cc]hange asked/);
  for (const { says } of [over.slack, over.discord]) expect(says).toContain('name the *source* <@U0MAYA>');
  const ends = () => [
    slack.dms(IN_SLACK.sam).map(({ blocks }) => saidInSlack(blocks)),
    discord.dms(IN_DISCORD.sam).map(saidInDiscord),
  ];
  await world.until('the feedback in both', async () => {
    await world.told();
    return ends().every((each) => each.some((text) => /Ana.* asks for a change in the work of write-v1/.test(text)));
  });
  for (const each of ends())
    expect(each.filter((text) => text.includes('name the *source* <@U0MAYA>'))).toHaveLength(1);
  for (const person of ['maya', 'jon', 'ana', 'vic'] as const)
    expect([slack.dms(IN_SLACK[person]), discord.dms(IN_DISCORD[person])]).toEqual([[], []]);
  await chats.done();
});

test('of confidential work each channel has names and states, and who may see it sees it privately in either', async () => {
  const { world, discord, slack } = chats;
  const { at, review, run } = await chats.waiting('plans');
  const { channel: guild, message } = at.discord;
  const { channel: workspace, ts } = at.slack;
  await chats.inDiscord('jon').click({ channel: guild, message }, 'Look…');
  await chats.inSlack('jon').click({ channel: workspace, ts }, 'Look…');
  await chats.done();
  const privately = (person: keyof typeof IN_SLACK) => [
    JSON.stringify([slack.ephemerals(IN_SLACK[person]), slack.modals(IN_SLACK[person])]),
    JSON.stringify([discord.privates(IN_DISCORD[person]), discord.dms(IN_DISCORD[person])]),
  ];
  for (const text of privately('jon')) expect(text).not.toMatch(/lyon/i);
  await chats.inDiscord('ana').click({ channel: guild, message }, 'Look…');
  await chats.inSlack('ana').click({ channel: workspace, ts }, 'Look…');
  await chats.done();
  await world.until('the brief in both', async () => privately('ana').every((text) => text.includes(SECRET)));
  await chats.inSlack('ana').close({ all: true });
  await chats.inSlack('jon').close({ all: true });
  await chats.fillInSlack('ana', at.slack, 'Reject…', { reason: `${SECRET} must not be named` });
  await chats.everywhere(review, /[Rr]ejected by .*Ana/);
  await chats.done();
  expect(chats.everything).not.toMatch(/lyon/i);
  for (const room of ['reviews', 'cowork-ops']) expect(JSON.stringify(await channel(world, room))).not.toMatch(/lyon/i);
  expect((await world.cli('audit', run, '--json')).out).not.toMatch(/lyon/i);
});
