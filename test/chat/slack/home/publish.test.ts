import { afterEach, beforeEach, expect, test } from 'vitest';
import { refreshHome } from '#src/chat/slack/home/publish.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import { IDS, Office } from '#test/stories/slack-office.ts';

let office: Office;
let kit: Slack;
beforeEach(async () => {
  office = await Office.open({ workflows: { brief: {} } });
  const { slack } = office.world.product;
  if (!slack) throw new Error('this product is in no Slack');
  kit = slack.slack;
  await office.world.db
    .insertInto('chat_homes')
    // So long ago that nothing but this test looks at it.
    .values({ platform: 'slack', sender: IDS.ana, person: null, opened_at: new Date(0) })
    .execute();
});
afterEach(() => office[Symbol.asyncDispose]());

const ANA = { sender: IDS.ana, person: 'ana', member: false };
const publishes = () => office.slack.calls.filter(({ method }) => method === 'views.publish');
const row = () => office.world.db.selectFrom('chat_homes').selectAll().executeTakeFirst();

test('of several processes that find a home out of date one publishes it, and nobody where nothing changed', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => refreshHome(kit, ANA)));
  expect(all.filter(({ now }) => now === 'published')).toHaveLength(1);
  expect(publishes()).toHaveLength(1);
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'same' });
  expect((await row())?.platform_hash).toBe(office.slack.home(IDS.ana)?.hash);
});

test('a home is published at most every three seconds', async () => {
  const at = office.world.clock.now().getTime();
  const stillAt = (now: Date): Slack => ({
    ...kit,
    ground: { ...kit.ground, clock: { now: () => now, wait: kit.ground.clock.wait } },
  });
  await refreshHome(stillAt(new Date(at)), ANA);
  await office.world.cli('pause', 'brief', '--reason', 'ledger', '--as', 'maya');
  expect(await refreshHome(stillAt(new Date(at + 1000)), ANA)).toEqual({ now: 'later', afterMs: 2000 });
  expect(await refreshHome(stillAt(new Date(at + 3000)), ANA)).toEqual({ now: 'published' });
});

test('what a process left unpublished when it ended is published by another', async () => {
  await refreshHome(kit, ANA);
  await office.world.db.updateTable('chat_homes').set({ platform_hash: null }).execute();
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'same' });
  office.world.clock.put(31_000);
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'published' });
});

test('what Slack refuses is tried again later, and somebody who is gone is forgotten', async () => {
  office.slack.fault('views.publish', { kind: 'error', error: 'internal_error' });
  expect((await refreshHome(kit, ANA)).now).toBe('later');
  expect((await row())?.view_hash).toBeNull();
  office.slack.fault('views.publish', { kind: 'rate' });
  office.world.clock.put(60_000);
  expect((await refreshHome(kit, ANA)).now).toBe('later');
  office.world.clock.put(60_000);
  office.slack.fault('views.publish', { kind: 'error', error: 'user_not_found' });
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'gone' });
  expect(await row()).toBeUndefined();
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'gone' });
});
