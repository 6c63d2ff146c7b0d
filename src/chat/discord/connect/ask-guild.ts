import { type REST, Routes } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import { CoworkError } from '../../../errors.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { DiscordGuild } from '../discord.ts';
import { codeOf } from './why-not.ts';

/**
 * Asks Discord whose token this is and whether it may into the server that it is to serve. Throws what the client throws,
 * and `unavailable`, beginning with the name of a variable, where one of them does not fit.
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
  const guild = await rest.get(Routes.guild(guildId)).catch((error) => {
    throw isAbsent(error) ? notInside(guildId) : error;
  });
  if (text(guild, 'id') !== guildId) throw new CoworkError('unavailable', 'Discord did not say what server this is');
  return {
    id: guildId,
    name: text(guild, 'name') ?? guildId,
    botUser,
    locale: text(guild, 'preferred_locale') ?? 'en-US',
  };
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
