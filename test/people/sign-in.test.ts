import { afterAll, beforeAll, expect, test } from 'vitest';
import { csrfMatches, readSession, signOut } from '#src/people/sessions.ts';
import { makeLoginLink, signIn } from '#src/people/sign-in.ts';
import { teamFile } from '#src/people/team.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

let fresh: FreshDatabase;
let ground: TestGround;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const listed = (...names: string[]) => {
  const people = Object.fromEntries(
    names.map((name) => [name, { name, email: `${name}@acme.example`, roles: ['viewer'] }]),
  );
  const team = teamFile.parse({ team: 'Acme', timezone: 'Europe/Berlin', people });
  ground.homes.hold(1, { hash: 'sha256:0', root: '/nowhere', team, workflows: {}, skills: {} });
};
const start = () => {
  ground = testGround(fresh.db, '/nowhere');
  listed('maya', 'jon');
};
const link = (person = 'maya') => makeLoginLink(ground, { person, madeBy: 'service', via: 'cli', operator: 'root' });
const GONE = 'This sign-in link was used already, has expired or was never made.';

test('a link signs its person in once, and neither its token nor the session’s is stored', async () => {
  start();
  const { token, expires_at } = await link();
  expect(expires_at).toEqual(new Date(ground.clock.now().getTime() + 15 * MINUTE));
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  const session = await signIn(ground, token);
  expect(session.person).toBe('maya');
  const read = await readSession(ground, session.token);
  expect(read).toMatchObject({ person: 'maya', csrf: session.csrf });
  expect(read && csrfMatches(read, session.csrf)).toBe(true);
  expect(read && csrfMatches(read, `${session.csrf}x`)).toBe(false);
  expect(read && csrfMatches(read, undefined)).toBe(false);
  const dump = JSON.stringify([
    await fresh.db.selectFrom('login_links').selectAll().execute(),
    await fresh.db.selectFrom('sessions').selectAll().execute(),
    await fresh.db.selectFrom('audit').selectAll().execute(),
  ]);
  expect(dump).not.toContain(token);
  expect(dump).not.toContain(session.token);
  await expect(signIn(ground, token)).rejects.toThrow(GONE);
});

test('of many who use one link at once, one is let in', async () => {
  start();
  const { token } = await link();
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => signIn(ground, token)));
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});

test('an expired, a made-up and a leaver’s link are refused alike, and noted', async () => {
  start();
  // By then nothing that was refused before counts any more.
  await ground.clock.advance(2 * HOUR);
  const old = await link();
  await ground.clock.advance(15 * MINUTE);
  const at = ground.clock.now();
  await expect(signIn(ground, old.token)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining(GONE),
  });
  await expect(signIn(ground, 'made-up')).rejects.toThrow(GONE);
  const { token } = await link('jon');
  listed('maya');
  await expect(signIn(ground, token)).rejects.toThrow(GONE);
  await expect(link('jon')).rejects.toThrow('Nobody named jon is listed in cowork.yaml. It lists maya.');
  // Whoever guesses may do so as often as they like: the trail does not grow with it.
  for (let guess = 0; guess < 30; guess += 1) await expect(signIn(ground, `made-up-${guess}`)).rejects.toThrow(GONE);
  const noted = fresh.db.selectFrom('audit').select('data').where('act', '=', 'access.refused').where('at', '>=', at);
  const whats = (await noted.orderBy('id').execute()).map(({ data }) => (data as { what: string }).what);
  expect(whats).toEqual(['sign-in link of maya', 'sign-in link that was never made', 'sign-in link of jon']);
});

test('a session ends when it idles, at its end, at sign-out, and when its person has left', async () => {
  start();
  const session = async (person?: string) => (await signIn(ground, (await link(person)).token)).token;
  const idle = await session();
  const used = await session();
  for (let day = 0; day < 6.5; day += 0.5) {
    await ground.clock.advance(12 * HOUR - 1);
    expect(await readSession(ground, used)).toMatchObject({ person: 'maya' });
  }
  expect(await readSession(ground, idle)).toBeNull();
  await ground.clock.advance(12 * HOUR);
  expect(await readSession(ground, used)).toBeNull();
  const out = await session();
  await signOut(ground, out);
  await signOut(ground, out);
  expect(await readSession(ground, out)).toBeNull();
  const left = await session('jon');
  listed('maya');
  expect(await readSession(ground, left)).toBeNull();
  listed('maya', 'jon');
  expect(await readSession(ground, left)).toBeNull();
  expect(await readSession(ground, 'made-up')).toBeNull();
  const ends = await fresh.db.selectFrom('audit').select('data').where('act', '=', 'login.signed_out').execute();
  expect(ends.map((row) => row.data)).toEqual([{ why: 'signed out' }, { why: 'left cowork.yaml' }]);
});
