import { afterEach, beforeEach, expect, test } from 'vitest';
import { roleLookup } from '#src/chat/discord/roles/lookup.ts';
import type { DiscordConfig } from '#src/config.ts';
import { CoworkError } from '#src/errors.ts';
import { silentLog } from '#src/log.ts';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { TestClock } from '#test/setup/clock.ts';

const ROLE = '410000000000000001';
const [MAYA, JON, GUS] = ['310000000000000001', '310000000000000002', '310000000000000003'];

let discord: DiscordEmulator;
let clock: TestClock;
/** What a strict Discord may hold against what a test does on purpose. */
let expected: RegExp | null;

beforeEach(async () => {
  expected = null;
  clock = new TestClock();
  discord = await startDiscord({ paced: false });
  discord.addRole({ id: ROLE, name: 'Finance' });
  discord.addUser({ id: MAYA, name: 'maya', roles: [ROLE] });
  discord.addUser({ id: JON, name: 'jon' });
  discord.addUser({ id: GUS, name: 'gus', kind: 'gone', roles: [ROLE] });
});

afterEach(async () => {
  if (expected) discord.expectAmiss(expected);
  await discord[Symbol.asyncDispose]();
  expect(discord.amiss).toEqual([]);
});

const MEMBER = 'GET /guilds/:id/members/:user';
const asks = () => discord.calls.filter(({ route }) => route === '/guilds/:id/members/:user').length;

const lookup = (over: Partial<DiscordConfig> = {}) =>
  roleLookup({ ...discord.config, ...over }, { clock, log: silentLog });

/** Nobody can tell, which counts as no right; what went wrong goes to no person. */
async function untold(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    (roles) => expect.unreachable(`it was told: ${roles}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CoworkError)) throw error;
  expect([error.code, error.message]).toEqual(['unavailable', 'Discord did not tell who has the role.']);
  return String(error.cause);
}

test('holds, does not, holds no more, is no member, is nobody', async () => {
  const roles = lookup();
  // The role of everybody is that of the members, and of nobody else.
  const [all, both] = [[discord.guild.id], [discord.guild.id, ROLE]];
  expect([...(await roles.rolesOf(MAYA))]).toEqual(both);
  expect([...(await roles.rolesOf(JON))]).toEqual(all);
  discord.giveRole(JON, ROLE);
  discord.takeRole(MAYA, ROLE);
  expect([[...(await roles.rolesOf(MAYA))], [...(await roles.rolesOf(JON))]]).toEqual([all, both]);
  for (const nobody of [GUS, '310000000000000099']) expect([...(await roles.rolesOf(nobody))]).toEqual([]);
});

test('nothing is remembered: a role that is gone in the very next moment counts no more', async () => {
  const roles = lookup();
  for (const holds of [true, false, true]) {
    if (holds) discord.giveRole(JON, ROLE);
    else discord.takeRole(JON, ROLE);
    expect((await roles.rolesOf(JON)).has(ROLE)).toBe(holds);
  }
  expect(asks()).toBe(3);
});

test('who asks for the same person in the same moment shares the call under way; a moment later it is another', async () => {
  const roles = lookup();
  const together = await Promise.all([JON, MAYA, JON, MAYA].map((who) => roles.rolesOf(who)));
  expect(together.map((held) => held.has(ROLE))).toEqual([false, true, false, true]);
  expect(asks()).toBe(2);
  // One that failed is shared as well, and is not remembered either.
  discord.fault(MEMBER, { kind: 'error', code: 50001 });
  for (const failed of [roles.rolesOf(JON), roles.rolesOf(JON)].map(untold)) await failed;
  expect(asks()).toBe(3);
  discord.fault(MEMBER, { kind: 'rate', afterMs: 0 });
  const slow = roles.rolesOf(JON);
  await clock.advance(250);
  expect((await Promise.all([slow, roles.rolesOf(JON), roles.rolesOf(JON)])).map(({ size }) => size)).toEqual([
    1, 1, 1,
  ]);
  expect(asks()).toBe(6);
});

test('a limit of a second or so is waited for, a longer one is told at once', async () => {
  const roles = lookup();
  discord.fault(MEMBER, { kind: 'rate', afterMs: 1000 });
  expect((await roles.rolesOf(MAYA)).has(ROLE)).toBe(true);
  expect(asks()).toBe(2);
  discord.fault(MEMBER, { kind: 'rate', afterMs: 2000 });
  await untold(roles.rolesOf(MAYA));
  expect(asks()).toBe(3);
});

test('names of roles are for words: kept for a while, and none where Discord does not tell or knows none', async () => {
  const roles = lookup();
  const asked = () => discord.calls.filter(({ route }) => route === '/guilds/:id/roles').length;
  discord.away(true);
  expect(await roles.nameOf(ROLE)).toBeNull();
  discord.away(false);
  expect(await roles.nameOf(ROLE)).toBeNull();
  await clock.advance(30_000);
  expect(await Promise.all([roles.nameOf(ROLE), roles.nameOf(ROLE)])).toEqual(['Finance', 'Finance']);
  expect(await roles.nameOf('410000000000000099')).toBeNull();
  expect(asked()).toBe(1);
  discord.away(true);
  await clock.advance(10 * 60_000);
  expect(await roles.nameOf(ROLE)).toBe('Finance');
  discord.away(false);
});

test('away, limited, refused and unlike anything: nobody can tell, and the next question is asked all the same', async () => {
  const roles = lookup();
  discord.away(true);
  await untold(roles.rolesOf(MAYA));
  discord.away(false);
  expect((await roles.rolesOf(MAYA)).has(ROLE)).toBe(true);
  discord.fault(MEMBER, { kind: 'http500', times: 2 });
  await untold(roles.rolesOf(MAYA));
  discord.fault(MEMBER, { kind: 'error', code: 50001 });
  await untold(roles.rolesOf(MAYA));
  discord.revoke();
  expected = /401: Unauthorized/;
  expect(await untold(roles.rolesOf(MAYA))).not.toContain(discord.config.botToken);
  discord.restore();
  expect((await roles.rolesOf(MAYA)).has(ROLE)).toBe(true);
  discord.fault(MEMBER, { kind: 'rate', afterMs: 600_000 });
  await untold(roles.rolesOf(MAYA));
});
