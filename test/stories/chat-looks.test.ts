import { expect, test } from 'vitest';
import { raiseAlert } from '#src/alerts/raise.ts';
import { InDiscord, OPS as THERE } from './in-discord.ts';
import { InSlack, OPS } from './in-slack.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;

/** Five minutes pass, and five more where a look was under way just then: within the hour in which a twin is looked for. */
async function looked(world: World, what: string, so: () => Promise<boolean>) {
  let ticks = 0;
  await world.until(what, async () => {
    if (ticks % 200 === 0) world.clock.put(5 * MINUTE);
    ticks += 1;
    return so();
  });
}

/** Nothing waits for the place, so that only a look finds out. */
async function away(world: World, place: string) {
  await world.until('everything told', async () => {
    await world.told();
    return (await world.db.selectFrom('deliveries').select('id').execute()).length === 0;
  });
  await world.db.updateTable('places').set({ state: 'away' }).where('place', '=', place).execute();
  const state = () =>
    world.db.selectFrom('places').select('state').where('place', '=', place).executeTakeFirstOrThrow();
  await looked(world, 'the place is well again', async () => (await state()).state === 'well');
}

test('the product itself finds the message that Slack finished too late, and the channel that takes messages again', async () => {
  await using story = await InSlack.open();
  const { slack, world } = story;
  await away(world, `slack:${OPS}`);
  slack.fault('chat.postMessage', { kind: 'late' });
  await world.db
    .transaction()
    .execute((tx) =>
      raiseAlert(tx, world.clock.now(), { kind: 'FAIL', key: 'FAIL:late', severity: 'P2', workflow: null }),
    );
  const shown = () => slack.messages(OPS).filter(({ text }) => text.includes('FAIL'));
  await world.until('it is posted again', async () => {
    world.clock.put(1000);
    await world.told();
    return shown().length === 1;
  });
  const [kept] = shown();
  await slack.finish();
  expect(shown()).toHaveLength(2);
  await looked(world, 'the twin is gone', async () => shown().length === 1);
  expect(shown()).toMatchObject([{ ts: kept?.ts }]);
});

test('the product itself finds the channel of Discord that takes messages again', async () => {
  await using story = await InDiscord.open();
  await away(story.world, `discord:${THERE}`);
});
