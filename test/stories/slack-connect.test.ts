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
import { tempFolder } from '#test/setup/ground.ts';
import { InSlack, OPS } from './in-slack.ts';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

describe.each(['socket', 'http'] as const)('in Slack by %s', (mode) => {
  test('the product starts, says hello, and answers what people type', async () => {
    await using story = await InSlack.open({ mode });
    const { slack, world } = story;
    await world.told();
    expect(slack.messages(OPS)).not.toEqual([]);
    const answer = await story.as('maya').command('status', OPS);
    expect(answer.acked).toBe(true);
    await world.until(
      'an answer',
      async () => slack.ephemerals('U0MAYA').length > 0 || JSON.stringify(answer.body) !== '{}',
    );
    const asks = () => world.db.selectFrom('asks').select(['kind', 'person', 'state', 'payload']).execute();
    await world.until('its end', async () => (await asks()).every(({ state }) => state === 'done'));
    expect(await asks()).toEqual([{ kind: 'command', person: 'maya', state: 'done', payload: {} }]);
    expect(world.product.slack?.state()).toMatchObject({ mode, team: slack.team.name, why: null });
  });

  test('the product starts while Slack is away, and is in it when Slack is back', async () => {
    await using story = await InSlack.open({ mode, isAway: true });
    const { slack, world } = story;
    const browser = await world.browser();
    expect((await browser.get('/readyz')).status).toBe(200);
    expect(world.product.slack?.state()).toMatchObject({ team: null });
    const run = await world.runToEnd('brief');
    expect(run.status).toBe('SUCCESS');
    slack.away(false);
    await world.until('Slack', async () => {
      world.clock.put(30_000);
      return world.product.slack?.state().team;
    });
    await world.inSlack();
    expect(await story.as('maya').command('status', OPS)).toMatchObject({ acked: true });
    await world.until('what was not said meanwhile', async () => {
      world.clock.put(30_000);
      await world.product.delivery?.settle();
      return JSON.stringify(slack.messages(OPS)).includes(run.run_id);
    });
  });

  test('whatever happens to an ask, a stop leaves none in between', async () => {
    await using story = await InSlack.open({ mode });
    const { world } = story;
    const said = await Promise.all(Array.from({ length: 5 }, () => story.as('maya').command('status', OPS)));
    await world.stop();
    expect(said.every(({ acked }) => acked)).toBe(true);
    const rows = await world.db.selectFrom('asks').select('state').execute();
    expect(rows).toEqual(Array.from({ length: 5 }, () => ({ state: 'done' })));
    await world.start();
  });

  test('a database that is slow or away for a moment costs an answer, and not the acknowledgement', async () => {
    await using story = await InSlack.open({ mode });
    const { slack, world } = story;
    const blocker = await world.database.pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table asks in access exclusive mode');
    const slow = await story.as('maya').command('status', OPS);
    await blocker.query('rollback');
    blocker.release();
    expect(slow.acked).toBe(true);
    expect(slack.amiss).toEqual([]);
    expect(await story.as('maya').command('status', OPS)).toMatchObject({ acked: true });
    await world.until('all done', async () => {
      world.clock.put(61_000);
      await world.db.updateTable('processes').set({ seen_at: world.clock.now() }).execute();
      const rows = await world.db.selectFrom('asks').select('state').execute();
      return rows.every(({ state }) => state === 'done');
    });
  });
});

test('a database that is away costs an answer in words, and nothing that was typed afterwards', async () => {
  await using folder = await tempFolder('cowork-story-');
  await chmod(folder.path, 0o755);
  const server = await openEmbedded(folder.path, silentLog, { fsync: 'off' });
  const pool = makePool({ url: server.url, name: 'story', log: silentLog, max: 4 });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
    await using story = await InSlack.open({ database: { url: server.url, db, pool, drop: async () => {} } });
    const { world } = story;
    await world.told();
    const browser = await world.browser();
    await server.stop();
    const answer = await story.as('maya').command('run brief', OPS);
    expect(answer).toMatchObject({ acked: true, body: { response_type: 'ephemeral', text: expect.any(String) } });
    // Long enough for everything that looks around by itself to look in vain.
    world.clock.put(120_000);
    for (let look = 0; look < 3; look += 1) expect((await browser.get('/readyz')).status).toBe(503);
    await world.inSlack();
    await server.ensureRunning();
    await world.until('readiness', async () => (await browser.get('/readyz')).status === 200);
    expect(await world.runs('brief')).toEqual([]);
    expect(await story.as('maya').command('run brief', OPS)).toMatchObject({ acked: true });
    await world.until('a run', async () => (await world.runs('brief')).length === 1);
    await world.ended((await world.newest('brief')).run_id);
  } finally {
    await db.destroy();
    await server.stop();
  }
}, 120_000);

test('sockets are renewed by Slack in the middle of an Approve and while people type: one is always open, nothing is lost', async () => {
  await using story = await InSlack.open();
  const { slack, world } = story;
  const { run_id } = await world.runToEnd('brief');
  const { review_id } = await world.item();
  const item = () => slack.messages(OPS).find(({ text }) => text.includes(review_id));
  await world.until('the item', async () => {
    await world.told();
    return item();
  });
  const at = { channel: OPS, ts: item()?.ts ?? '' };
  const before = slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
  let least = slack.sockets();
  const looking = setInterval(() => {
    least = Math.min(least, slack.sockets());
  }, 1);
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table decisions in share row exclusive mode');
    const refreshed = slack.refresh();
    // The new socket stands beside the two, and the old one has not gone yet.
    await slack.connected(3);
    expect(await story.as('ana').click(at, 'Approve')).toMatchObject({ acked: true });
    await world.until('the decision at the lock', async () => (await waiting(story)).length > 0);
    const said = [];
    for (let nth = 0; nth < 5; nth += 1) said.push(await story.as('maya').command('status', OPS));
    await refreshed;
    await world.inSlack();
    expect(said.map(({ acked }) => acked)).toEqual([true, true, true, true, true]);
    expect(slack.calls.filter(({ method }) => method === 'apps.connections.open').length).toBe(before + 2);
    expect((await world.review(review_id)).state).toBe('open');
    await blocker.query('rollback');
  } finally {
    blocker.release();
    clearInterval(looking);
  }
  expect(least).toBeGreaterThanOrEqual(1);
  await world.until('all done', async () => {
    const rows = await world.db.selectFrom('asks').select('state').execute();
    return rows.length === 6 && rows.every(({ state }) => state === 'done');
  });
  expect(await world.review(review_id)).toMatchObject({ state: 'approved', approved_by: ['ana'] });
  expect(await world.db.selectFrom('decisions').select('person').execute()).toEqual([{ person: 'ana' }]);
  expect(slack.unacked()).toBe(0);
  await world.ended(run_id);
});

/** The product's web as a process of its own, which a story may kill. */
async function webProcess({ slack, world }: InSlack): Promise<AsyncDisposable & { kill(): Promise<void> }> {
  const env = { ...world.env, ...slack.env };
  const child = spawn(process.execPath, [LAUNCHER, 'start', '--roles', 'web'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await world.until('two sockets', async () => slack.sockets() === 2);
  } catch (error) {
    await kill();
    throw error;
  }
  return { kill, [Symbol.asyncDispose]: kill };
}

const theAsk = ({ world }: InSlack) => world.db.selectFrom('asks').selectAll().executeTakeFirstOrThrow();

/** Backends that wait for a lock in this story's database. */
async function waiting({ world }: InSlack): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    select distinct l.pid from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`.execute(world.db);
  return rows.map(({ pid }) => pid);
}

/** The next process has done what the killed one left. */
async function takenOver(story: InSlack): Promise<void> {
  const { world } = story;
  await world.start();
  await world.until('the end of the ask', async () => {
    world.clock.put(3000);
    const { state, tries } = await theAsk(story);
    return state === 'done' && tries === 2;
  });
  expect(await world.runs('brief')).toHaveLength(1);
  await world.ended((await world.newest('brief')).run_id);
  expect(await world.runs('brief')).toHaveLength(1);
  expect(story.slack.ephemerals('U0MAYA')).toHaveLength(1);
}

test('a process that is killed between an ask and the act leaves it to the next, which does it once', async () => {
  await using story = await InSlack.open();
  const { world } = story;
  await world.stop();
  await using web = await webProcess(story);
  const blocker = await world.database.pool.connect();
  try {
    await blocker.query('begin');
    // What it is about can be noted and read; that a run begins cannot.
    await blocker.query('lock table runs in share row exclusive mode');
    expect(await story.as('maya').command('run brief', OPS)).toMatchObject({ acked: true });
    expect(await theAsk(story)).toMatchObject({ state: 'taken', tries: 1, person: 'maya' });
    await world.until('the act at the lock', async () => (await waiting(story)).length > 0);
    await web.kill();
    await blocker.query('rollback');
  } finally {
    blocker.release();
  }
  expect(await world.runs('brief')).toEqual([]);
  await takenOver(story);
}, 120_000);

test('a process that is killed between the act and its end leaves the answer to the next, and nothing is done twice', async () => {
  await using story = await InSlack.open();
  const { world } = story;
  await world.stop();
  await using web = await webProcess(story);
  const { pool } = world.database;
  const [before, after] = [await pool.connect(), await pool.connect()];
  try {
    await before.query('begin');
    await before.query('lock table runs in share row exclusive mode');
    expect(await story.as('maya').command('run brief', OPS)).toMatchObject({ acked: true });
    // Held here, so that the run can begin now and its ask cannot end.
    await after.query('begin');
    await after.query('select id from asks for update');
    await before.query('rollback');
    await world.until('a run', async () => (await world.runs('brief')).length === 1);
    await world.until('the end at the lock', async () => (await waiting(story)).length > 0);
    await web.kill();
    // What the server has begun for a client that is gone it would still bring to its end.
    await world.until('nothing at the lock', async () => {
      for (const pid of await waiting(story)) await sql`select pg_terminate_backend(${pid})`.execute(world.db);
      return (await waiting(story)).length === 0;
    });
    await after.query('rollback');
  } finally {
    before.release();
    after.release();
  }
  expect(await theAsk(story)).toMatchObject({ state: 'taken', tries: 1 });
  expect(story.slack.ephemerals('U0MAYA')).toEqual([]);
  await takenOver(story);
}, 120_000);

describe('requests to /slack/events', () => {
  test('in Socket Mode there is no such page', async () => {
    await using story = await InSlack.open();
    const url = `${story.world.product.web?.url}slack/events`;
    const answer = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
  });

  test('Slack’s own questions are answered, and nobody else’s', async () => {
    await using story = await InSlack.open({ mode: 'http' });
    const { slack, world } = story;
    expect(await slack.verifyUrl()).toBe(true);
    expect((await slack.sslCheck()).status).toBe(200);
    expect((await fetch(`${world.product.web?.url}slack/events`)).status).toBe(404);
    const answer = await fetch(`${world.product.web?.url}slack/events`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([401, '']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const other = await fetch(`${world.product.web?.url}slack/eventsx`, { method: 'POST' });
    expect(other.status).toBe(403);
  });

  test('what is forged, stale, of tomorrow, a repetition or too much is turned away, and does nothing', async () => {
    await using story = await InSlack.open({ mode: 'http' });
    const { slack, world } = story;
    const now = world.clock.now().getTime();
    const command = { team_id: slack.team.id, api_app_id: slack.workspace.app, command: '/cowork', text: 'run brief' };
    const form = new URLSearchParams({
      ...command,
      user_id: 'U0MAYA',
      channel_id: OPS,
      trigger_id: '1.2.a',
    }).toString();
    const type = 'application/x-www-form-urlencoded';
    const tries = [
      slack.signed(form, { type, secret: 'guessed' }),
      slack.signed(form, { type, at: new Date(now - 600_000) }),
      slack.signed(form, { type, at: new Date(now + 600_000) }),
    ];
    for (const one of tries) expect(await slack.send(one)).toMatchObject({ status: 401, text: '' });
    const signed = slack.signed(form, { type });
    expect((await slack.send({ ...signed, body: signed.body.replace('run', 'rux') })).status).toBe(401);
    expect((await slack.send({ ...signed, body: signed.body.slice(0, -1) })).status).toBe(401);
    expect((await slack.send(slack.signed('x'.repeat(5 * 1024 * 1024), { type }))).status).toBe(413);
    expect((await slack.send(slack.signed('{"type":'))).status).toBe(400);
    expect((await slack.send(slack.signed('[]', { type: 'application/json' }))).status).toBe(400);
    expect((await slack.send(slack.signed(form, { type: 'text/plain' }))).status).toBe(400);
    expect(await world.db.selectFrom('asks').select('id').execute()).toEqual([]);
    expect(await world.runs('brief')).toEqual([]);
  });

  test('the same request twice is done once; another delivery of it too', async () => {
    await using story = await InSlack.open({ mode: 'http' });
    const { slack, world } = story;
    const command = { team_id: slack.team.id, api_app_id: slack.workspace.app, command: '/cowork', text: 'run brief' };
    const fields = { ...command, user_id: 'U0MAYA', channel_id: OPS, trigger_id: '1.2.abc', of_tomorrow: '[1,2]' };
    const type = 'application/x-www-form-urlencoded';
    const form = new URLSearchParams(fields).toString();
    const request = slack.signed(form, { type });
    const answers = await Promise.all([slack.send(request), slack.send(request), slack.send(request)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const later = slack.signed(form, { type, at: new Date(world.clock.now().getTime() + 2000) });
    expect((await slack.send(later)).status).toBe(200);
    await world.until('one run', async () => (await world.runs('brief')).length === 1);
    const asks = await world.db.selectFrom('asks').select('key').execute();
    expect(asks).toHaveLength(1);
    await world.ended((await world.newest('brief')).run_id);
    expect(await world.runs('brief')).toHaveLength(1);
  });

  test('payloads without what they need, or for others, do nothing and are answered', async () => {
    await using story = await InSlack.open({ mode: 'http' });
    const { slack, world } = story;
    const team = { id: slack.team.id };
    const payloads = [
      {},
      { type: 'block_actions' },
      { type: 'block_actions', team: { id: 'T0THEIRS' }, user: { id: 'U0MAYA' }, actions: [{ action_id: 'x' }] },
      { type: 'block_actions', team, user: {}, actions: [] },
      { type: 'block_actions', team, user: { id: 'U0MAYA' }, actions: [{ action_id: 7 }] },
      { type: 'block_actions', team, user: null, actions: [{ action_id: 'cw' }] },
      { type: 'view_submission', team, user: { id: 'U0MAYA' }, view: {} },
      { type: 'view_submission', team, user: { id: 'U0MAYA' } },
      { type: 'shortcut', team, user: { id: 'U0MAYA' }, callback_id: 'nobody-knows' },
      { command: '/cowork', team_id: team.id },
      { command: '/other', team_id: team.id, user_id: 'U0MAYA' },
      { type: 'event_callback', team_id: team.id, event_id: 'Ev1', event: { type: 'app_home_opened' } },
    ];
    for (const payload of payloads) {
      const answer = await slack.send(slack.signed(payload));
      expect([payload, answer.status]).toEqual([payload, 200]);
    }
    expect(await world.runs('brief')).toEqual([]);
    expect((await (await world.browser()).get('/healthz')).status).toBe(200);
  });

  test('a request that breaks off, and one by another name of this server', async () => {
    await using story = await InSlack.open({ mode: 'http' });
    const { slack, world } = story;
    const { port } = new URL(world.product.web?.url ?? '');
    const signed = slack.signed({ type: 'url_verification', challenge: 'abc' });
    const named = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...signed.headers, host: 'cowork.acme.example' };
      const sent = request({ port, method: 'POST', path: '/slack/events', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      sent.end(signed.body);
    });
    expect(named).toBe(200);
    await new Promise<void>((resolve) => {
      const headers = { ...signed.headers, 'content-length': '1000' };
      const sent = request({ port, method: 'POST', path: '/slack/events', headers });
      sent.on('error', () => resolve());
      sent.write('{"type"', () => sent.destroy(new Error('broken off')));
    });
    expect(await slack.verifyUrl()).toBe(true);
  });
});
