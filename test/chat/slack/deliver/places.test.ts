import { expect, test } from 'vitest';
import { handlePlaces, lookAgain } from '#src/chat/slack/deliver/index.ts';
import { connectedApp } from '#test/emulators/slack/connected.ts';
import { Desk, MAYA, OPS, SPARE } from './desk.ts';

/** Deliveries with one open alert told, and an app that hears what happens to the places. */
async function opened(desk: Desk) {
  const app = await connectedApp(desk.slack);
  handlePlaces(app, desk.kit);
  const delivery = desk.deliver();
  // As by its welcome, long ago.
  await desk.db
    .insertInto('places')
    .values({ place: `slack:${SPARE}`, first_seen_at: new Date() })
    .execute();
  await desk.raise('a');
  await delivery.settle();
  /** An event is acknowledged before it is worked on: what it leads to is waited for. */
  const until = async (so: () => Promise<boolean>) => {
    const end = performance.now() + 20_000;
    for (;;) {
      await desk.worked();
      await delivery.settle();
      // It may have come to be so after the look: what follows from it is waited for as well.
      if (await so()) return delivery.settle();
      if (performance.now() > end) throw new Error(`in vain waited for ${so}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const stands = (state: string, channel = OPS) => until(async () => (await desk.place(channel)).state === state);
  return { delivery, until, stands, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

const away = `UNREACHABLE:slack:${OPS}`;

test('an archived channel is told of on the fallback channel at once, and gets what waited as soon as it is back', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  await desk.slack.archive(OPS);
  await told.stands('away');
  expect(await desk.place(OPS)).toMatchObject({
    state: 'away',
    last_error: 'the channel was archived; unarchive it, or name another channel in cowork.yaml',
  });
  expect(desk.texts(SPARE)).toEqual([`${away} open 1`]);
  const calls = desk.slack.calls.length;
  // The first pause is a second, which a busy machine may need for what follows.
  const not_before = new Date(desk.ground.clock.now().getTime() + 3_600_000);
  await desk.db.updateTable('places').set({ not_before }).where('place', '=', `slack:${OPS}`).execute();
  await desk.raise('a');
  await desk.raise('b');
  await told.delivery.settle();
  expect(desk.slack.calls.slice(calls).filter(({ args }) => args.channel === OPS)).toEqual([]);

  await desk.slack.unarchive(OPS);
  await told.until(async () => desk.texts(OPS).length === 2);
  await told.delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 2', 'b open 1']);
  expect(desk.texts(SPARE)).toEqual([`${away} recovered 1`]);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', not_before: null, failures: 0 });
  expect(desk.slack.amiss).toEqual([]);
});

test('what happens to channels that are not ours is no concern, and what is said again changes nothing', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  desk.slack.addChannel({ id: 'C0OTHER', name: 'other', members: [MAYA] });
  await desk.slack.archive('C0OTHER');
  await desk.slack.archive(OPS);
  await desk.slack.event({ type: 'channel_archive', channel: OPS, user: MAYA });
  await desk.slack.archive(SPARE);
  await told.stands('away', SPARE);
  await told.stands('away');
  expect((await desk.alerts()).map(({ key, count }) => [key, count]).toSorted()).toEqual([
    [away, 1],
    [`UNREACHABLE:slack:${SPARE}`, 1],
    ['a', 1],
  ]);
});

test('removed from a channel and invited again; another’s comings and goings are not ours', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  await desk.slack.event({ type: 'member_left_channel', channel: OPS, user: MAYA, channel_type: 'C', team: 'T' });
  await desk.slack.kick(SPARE);
  await told.stands('away', SPARE);
  expect((await desk.place(OPS)).state).toBe('well');
  await desk.slack.kick(OPS);
  await told.stands('away');
  expect((await desk.place(OPS)).last_error).toContain('/invite');
  await desk.slack.invite(OPS, MAYA);
  await desk.slack.invite(SPARE);
  await told.stands('well', SPARE);
  expect((await desk.place(OPS)).state).toBe('away');
  await desk.raise('b');
  await desk.slack.invite(OPS);
  await told.until(async () => desk.texts(OPS).length === 2);
  expect(desk.texts(OPS)).toEqual(['a open 1', 'b open 1']);
  expect(desk.texts(SPARE)).toEqual([`${away} recovered 1`]);
});

test('a revoked token, and an app that was removed: every place is away, and one alert says so', async () => {
  for (const uninstall of [false, true]) {
    await using desk = await Desk.open();
    await using told = await opened(desk);
    await desk.slack.revoke({ uninstall });
    for (const channel of [OPS, SPARE]) await told.stands('away', channel);
    const open = (await desk.alerts()).filter(({ kind }) => kind === 'UNREACHABLE');
    expect(open).toMatchObject([{ key: 'UNREACHABLE:slack', state: 'open', count: 1, severity: 'P2' }]);
    expect(open[0]?.error_message).toMatch(/^Nothing reaches slack: .*SLACK_BOT_TOKEN/);
    // Noticed by a call as well: nothing is told once more, but that what waits there is most urgent now.
    await desk.raise('b', { severity: 'P1' });
    await told.until(async () => {
      desk.ground.clock.put(60_000);
      return (await desk.place(OPS)).failures > 2;
    });
    expect((await desk.alerts()).filter(({ kind }) => kind === 'UNREACHABLE')).toHaveLength(1);
    if (uninstall) continue;
    desk.slack.restore();
    await told.until(async () => {
      desk.ground.clock.put(60_000);
      return desk.texts(OPS).length === 2 && desk.texts(SPARE).length === 1;
    });
    await told.stands('well');
    // Counted again when something most urgent began to wait.
    expect(desk.texts(SPARE)).toEqual(['UNREACHABLE:slack recovered 2']);
  }
});

test('a channel with a new id: the sentence holds it', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  await desk.slack.event({ type: 'channel_id_changed', old_channel_id: OPS, new_channel_id: 'C0NEW', event_ts: '1.1' });
  await told.stands('away');
  expect((await desk.place(OPS)).last_error).toBe('the channel has the id C0NEW now; put that into cowork.yaml');
});

test('an open message that somebody deletes is there again at once, and the fallback channel hears of it', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  const [message] = desk.slack.messages(OPS);
  await desk.slack.deleteMessage(OPS, message?.ts ?? '', MAYA);
  await told.until(async () => desk.texts(SPARE)[0] === `${away} deleted recovered 1`);
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  expect(desk.slack.messages(OPS)[0]?.ts).not.toBe(message?.ts);
  expect((await desk.alerts()).at(-1)).toMatchObject({
    key: `${away} deleted`,
    severity: 'P3',
    state: 'recovered',
    error_message: `The message about alert A-1 at slack:${OPS} could not stay: somebody deleted it. It is posted there again.`,
  });
  expect(desk.texts(SPARE)).toEqual([`${away} deleted recovered 1`]);
  expect(desk.slack.amiss).toEqual([]);
});

test('deleted again and again it stays away until something changes, which is said once', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  const gone = () => desk.db.selectFrom('messages').select('state').where('place', '=', `slack:${OPS}`).execute();
  const deleted = async () => {
    const ts = desk.slack.messages(OPS)[0]?.ts ?? '';
    await desk.slack.deleteMessage(OPS, ts, MAYA);
    await told.until(async () => {
      const now = desk.slack.messages(OPS)[0]?.ts;
      return now !== ts && (now !== undefined || (await gone())[0]?.state === 'gone');
    });
    await told.until(async () => desk.slack.messages(OPS).length === 1 || (await gone())[0]?.state === 'gone');
  };
  await deleted();
  await told.until(async () => desk.texts(OPS).length === 1);
  desk.ground.clock.put(30 * 60_000);
  await deleted();
  await told.delivery.settle();
  expect(desk.texts(OPS)).toEqual([]);
  const report = (await desk.alerts()).at(-1);
  expect(report).toMatchObject({ key: `${away} deleted`, severity: 'P3', state: 'open' });
  expect(report?.error_message).toMatch(/deleted again within the hour\. It stays away until something changes/);

  // With the next change it is there once more, and whoever deletes that as well is left in peace.
  await desk.raise('a');
  await told.until(async () => desk.texts(OPS).length === 1);
  expect(desk.texts(OPS)).toEqual(['a open 2']);
  const before = (await desk.alerts()).length;
  await deleted();
  await told.delivery.settle();
  expect([desk.texts(OPS), (await desk.alerts()).length]).toEqual([[], before]);
  // Two hours later it is as the first time.
  await desk.raise('a');
  await told.until(async () => desk.texts(OPS).length === 1);
  desk.ground.clock.put(2 * 3_600_000);
  await deleted();
  await told.until(async () => desk.texts(OPS).length === 1);
  expect(desk.slack.calls.filter(({ method }) => method === 'chat.postMessage').length).toBeLessThan(15);
});

test('one that is over stays deleted, and so does a line', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  await desk.recover('a');
  await told.delivery.settle();
  const ts = desk.slack.messages(OPS)[0]?.ts ?? '';
  const [line] = desk.slack.thread(OPS, ts);
  await desk.slack.deleteMessage(OPS, line?.ts ?? '', MAYA);
  await desk.slack.deleteMessage(OPS, ts, MAYA);
  const gone = () => desk.db.selectFrom('messages').select('id').where('state', '=', 'gone').execute();
  await told.until(async () => (await gone()).length === 1);
  expect(desk.slack.thread(OPS, ts)).toEqual([]);
  expect(desk.texts(OPS)).toEqual([]);
  expect(await desk.alerts()).toHaveLength(1);
});

test('a message with answers leaves a tombstone: that is a deletion as well, another change is not', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  const ts = desk.slack.messages(OPS)[0]?.ts ?? '';
  const changed = (message: object) => ({ type: 'message', subtype: 'message_changed', channel: OPS, ts, message });
  await desk.slack.event(changed({ type: 'message', ts, user: MAYA }));
  await desk.slack.event(changed({ type: 'message', subtype: 'tombstone', ts, user: 'USLACKBOT' }));
  await told.until(async () => (await desk.alerts()).length > 1);
  expect((await desk.alerts()).at(-1)).toMatchObject({ key: `${away} deleted`, count: 1 });
});

test('well again while nobody listened and nothing waited: a look finds it, and not before it is so', async () => {
  await using desk = await Desk.open();
  await using told = await opened(desk);
  await desk.slack.revoke();
  for (const channel of [OPS, SPARE]) await told.stands('away', channel);
  // What the fallback channel could not be told is of no more interest here.
  await desk.db.deleteFrom('deliveries').execute();
  expect(await lookAgain(desk.kit)).toEqual([]);
  desk.slack.restore();
  desk.slack.workspace.channel(SPARE).archived = true;
  expect(await lookAgain(desk.kit)).toEqual([`slack:${OPS}`]);
  expect([(await desk.place(OPS)).state, (await desk.place(SPARE)).state]).toEqual(['well', 'away']);
  expect((await desk.alerts()).find(({ key }) => key === 'UNREACHABLE:slack')?.state).toBe('recovered');
  // One that has something waiting is tried by that.
  await desk.raise('b');
  desk.slack.workspace.channel(SPARE).archived = false;
  await desk.db
    .insertInto('deliveries')
    .values({
      ...{ place: `slack:${SPARE}`, subject: 'alert:1', notice: JSON.stringify({ kind: 'alert', alert_id: 1 }) },
      ...{ priority: 5, asked_at: new Date(), due_at: new Date() },
    })
    .execute();
  expect(await lookAgain(desk.kit)).toEqual([]);
});

test('a look that Slack does not answer lets go of it when the product stops', async () => {
  await using desk = await Desk.open();
  const place = `slack:${OPS}`;
  await desk.db.insertInto('places').values({ place, first_seen_at: new Date(), state: 'away' }).execute();
  const over = new AbortController();
  const info = () => {
    over.abort();
    return new Promise(() => undefined);
  };
  const later = Object.assign(Object.create(desk.kit.clients.later), { conversations: { info } });
  expect(await lookAgain({ ...desk.kit, clients: { ...desk.kit.clients, later } }, over.signal)).toEqual([]);
});
