import { expect, test } from 'vitest';
import { textOf } from '#test/chat/discord/deliver/desk.ts';
import { startDiscord } from '#test/emulators/discord/emulator.ts';
import { startSlack } from '#test/emulators/slack/emulator.ts';
import { TEAM_IN_BOTH } from './both-chats.ts';
import { StoryClock } from './clock.ts';
import { IN_DISCORD, OPS as IN_GUILD, PATIENCE_MS } from './in-discord.ts';
import { IN_SLACK, OPS as IN_WORKSPACE } from './in-slack.ts';
import { STORY_BEGINS, World } from './world.ts';

test('a place that is lost in one chat is told in the other with buttons that work, and caught up with by one edit', async () => {
  const clock = new StoryClock(STORY_BEGINS, { stretch: 5 });
  await using slack = await startSlack({ clock, patienceMs: PATIENCE_MS });
  await using discord = await startDiscord({ clock, patienceMs: PATIENCE_MS });
  for (const [name, id] of Object.entries(IN_SLACK)) slack.addUser({ id, name });
  slack.addChannel({ id: IN_WORKSPACE, name: 'cowork-ops', members: Object.values(IN_SLACK) });
  for (const [name, id] of Object.entries(IN_DISCORD)) discord.addUser({ id, name });
  discord.addChannel({ id: IN_GUILD, name: 'cowork-ops' });
  await using world = await World.open({
    team: TEAM_IN_BOTH,
    clock,
    slack: { config: slack.config },
    discord: { config: discord.config },
  });

  const inSlack = () =>
    slack.messages(IN_WORKSPACE).map((one) => ({ at: one.ts, text: JSON.stringify(one.blocks), edited: one.edited }));
  const inDiscord = () =>
    discord.messages(IN_GUILD).map((one) => ({ at: one.id, text: textOf(one), edited: one.edited }));
  const found = async (shown: typeof inSlack, words: RegExp) => {
    await world.until(`${words}`, async () => {
      await world.told();
      return shown().some(({ text }) => words.test(text));
    });
    return shown().find(({ text }) => words.test(text));
  };
  const openAlert = async (place: string) =>
    (await world.openAlerts()).find(({ key }) => key === `UNREACHABLE:${place}`);

  await world.runToEnd('brief');
  const { review_id } = await world.item();
  const before = await found(inDiscord, /Review R-1/);
  await found(inSlack, /Review R-1/);

  discord.deny(IN_GUILD, 'ViewChannel');
  const report = await found(inSlack, /UNREACHABLE.*lacks View Channel/);
  await slack.as(IN_SLACK.jon).click({ channel: IN_WORKSPACE, ts: report?.at ?? '' }, 'Acknowledge');
  await found(inSlack, /UNREACHABLE.*Jon/);
  expect(await openAlert(`discord:${IN_GUILD}`)).toMatchObject({ state: 'acknowledged' });
  expect((await world.cli('reject', review_id, '--reason', 'Old figures', '--as', 'ana')).code).toBe(0);
  await found(inSlack, /Old figures/);
  expect(inDiscord().find(({ at }) => at === before?.at)).toEqual(before);
  discord.allow(IN_GUILD);
  const after = await found(inDiscord, /Old figures/);
  expect(after).toMatchObject({ at: before?.at, edited: (before?.edited ?? 0) + 1 });
  await found(inSlack, /UNREACHABLE.*recovered/);
  expect(await openAlert(`discord:${IN_GUILD}`)).toBeUndefined();

  await slack.archive(IN_WORKSPACE);
  const other = await found(inDiscord, /UNREACHABLE.*was archived; unarchive it/);
  await discord.as(IN_DISCORD.jon).click({ channel: IN_GUILD, message: other?.at ?? '' }, 'Acknowledge');
  await found(inDiscord, /UNREACHABLE.*Jon has it/);
  expect(await openAlert(`slack:${IN_WORKSPACE}`)).toMatchObject({ state: 'acknowledged' });
  await slack.unarchive(IN_WORKSPACE);
  await found(inDiscord, /UNREACHABLE.*recovered/);
  // What waits for a place that is out of sight is tried there now and then.
  expect([slack.amiss, discord.amiss.filter((one) => !/: 50001 Missing Access$/.test(one))]).toEqual([[], []]);
});
