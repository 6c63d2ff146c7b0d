import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '#migrations/index.ts';
import { silentLog } from '#src/log.ts';
import { canEnter } from '#src/store/embedded/account.ts';
import { openEmbedded } from '#src/store/embedded.ts';
import { startChild } from './child.ts';

const root = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp('/tmp/cowork-emb-');
  chmodSync(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ask = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select pg_postmaster_start_time()::text as started, version()');
  await client.end();
  return rows[0] as { started: string; version: string };
};
const pidOf = (data: string) => Number.parseInt(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8'), 10);

describe('the embedded server', () => {
  test('is set up at the first start in a folder of any name, keeps its data, and guards its password', async () => {
    const data = join(folder, `Ana's "data" $HOME, ünïcode`);
    const first = await openEmbedded(data, silentLog);
    const client = new pg.Client({ connectionString: first.url });
    await client.connect();
    await client.query('create table kept as select 41 + 1 as answer');
    await client.end();
    await first.stop();
    const second = await openEmbedded(data, silentLog);
    const again = new pg.Client({ connectionString: second.url });
    await again.connect();
    expect((await again.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
    expect((await again.query('show fsync')).rows).toEqual([{ fsync: 'on' }]);
    expect((await again.query('show listen_addresses')).rows).toEqual([{ listen_addresses: '' }]);
    await again.end();
    expect(statSync(join(data, 'postgres/password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(data, 'postgres')).mode & 0o077).toBe(0);
    expect(statSync(join(data, 'postgres/data')).uid).not.toBe(0);
    const wrong = second.url.replace(/:[0-9a-f]{48}@/, ':guess@');
    await expect(ask(wrong)).rejects.toThrow(/password authentication failed/);
    await second.stop();
    expect(existsSync(join(data, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  test('serves from a short folder where the path is too long for a socket', async () => {
    const data = join(folder, 'x'.repeat(60), 'y'.repeat(60));
    const server = await openEmbedded(data, silentLog);
    const socket = new URL(server.url).searchParams.get('host') ?? '';
    expect(socket).toMatch(/^\/tmp\/cowork-ops-[0-9a-f]{16}$/);
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    expect((await ask(server.url)).version).toContain('PostgreSQL 18');
    await server.stop();
    rmSync(socket, { recursive: true });
  });

  test('is taken over from a note that names some other living program', async () => {
    const server = await openEmbedded(folder, silentLog);
    await server.stop();
    const note = join(folder, 'postgres/data/postmaster.pid');
    writeFileSync(note, `${process.pid}\n${join(folder, 'postgres/data')}\n1700000000\n5432\n\n\n0 0\nready\n`);
    const { uid, gid } = statSync(join(folder, 'postgres/data'));
    await chown(note, uid, gid);
    const again = await openEmbedded(folder, silentLog);
    expect(pidOf(folder)).not.toBe(process.pid);
    await again.stop();
  });

  test('refuses data of another major version, with what to do', async () => {
    mkdirSync(join(folder, 'postgres/data'), { recursive: true });
    writeFileSync(join(folder, 'postgres/data/PG_VERSION'), '12\n');
    writeFileSync(join(folder, 'postgres/password'), 'x');
    await expect(openEmbedded(folder, silentLog)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/written by PostgreSQL 12; this Cowork Ops brings 18.*DATABASE_URL/s),
    });
  });

  test('names a data folder that is none', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openEmbedded(join(file, 'data'), silentLog)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('leaves nothing half made when the first start is cut short', async () => {
    mkdirSync(join(folder, 'postgres.new-0000/data'), { recursive: true });
    const server = await openEmbedded(folder, silentLog);
    expect(existsSync(join(folder, 'postgres.new-0000'))).toBe(false);
    await server.stop();
  });
});

describe('several processes on one data folder', () => {
  test('start it together for the first time and share it; the last one out stops it', async () => {
    const owners = [1, 2, 3].map(() => startChild('owner.ts', [folder, 'share']));
    const said = await Promise.all(owners.map((owner) => owner.line()));
    const applied = said.flatMap((line) => (JSON.parse(line) as { applied: string[] }).applied);
    expect(applied).toEqual(Object.keys(migrations));
    const pid = pidOf(folder);
    expect(await owners[0]?.finish()).toBe(0);
    expect(await owners[1]?.finish()).toBe(0);
    expect(pidOf(folder)).toBe(pid);
    expect(await owners[2]?.finish()).toBe(0);
    expect(existsSync(join(folder, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  test('a killed owner leaves the server running, and the next one adopts it', async () => {
    const first = startChild('owner.ts', [folder, 'share']);
    await first.line();
    const pid = pidOf(folder);
    await first.kill();
    const second = startChild('owner.ts', [folder, 'share']);
    await second.line();
    expect(pidOf(folder)).toBe(pid);
    expect(await second.finish()).toBe(0);
    expect(existsSync(join(folder, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  test('an ordinary user owns the whole of it', async () => {
    // PostgreSQL wants a user with a name; uid 1 (daemon) has one everywhere.
    const daemon = { uid: 1, gid: 1 };
    const other = root && canEnter(import.meta.dirname, daemon);
    const data = join(folder, 'own');
    mkdirSync(data);
    if (other) await chown(data, daemon.uid, daemon.gid);
    const owner = startChild('owner.ts', [data, 'share'], other ? daemon : {});
    await owner.line();
    expect(statSync(join(data, 'postgres')).uid).toBe(statSync(data).uid || 65534);
    expect(await owner.finish()).toBe(0);
  });
});
