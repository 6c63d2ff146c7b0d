import { expect, test } from 'vitest';
import { discordCommands } from '#src/chat/discord/ask/commands.ts';
import { inviteLink } from '#src/chat/discord/setup/permissions.ts';
import { runCli } from '#src/cli.ts';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';

const OTHER = { name: 'ping', type: 1, description: 'of whoever had this application before' };

async function register(discord: DiscordEmulator, over: Record<string, string> = {}, ...argv: string[]) {
  await using folder = await tempFolder();
  const written = { out: [] as string[], err: [] as string[] };
  const output = {
    out: (text: string) => void written.out.push(text),
    err: (text: string) => void written.err.push(text),
  };
  const env: Record<string, string> = { ...discord.env, COWORK_DATA: folder.path, ...over };
  const code = await runCli(['register', 'discord', ...argv], { env, folder: folder.path, output });
  const said = { code, out: written.out.join(''), err: written.err.join('') };
  // Whatever is said, the token is not.
  const { DISCORD_TOKEN: token } = env;
  if (token) expect(`${said.out}${said.err}`).not.toContain(token);
  return said;
}
/** As whoever had this application before may have left it. */
async function everywhere(discord: DiscordEmulator): Promise<void> {
  const authorization = `Bot ${discord.config.botToken}`;
  const headers = {
    authorization,
    'content-type': 'application/json',
    'user-agent': 'DiscordBot (https://a.example, 1)',
  };
  const url = `${discord.api}/v10/applications/${discord.application}/commands`;
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(discordCommands()) });
  expect(answer.status).toBe(200);
}
const puts = (discord: DiscordEmulator) => discord.calls.filter(({ method }) => method === 'PUT');

test('registers in the one server, says what is new and what was there, and changes nothing the second time', async () => {
  await using discord = await startDiscord();
  const first = await register(discord);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toContain(`Registered in the server ${discord.guild.id}, at once:\n  /cowork status\n`);
  expect(first.out).toContain('  /cowork alert ack\n');
  expect(first.out).toContain('Changed:\n  + /cowork\n  + What happened?\nNext: cowork-ops doctor');
  expect(first.out).toContain(`by this link: ${inviteLink(discord.config)}\n`);
  const ids = discord.commands.guild.map(({ id }) => id);
  expect(discord.commands.guild.map(({ name }) => name)).toEqual(['cowork', 'What happened?']);
  expect(discord.commands.global).toEqual([]);

  const again = await register(discord, {}, '--json');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject({
    ...{ guild: discord.guild.id, added: [], changed: [], removed: [], twins: [] },
    same: ['/cowork', 'What happened?'],
  });
  expect((await register(discord)).out).toContain('Nothing has changed: it was there already.');
  // What the admins of the server allowed to whom hangs on the ids.
  expect(discord.commands.guild.map(({ id }) => id)).toEqual(ids);
  expect(puts(discord).every(({ route }) => route.includes('/guilds/'))).toBe(true);
  expect(discord.amiss).toEqual([]);
});

test('takes the place of what an older version and others left, and names it', async () => {
  await using discord = await startDiscord();
  await register(discord);
  const [cowork, story] = discord.commands.guild;
  const options = ((cowork?.options ?? []) as { name: string }[]).filter(({ name }) => name !== 'digest');
  const headers = { authorization: `Bot ${discord.config.botToken}`, 'content-type': 'application/json' };
  const path = `/applications/${discord.application}/guilds/${discord.guild.id}/commands`;
  const body = JSON.stringify([{ name: 'cowork', type: 1, description: 'older', options }, OTHER]);
  expect(story?.name).toBe('What happened?');
  expect((await fetch(`${discord.api}/v10${path}`, { method: 'PUT', headers, body })).status).toBe(200);
  const { out } = await register(discord);
  expect(out).toContain('Changed:\n  + What happened?\n  ~ /cowork\n  - /ping (not ours any more)\n');
});

test('without a server nothing is registered, and it says where its id stands', async () => {
  await using discord = await startDiscord();
  const { code, err } = await register(discord, { DISCORD_GUILD_ID: '' });
  expect(code).toBe(2);
  expect(err).toContain(
    'DISCORD_GUILD_ID is missing: Discord is only half set up. In Discord: User Settings, Advanced,',
  );
  expect(discord.calls).toEqual([]);
});

test('what is registered for every server as well is told to be there twice, until it is tidied', async () => {
  await using discord = await startDiscord();
  await everywhere(discord);
  expect((await register(discord)).out).toContain('people see them twice here');
  expect((await register(discord, {}, '--tidy')).out).toContain(
    'Taken away, since they are here now: /cowork and What happened? for every server.',
  );
  expect(discord.commands).toMatchObject({ global: [], guild: [{}, {}] });
  expect(discord.amiss).toEqual([]);
});

test('says in plain words why Discord did not do it, and what to do', async () => {
  await using discord = await startDiscord();
  const off = await register(discord, { DISCORD_TOKEN: '', DISCORD_APPLICATION_ID: '', DISCORD_GUILD_ID: '' });
  expect(off.code).toBe(2);
  expect(off.err).toContain('Discord is off: DISCORD_TOKEN is not set');
  const token = await register(discord, { DISCORD_TOKEN: 'MTIz.wrong.token' });
  expect(token).toMatchObject({ code: 2, out: '' });
  expect(token.err).toContain('Discord does not take DISCORD_TOKEN (401). Nothing was registered.');
  const application = await register(discord, { DISCORD_APPLICATION_ID: '999999999999999999' });
  expect(application.code).toBe(2);
  expect(application.err).toContain('DISCORD_APPLICATION_ID is not the application');
  const guild = await register(discord, { DISCORD_GUILD_ID: '999999999999999999' });
  expect(guild.code).toBe(2);
  expect(guild.err).toContain('The bot has no way into the server 999999999999999999 (50001). Nothing was registered.');
  expect(guild.err).toContain('applications.commands');
  discord.fault('PUT /applications/:app/guilds/:guild/commands', { kind: 'http500', times: 9 });
  const broken = await register(discord, {}, '--json');
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({ error: { code: 'unavailable' } });
  expect(broken.err).toContain('the same command again does no harm');
  expect(discord.commands).toEqual({ guild: [], global: [] });
  // Refusals that were asked for here; the token of nobody is in none of them.
  discord.expectAmiss(/401|10002|50001|403/);
  expect(discord.amiss).toEqual([]);
});
