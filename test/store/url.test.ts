import { createServer } from 'node:net';
import { expect, inject, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { reach } from '#src/store/reach.ts';
import { maskUrl, withDatabase } from '#src/store/url.ts';

const server = () => inject('database').url;

test('what is shown of a URL holds no password', () => {
  expect(maskUrl('postgres://ana:s3cret@db.example:5433/ops?sslmode=require')).toBe(
    'postgres://ana@db.example:5433/ops',
  );
  expect(maskUrl('postgres://u:p@localhost/x?host=%2Fvar%2Frun')).toBe('postgres://u@/var/run/x');
  expect(maskUrl('s3cret')).toBe('DATABASE_URL');
});

test.each([
  ['not a url', 'is not a URL'],
  ['mysql://u:s3cret@h/d', 'is not for PostgreSQL'],
])('%s is refused at once', async (url, message) => {
  await expect(reach(url, silentLog, 0)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining(message),
  });
});

test('a wrong database or password is refused with what to correct, without the password', async () => {
  const missing = withDatabase(server(), 'no_such_database');
  await expect(reach(missing, silentLog, 60_000)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/has no such database\. Create it with "createdb"/),
  });
  if (new URL(server()).password === '') return;
  const wrong = server().replace(/:([^:@/]+)@/, ':s3cret@');
  const error = await reach(wrong, silentLog, 60_000).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    code: 'refused',
    message: expect.stringContaining('refused the user or the password'),
  });
  expect((error as Error).message).not.toContain('s3cret');
});

test('a server that does not answer is waited for, then named', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const open = openStore({
    databaseUrl: `postgres://u:s3cret@127.0.0.1:${port}/d`,
    data: '/nowhere',
    log: silentLog,
    patienceMs: 0,
  });
  await expect(open).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      new RegExp(`127.0.0.1:${port}/d does not answer .*Start it, or correct DATABASE_URL`),
    ),
  });
});
