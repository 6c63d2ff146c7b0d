import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { openEmbedded } from '#src/store/embedded.ts';
import { migrate } from '#src/store/migrate.ts';
import { makePool } from '#src/store/pool.ts';
import type { Database } from '#src/store/schema.ts';
import type { DiscordEmulator } from '#test/emulators/discord/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { DiscordOffice, OPS, said } from './discord-office.ts';
import { InDiscord } from './in-discord.ts';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

const asks = ({ world }: DiscordOffice) => world.db.selectFrom('asks').selectAll().orderBy('id').execute();

/** What stands in the channel, in words. */
const shown = (discord: DiscordEmulator): string => discord.messages(OPS).map(said).join('\n');

async function waitsForLock(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`.execute(db);
  return rows.length > 0;
}

describe.each(['gateway', 'http'] as const)('in Discord by %s', (mode) => {
  test('the product starts, says hello, and answers what people type', async () => {
    await using office = await DiscordOffice.open({ mode });
    const { discord, world } = office;
    await world.told();
    expect(discord.messages(OPS)).not.toEqual([]);
    expect(await office.ask('maya', 'status')).toMatchObject({ alone: true });
    expect(await asks(office)).toMatchObject([{ kind: 'command', person: 'maya', state: 'done', payload: {} }]);
    expect(world.product.discord?.state()).toEqual({
      ...{ mode, guild: discord.guild.name, why: null },
      gateway: mode === 'http' ? null : 'open',
    });
  });

  test('the product starts while Discord is away, and is in it when Discord is back', async () => {
    await using story = await InDiscord.open({ mode, isAway: true });
    const { discord, world } = story;
    const browser = await world.browser();
    expect((await browser.get('/readyz')).status).toBe(200);
    expect(world.product.discord?.state()).toMatchObject({ guild: null });
    const run = await world.runToEnd('brief');
    expect(run.status).toBe('SUCCESS');
    discord.away(false);
    await world.until('Discord', async () => {
      world.clock.put(30_000);
      return world.product.discord?.state().guild;
    });
    await world.inDiscord();
    await world.until('what was not said meanwhile', async () => {
      world.clock.put(30_000);
      await world.product.delivery?.settle();
      return shown(discord).includes(run.run_id);
    });
  });

  test('whatever happens to an ask, a stop leaves none in between', async () => {
    await using office = await DiscordOffice.open({ mode });
    const { world } = office;
    const clicked = await Promise.all(Array.from({ length: 5 }, () => office.as('maya').command('cowork status')));
    await world.stop();
    expect(clicked.every(({ acked }) => acked)).toBe(true);
    expect((await asks(office)).map(({ state }) => state)).toEqual(Array(5).fill('done'));
    await world.start();
  });

  test('a database that is slow or stopped costs an answer, and the person is told that nothing was done', async () => {
    await using folder = await tempFolder('cowork-story-');
    await chmod(folder.path, 0o755);
    const server = await openEmbedded(folder.path, silentLog, { fsync: 'off' });
    const pool = makePool({ url: server.url, name: 'story', log: silentLog, max: 4 });
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
    try {
      await migrate(db);
      await using office = await DiscordOffice.open({
        mode,
        database: { url: server.url, db, pool, drop: async () => {} },
      });
      const { world } = office;
      const blocker = await pool.connect();
      await blocker.query('begin');
      await blocker.query('lock table asks in access exclusive mode');
      const asked = office.as('maya').command('cowork run', { workflow: 'brief' });
      await world.until('somebody at the lock', () => waitsForLock(db));
      world.clock.put(2000);
      const slow = await asked;
      expect([slow.acked, said(slow.shown())]).toEqual([true, expect.stringContaining('Nothing was done')]);
      await blocker.query('rollback');
      blocker.release();
      await server.stop();
      const none = await office.as('maya').command('cowork run', { workflow: 'brief' });
      expect([none.acked, said(none.shown())]).toEqual([true, expect.stringContaining('Nothing was done')]);
      world.clock.put(120_000);
      await server.ensureRunning();
      await world.inDiscord();
      await world.until('an answer that is one', async () => {
        world.clock.put(5000);
        const answer = await office.as('maya').command('cowork status');
        await office.done();
        return answer.acked && said(answer.shown()).includes('green');
      });
      expect(await world.runs('brief')).toEqual([]);
    } finally {
      await db.destroy();
      await server.stop();
    }
  }, 120_000);
});

/** The product's web as a process of its own, which a story may kill. */
async function webProcess({ discord, world }: DiscordOffice): Promise<AsyncDisposable & { kill(): Promise<void> }> {
  const env = { ...world.env, ...discord.env };
  const child = spawn(process.execPath, [LAUNCHER, 'start', '--roles', 'web'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { kill, [Symbol.asyncDispose]: kill };
}

test('a process that is killed in mid-click leaves the gateway and the ask to one that stands by, which does it once', async () => {
  // The other process has the machine's clock: by one that is ahead the lock would be over at once.
  await using office = await DiscordOffice.open({ at: new Date().toISOString() });
  const { discord, world } = office;
  const holder = async () => (await world.db.selectFrom('chat_gateways').select('holder').executeTakeFirst())?.holder;
  await world.stop();
  await using web = await webProcess(office);
  await world.until('the gateway', async () => discord.sockets() === 1);
  await world.start(['web', 'worker']);
  expect(world.product.discord?.state()).toMatchObject({ gateway: 'standby', why: null });
  const before = await holder();
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    // What it is about can be noted and read; that a run begins cannot.
    await blocker.query('lock table runs in share row exclusive mode');
    expect(await office.as('maya').command('cowork run', { workflow: 'brief' })).toMatchObject({ acked: true });
    await world.until('the act at the lock', () => waitsForLock(world.db));
    await web.kill();
    await blocker.query('rollback');
  } finally {
    blocker.release();
  }
  await world.until('the gateway here', async () => {
    world.clock.put(1000);
    return world.product.discord?.state().gateway === 'open';
  });
  expect(discord.sockets()).toBe(1);
  expect(await holder()).not.toBe(before);
  await world.until('the end of the ask', async () => {
    world.clock.put(3000);
    return (await asks(office)).every(({ state, tries }) => state === 'done' && tries === 2);
  });
  expect(await world.runs('brief')).toHaveLength(1);
  await world.ended((await world.newest('brief')).run_id);
  await office.done();
  expect(await office.ask('maya', 'status')).toMatchObject({ alone: true });
}, 120_000);

test('the gateway breaks in mid-click, and what was clicked meanwhile is answered when the session goes on', async () => {
  await using office = await DiscordOffice.open();
  const { discord, world } = office;
  for (const breaks of [() => discord.drop(), () => discord.reconnect(), () => discord.close(4000)]) {
    breaks();
    const asked = office.as('maya').command('cowork status');
    await world.until('a socket', async () => discord.sockets() === 1);
    expect(breaks.toString() + (await asked).acked).toBe(`${breaks}true`);
    await office.done();
    expect(said((await asked).shown())).toMatch(/green/);
    world.clock.put(6000);
  }
  expect(await world.openAlerts()).toEqual([]);
});

test('over HTTP nobody gets in but Discord, and nothing a second time', async () => {
  await using office = await DiscordOffice.open({ mode: 'http' });
  const { discord, world } = office;
  const { payload } = (await office.ask('maya', 'status')).asked;
  const forged = { ...payload, id: '1500000000000000001' };
  const at = (ms: number) => new Date(world.clock.now().getTime() + ms);
  const request401 = async (made: Parameters<typeof discord.request>[0]) => {
    const { status, text } = await discord.request(made);
    expect([status, text]).toEqual([401, '']);
  };
  await request401(discord.signed(forged, { forged: true }));
  await request401(discord.signed(forged, { at: at(-301_000) }));
  await request401(discord.signed(forged, { at: at(302_000) }));
  const good = discord.signed({ ...forged, id: '1500000000000000002' });
  expect((await discord.request(good)).status).toBe(200);
  await request401(good);
  await office.done();
  const url = new URL(`${world.product.web?.url}discord/interactions`);
  const big = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-length': 5_000_000 } }, ({ statusCode }) => {
      resolve(statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
  // Unread: without a signature of this moment nobody is listened to for so long.
  expect(big).toBe(401);
  expect(await asks(office)).toHaveLength(2);
  discord.amiss.length = 0;
});
