import { expect, test } from 'vitest';
import { inviteLink, PERMISSIONS } from '#src/chat/discord/setup/permissions.ts';
import { INVITED } from '#test/emulators/discord/emulator.ts';

/** What others try the product with is what the link asks for: no story has more than a server that was set up by it. */
const TRIED = INVITED.map((name) => name.replaceAll(/(?!^)([A-Z])/g, ' $1').replace(' In ', ' in '));

/** Discord's documentation, "Permissions": the bits of what we ask for, and of what we never do. */
const ASKED = { 10: 'View Channel', 11: 'Send Messages', 15: 'Attach Files', 16: 'Read Message History' };
const FOR_THREADS = { 34: 'Manage Threads', 35: 'Create Public Threads', 38: 'Send Messages in Threads' };
const ADMINISTRATOR = 3;
const MENTION_EVERYONE = 17;

test('the invite link asks for exactly what the table says, never for more, and leads to our server alone', () => {
  const bits = { ...ASKED, ...FOR_THREADS };
  expect(PERMISSIONS.map(({ name }) => name).sort()).toEqual(Object.values(bits).sort());
  expect(TRIED.sort()).toEqual(Object.values(bits).sort());
  const link = new URL(inviteLink({ applicationId: '700000000000000001', guildId: '800000000000000001' }));
  expect(`${link.origin}${link.pathname}`).toBe('https://discord.com/oauth2/authorize');
  expect(link.searchParams.get('client_id')).toBe('700000000000000001');
  expect(link.searchParams.get('scope')).toBe('bot applications.commands');
  expect(link.searchParams.get('guild_id')).toBe('800000000000000001');
  expect(link.searchParams.get('disable_guild_select')).toBe('true');
  const asked = BigInt(link.searchParams.get('permissions') ?? '');
  expect(asked).toBe(Object.keys(bits).reduce((all, bit) => all | (1n << BigInt(bit)), 0n));
  for (const bit of [ADMINISTRATOR, MENTION_EVERYONE]) expect(asked & (1n << BigInt(bit))).toBe(0n);
});
