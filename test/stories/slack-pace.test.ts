import { expect, test } from 'vitest';
import { IN_SLACK, InSlack, OPS } from './in-slack.ts';

const SIDE = 'C0SIDE';
const BROKEN = Array.from({ length: 6 }, (_, n) => `broken-${n}`);

test('the whole product keeps the pace and every tier of Slack, whatever comes at once, and nothing is left out', async () => {
  // At the end a strict Slack holds nothing against us: no call over its pace, no scope that the manifest lacks.
  await using story = await InSlack.open({
    // A second socket would have to wait for its minute.
    mode: 'http',
    stretch: 1,
    emulator: { paced: true, tiers: true },
    channels: [SIDE],
    team: { channels: { 'cowork-ops': [`slack:${OPS}`, `slack:${SIDE}`], reviews: [`slack:${OPS}`] } },
    workflows: {
      brief: { tier: 'T2' },
      ...Object.fromEntries(BROKEN.map((name) => [name, { steps: [{ id: 'write', skill: 'broken-v1' }] }])),
    },
    skills: { 'broken-v1': '#!/bin/sh\nexit 3\n' },
  });
  const { slack, world } = story;
  await world.runToEnd('brief');
  for (const name of BROKEN) await world.begin(name);
  for (const name of BROKEN) await world.ended((await world.newest(name)).run_id);
  const shows = (channel: string, words: RegExp) =>
    slack.messages(channel).some(({ text, blocks }) => words.test(text + JSON.stringify(blocks)));
  const everything = [OPS, SIDE].flatMap((channel) => BROKEN.map((name) => [channel, name] as const));
  await world.until('every alert in both channels', async () => {
    await world.told();
    return everything.every(([channel, name]) => shows(channel, new RegExp(`Cowork FAIL: ${name}`)));
  });
  const { review_id } = await world.item();
  expect(await world.cli('reject', review_id, '--reason', 'Old figures', '--as', 'ana')).toMatchObject({
    err: '',
    code: 0,
  });
  for (const alert of await world.openAlerts()) {
    const id = `A-${alert.id}`;
    const told = await world.cli('alert', 'resolve', id, '--reason', 'source renamed', '--as', 'jon');
    expect(told).toMatchObject({ err: '', code: 0 });
  }
  await world.until('everything told', async () => {
    await world.told();
    return (await world.db.selectFrom('deliveries').select('id').execute()).length === 0;
  });
  expect(shows(OPS, /Old figures/)).toBe(true);
  for (const [channel, name] of everything) {
    const about = slack.messages(channel).filter(({ text }) => text.includes(`Cowork FAIL: ${name}`));
    expect([channel, name, about.map(({ text }) => /resolved/i.test(text))]).toEqual([channel, name, [true]]);
  }
  expect(slack.calls.filter(({ error }) => error === 'ratelimited')).toEqual([]);
  expect(JSON.stringify(slack.dms(IN_SLACK.sam))).toContain('Old figures');
});
