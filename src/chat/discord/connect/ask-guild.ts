import { type REST, Routes } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import { CoworkError } from '../../../errors.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { DiscordGuild } from '../discord.ts';
import { codeOf } from './why-not.ts';

/**
 * Asks Discord whose token this is and which server it serves. Throws what the client throws, and `unavailable`, beginning
 * with the name of a variable, where one of them does not fit.
 */
export async function askGuild(
  rest: REST,
  { applicationId, guildId }: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
): Promise<DiscordGuild> {
  const application = await rest.get(Routes.currentApplication());
  if (fieldOf(application, 'id') !== applicationId) {
    throw unusable(
      'DISCORD_APPLICATION_ID is not the application that DISCORD_TOKEN belongs to. Copy both from the same application.',
    );
  }
  const botUser = text(await rest.get(Routes.user()), 'id');
  if (botUser === null) throw new CoworkError('unavailable', 'Discord did not say who we are');
  const id = guildId ?? (await onlyGuild(rest));
  const guild = await rest.get(Routes.guild(id)).catch((error) => {
    throw isAbsent(error) ? notInside(id) : error;
  });
  if (text(guild, 'id') !== id) throw new CoworkError('unavailable', 'Discord did not say what server this is');
  return { id, name: text(guild, 'name') ?? id, botUser, locale: text(guild, 'preferred_locale') ?? 'en-US' };
}

/** The server without being told which: only where there is no choice, so that nobody can lead the bot elsewhere. */
async function onlyGuild(rest: REST): Promise<string> {
  const guilds = await rest.get(Routes.userGuilds(), { query: new URLSearchParams({ limit: '2' }) });
  const ids = Array.isArray(guilds) ? guilds.flatMap((guild) => text(guild, 'id') ?? []) : [];
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  throw unusable(
    only === undefined
      ? 'DISCORD_GUILD_ID is not set, and the bot is in no server yet. Invite it; cowork-ops doctor shows the link.'
      : 'DISCORD_GUILD_ID is not set, and the bot is in several servers. Set it to the one that it serves.',
  );
}

/** Unknown guild; missing access. */
const isAbsent = (error: unknown): boolean => [10004, 50001].includes(codeOf(error) ?? 0);

const notInside = (id: string) =>
  unusable(
    `DISCORD_GUILD_ID names a server (${id}) that the bot is not in. Invite it there; cowork-ops doctor shows the link.`,
  );

const unusable = (words: string) => new CoworkError('unavailable', words);

function text(value: unknown, key: string): string | null {
  const found = fieldOf(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
}
