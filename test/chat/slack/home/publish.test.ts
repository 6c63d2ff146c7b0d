import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneHomes } from '#src/chat/slack/home/prune-homes.ts';
import { refreshHome } from '#src/chat/slack/home/publish.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import { raise } from '#test/chat/stage.ts';
import { workflowOf } from '#test/reviews/stage.ts';
import { IDS, linkedTeam, Stand } from '../receive/stand.ts';

let stand: Stand;
let kit: Slack;
beforeEach(async () => {
  // Nothing but this test looks at homes here.
  stand = await Stand.open();
  kit = stand.opened.slack;
  await stand.stage.db
    .insertInto('chat_homes')
    .values({ platform: 'slack', sender: IDS.ana, person: null, opened_at: stand.stage.ground.clock.now() })
    .execute();
});
afterEach(() => stand[Symbol.asyncDispose]());

const ANA = { sender: IDS.ana, person: 'ana', member: false, outsider: null };
const publishes = () => stand.slack.calls.filter(({ method }) => method === 'views.publish');
const row = () => stand.stage.db.selectFrom('chat_homes').selectAll().executeTakeFirst();

test('of several processes that find a home out of date one publishes it, and nobody where nothing changed', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => refreshHome(kit, ANA)));
  expect(all.filter(({ now }) => now === 'published')).toHaveLength(1);
  expect(publishes()).toHaveLength(1);
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'same' });
  expect((await row())?.platform_hash).toBe(stand.slack.home(IDS.ana)?.hash);
});

test('a home is published at most every three seconds', async () => {
  const at = stand.stage.ground.clock.now().getTime();
  const stillAt = (now: Date): Slack => ({
    ...kit,
    ground: { ...kit.ground, clock: { now: () => now, wait: kit.ground.clock.wait } },
  });
  await refreshHome(stillAt(new Date(at)), ANA);
  await raise(stand.stage);
  expect(await refreshHome(stillAt(new Date(at + 1000)), ANA)).toEqual({ now: 'later', afterMs: 2000 });
  expect(await refreshHome(stillAt(new Date(at + 3000)), ANA)).toEqual({ now: 'published' });
});

test('what a process left unpublished when it ended is published by another', async () => {
  await refreshHome(kit, ANA);
  await stand.stage.db.updateTable('chat_homes').set({ platform_hash: null }).execute();
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'same' });
  await stand.stage.ground.clock.advance(31_000);
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'published' });
});

test('what Slack refuses is tried again later, and somebody who is gone is forgotten', async () => {
  stand.slack.fault('views.publish', { kind: 'error', error: 'internal_error' });
  expect((await refreshHome(kit, ANA)).now).toBe('later');
  expect((await row())?.view_hash).toBeNull();
  stand.slack.fault('views.publish', { kind: 'rate' });
  await stand.stage.ground.clock.advance(60_000);
  expect((await refreshHome(kit, ANA)).now).toBe('later');
  await stand.stage.ground.clock.advance(60_000);
  stand.slack.fault('views.publish', { kind: 'error', error: 'user_not_found' });
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'gone' });
  expect(await row()).toBeUndefined();
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'gone' });
});

test('what a home shows is bound to whom it was drawn for and under which home', async () => {
  await refreshHome(kit, ANA);
  const first = await row();
  expect(first).toMatchObject({ person: 'ana', member: false, closed: false });
  expect(first?.snapshot_id).toBe((await kit.ground.homes.active()).id);
  await stand.stage.activate(linkedTeam({ default_role: 'viewer' }), workflowOf());
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'same' });
  expect((await row())?.snapshot_id).toBe((await kit.ground.homes.active()).id);
  expect((await row())?.snapshot_id).not.toBe(first?.snapshot_id);
  // Somebody who was found out before the home changed is found out again.
  expect(await refreshHome(kit, { ...ANA, person: 'maya' })).toEqual({ now: 'stale' });
  expect(publishes()).toHaveLength(1);
});

test('one that was slowly drawn over something newer counts as unknown and is drawn again', async () => {
  const { views } = kit.clients.later;
  const overtaken: Slack = {
    ...kit,
    clients: {
      ...kit.clients,
      later: {
        views: {
          publish: async (...args: Parameters<typeof views.publish>) => {
            await stand.stage.db.updateTable('chat_homes').set({ view_hash: 'newer', closed: true }).execute();
            return views.publish(...args);
          },
        },
      } as Slack['clients']['later'],
    },
  };
  expect(await refreshHome(overtaken, ANA, { anew: true })).toEqual({ now: 'stale' });
  expect(await row()).toMatchObject({ view_hash: null, platform_hash: null });
  await stand.stage.ground.clock.advance(3000);
  expect(await refreshHome(kit, ANA)).toEqual({ now: 'published' });
  expect((await row())?.closed).toBe(false);
});

test('a home that nobody opened for a month is forgotten', async () => {
  await stand.stage.ground.clock.advance(29 * 86_400_000);
  await pruneHomes(kit.ground, kit.ground.clock.now());
  expect(await row()).toBeDefined();
  await stand.stage.ground.clock.advance(2 * 86_400_000);
  await pruneHomes(kit.ground, kit.ground.clock.now());
  expect(await row()).toBeUndefined();
});
