import { afterEach, beforeEach, expect, test } from 'vitest';
import { roleLookup } from '#src/chat/discord/roles/lookup.ts';
import type { DiscordConfig } from '#src/config.ts';
import { CoworkError } from '#src/errors.ts';
import { silentLog } from '#src/log.ts';
import { type DiscordEmulator, OTHER_GUILD, startDiscord } from '#test/emulators/discord/emulator.ts';
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

const lookup = (over: Partial<DiscordConfig> = {}) =>
  roleLookup({ ...discord.config, ...over }, { clock, log: silentLog });

/** Nobody can tell, which counts as no right; what went wrong goes to no person. */
async function untold(asked: Promise<boolean>): Promise<string> {
  const error = await asked.then(
    (holds) => expect.unreachable(`it was told: ${holds}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CoworkError)) throw error;
  expect([error.code, error.message]).toEqual(['unavailable', 'Discord did not tell who has the role.']);
  return String(error.cause);
}

test('holds, does not, holds no more, is no member, is nobody', async () => {
  const roles = lookup();
  expect(await roles.holds(MAYA, ROLE)).toBe(true);
  expect(await roles.holds(JON, ROLE)).toBe(false);
  discord.giveRole(JON, ROLE);
  discord.takeRole(MAYA, ROLE);
  expect([await roles.holds(MAYA, ROLE), await roles.holds(JON, ROLE)]).toEqual([false, true]);
  expect(await roles.holds(GUS, ROLE)).toBe(false);
  expect(await roles.holds('310000000000000099', ROLE)).toBe(false);
  // The role of everybody is that of the members, and of nobody else.
  expect([await roles.holds(JON, discord.guild.id), await roles.holds(GUS, discord.guild.id)]).toEqual([true, false]);
});

test('nothing is remembered: a role that is gone in the very next moment counts no more', async () => {
  const roles = lookup();
  for (const holds of [true, false, true]) {
    if (holds) discord.giveRole(JON, ROLE);
    else discord.takeRole(JON, ROLE);
    expect(await roles.holds(JON, ROLE)).toBe(holds);
  }
  expect(discord.calls.filter(({ route }) => route === '/guilds/:id/members/:user')).toHaveLength(3);
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
  await untold(roles.holds(MAYA, ROLE));
  discord.away(false);
  expect(await roles.holds(MAYA, ROLE)).toBe(true);
  const member = 'GET /guilds/:id/members/:user';
  discord.fault(member, { kind: 'http500', times: 2 });
  await untold(roles.holds(MAYA, ROLE));
  discord.fault(member, { kind: 'error', code: 50001 });
  await untold(roles.holds(MAYA, ROLE));
  discord.revoke();
  expected = /401: Unauthorized/;
  expect(await untold(roles.holds(MAYA, ROLE))).not.toContain(discord.config.botToken);
  discord.restore();
  expect(await roles.holds(MAYA, ROLE)).toBe(true);
  discord.fault(member, { kind: 'rate', afterMs: 600_000 });
  await untold(roles.holds(MAYA, ROLE));
});

test('without DISCORD_GUILD_ID: of the only server; of several or none nobody can tell', async () => {
  const roles = lookup({ guildId: null });
  discord.kickBot();
  await untold(roles.holds(MAYA, ROLE));
  discord.inviteBot();
  discord.alsoIn({ id: OTHER_GUILD, name: 'Elsewhere' });
  expect(await untold(roles.holds(MAYA, ROLE))).toContain('DISCORD_GUILD_ID does not say which is meant');
  discord.realm.elsewhere.length = 0;
  expect(await roles.holds(MAYA, ROLE)).toBe(true);
});
