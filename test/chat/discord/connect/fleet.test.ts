import { expect, test } from 'vitest';
import { asking, Stand, saying } from './stand.ts';

const TIMEOUT = { timeout: 20_000 };
const GONE = { host: 'elsewhere', pid: 1, pid_start: '1' };

const holders = async (stand: Stand) =>
  (await stand.db.selectFrom('chat_gateways').select('holder').execute()).map(({ holder }) => holder);

test('of several processes one hears Discord, and when it stops another does, with nothing open twice', async () => {
  await using stand = await Stand.open({ paced: false });
  const { discord } = stand;
  const came: string[] = [];
  const first = await stand.inDiscord(saying(came));
  const second = await stand.process(saying(came));
  second.opened.start();
  await stand.becomes(second, { guild: discord.guild.name, gateway: 'standby', why: null });
  const at = await stand.button();
  await stand.nina().click(at, 'Go');
  expect(discord.sockets()).toBe(1);
  await stand.end(first);
  expect(discord.sockets()).toBe(0);
  await stand.becomes(second, { gateway: 'open' }, 500);
  expect(discord.sockets()).toBe(1);
  await stand.nina().click(at, 'Go');
  expect(came.map((one) => one.split(' by ')[1])).toEqual([first.row.id, second.row.id]);
  expect(await holders(stand)).toEqual([second.row.id]);
  await stand.end(second);
  expect(await holders(stand)).toEqual([]);
});

test('whoever dies is followed at once where that can be known, and after a while where it cannot', async () => {
  await using stand = await Stand.open();
  const second = await stand.process({});
  const { id } = second.row;
  const put = (holder: string, ms: number) =>
    stand.db
      .insertInto('chat_gateways')
      .values({ platform: 'discord', holder, held_until: new Date(stand.clock.now().getTime() + ms) })
      .execute();
  // One that has no row, or whose row says that it stopped.
  await put('00000000-0000-4000-8000-000000000001', 15_000);
  second.opened.start();
  await stand.becomes(second, { gateway: 'open' });
  expect(await holders(stand)).toEqual([id]);
  await stand.end(second);
  // One on another host, which nobody can look at: as long as it may live, it holds.
  const other = '00000000-0000-4000-8000-000000000002';
  const now = stand.clock.now();
  const row = {
    id: other,
    ...GONE,
    roles: ['web'],
    version: 'x',
    started_at: now,
    seen_at: new Date(now.getTime() + 60_000),
  };
  await stand.db.insertInto('processes').values(row).execute();
  await put(other, 15_000);
  const third = await stand.process({}, { oneMachine: false });
  third.opened.start();
  await stand.becomes(third, { guild: stand.discord.guild.name, gateway: 'standby' });
  expect(await holders(stand)).toEqual([other]);
  stand.clock.put(15_000);
  await stand.becomes(third, { gateway: 'open' }, 500);
  expect(await holders(stand)).toEqual([third.row.id]);
});

test('whoever was taken over closes its connection, and stands by', async () => {
  await using stand = await Stand.open();
  const process = await stand.inDiscord({}, { oneMachine: false });
  const other = '00000000-0000-4000-8000-000000000003';
  const now = stand.clock.now();
  const row = {
    id: other,
    ...GONE,
    roles: ['web'],
    version: 'x',
    started_at: now,
    seen_at: new Date(now.getTime() + 60_000),
  };
  await stand.db.insertInto('processes').values(row).execute();
  await stand.db
    .updateTable('chat_gateways')
    .set({ holder: other, held_until: new Date(now.getTime() + 60_000) })
    .execute();
  stand.clock.put(5000);
  await stand.becomes(process, { gateway: 'standby' });
  await expect.poll(() => stand.discord.sockets(), TIMEOUT).toBe(0);
  expect(await holders(stand)).toEqual([other]);
  await stand.db.deleteFrom('chat_gateways').execute();
  await stand.becomes(process, { gateway: 'open' }, 500);
});

test.each([
  { rival: true, what: 'closed so that another can hear' },
  { rival: false, what: 'kept, since nobody else could' },
])('without the database, with another process: $rival, the gateway is $what', async ({ rival }) => {
  await using stand = await Stand.open();
  const process = await stand.inDiscord({}, { oneMachine: false });
  if (rival) {
    const now = stand.clock.now();
    const row = { id: '00000000-0000-4000-8000-000000000004', ...GONE, roles: ['web'], version: 'x', started_at: now };
    await stand.db
      .insertInto('processes')
      .values({ ...row, seen_at: new Date(now.getTime() + 600_000) })
      .execute();
  }
  const { heard } = stand;
  stand.clock.put(5000);
  await expect
    .poll(async () => {
      const { held_until } = await stand.db.selectFrom('chat_gateways').select('held_until').executeTakeFirstOrThrow();
      return held_until.getTime() - stand.clock.now().getTime();
    }, TIMEOUT)
    .toBeGreaterThan(14_000);
  const blocker = await heard.database.pool.connect();
  await blocker.query('begin');
  await blocker.query('lock table chat_gateways in access exclusive mode');
  if (rival) {
    await stand.becomes(process, { gateway: 'standby' }, 1000);
    await expect.poll(() => stand.discord.sockets(), TIMEOUT).toBe(0);
  } else {
    for (let s = 0; s < 30; s += 1) await stand.becomes(process, { gateway: 'open' }, 1000);
    expect(stand.discord.sockets()).toBe(1);
  }
  await blocker.query('rollback');
  blocker.release();
  await stand.becomes(process, { gateway: 'open' }, 500);
});

test('what a dead process left undone is done by another, and what it does at its stop it does to the end', async () => {
  await using stand = await Stand.open();
  const done: string[] = [];
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const process = await stand.inDiscord(asking(done, () => gate));
  const at = await stand.button();
  expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
  const ended = stand.end(process);
  await expect.poll(() => stand.discord.sockets(), TIMEOUT).toBe(0);
  go();
  await ended;
  expect(done).toHaveLength(1);
  const [ask] = await stand.asks();
  expect(ask).toMatchObject({ state: 'done' });
  await stand.db
    .updateTable('asks')
    .set({ state: 'taken', done_at: null, payload: JSON.stringify({ id: '7' }) })
    .execute();
  const given: number[] = [];
  const next = await stand.inDiscord({ ...asking(done), tellGivenUp: async (_, { id }) => void given.push(id) });
  await expect.poll(() => done, TIMEOUT).toEqual([expect.any(String), `7 by ${next.row.id}`]);
  await stand.end(next);
  await stand.db.updateTable('asks').set({ state: 'taken', done_at: null, tries: 3 }).execute();
  await stand.inDiscord({ ...asking(done), tellGivenUp: async (_, { id }) => void given.push(id) });
  await expect.poll(() => given, TIMEOUT).toEqual([ask?.id]);
  expect(done).toHaveLength(2);
});
