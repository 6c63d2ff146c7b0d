import { type REST, Routes } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { codeOf } from '../connect/why-not.ts';
import { textIn } from './examine-token.ts';
import { discordTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';
import { inviteLink } from './permissions.ts';

export interface Guild {
  id: string;
  name: string;
}

/** More than anybody chooses from. */
const MOST_SHOWN = 10;

/** Which server it is: the one of the configuration, or the only one that the bot is in. */
export async function examineGuild(
  rest: REST,
  config: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
): Promise<{ finding: Finding; guild: Guild | null }> {
  const failed = (says: string) => ({ finding: amiss('server', says), guild: null });
  try {
    const answer = await rest.get(Routes.userGuilds());
    const inside = (Array.isArray(answer) ? answer : []).flatMap((one): Guild[] => {
      const id = textIn(one, 'id');
      return id === null ? [] : [{ id, name: textIn(one, 'name') ?? id }];
    });
    if (config.guildId !== null) return await known(rest, config, inside);
    const [only] = inside;
    if (only === undefined) return failed(`the bot is in no server yet. Open the invite link:\n${inviteLink(config)}`);
    if (inside.length > 1)
      return failed(
        `the bot is in several servers, and one product serves one. Set DISCORD_GUILD_ID: ${listed(inside)}.`,
      );
    const says = `${only.name} (${only.id}), the only one that the bot is in. Set DISCORD_GUILD_ID to it, so that it stays this one when the bot is added elsewhere`;
    return { finding: well('server', says), guild: only };
  } catch (error) {
    return failed(`${discordTrouble(error)}.`);
  }
}

/** Unknown server; missing access. */
const ABSENT = [10004, 50001];

async function known(rest: REST, config: Pick<DiscordConfig, 'applicationId' | 'guildId'>, inside: readonly Guild[]) {
  const id = config.guildId ?? '';
  try {
    const name = textIn(await rest.get(Routes.guild(id)), 'name') ?? id;
    return { finding: well('server', `${name} (${id})`), guild: { id, name } };
  } catch (error) {
    if (!ABSENT.includes(codeOf(error) ?? 0)) throw error;
    const others = inside.length > 0 ? ` It is in ${listed(inside)}.` : '';
    const says = `the bot is not in the server ${id} of DISCORD_GUILD_ID, or there is no such server.${others} Correct the id, or open the invite link:\n${inviteLink(config)}`;
    return { finding: amiss('server', says), guild: null };
  }
}

const listed = (guilds: readonly Guild[]): string =>
  guilds
    .slice(0, MOST_SHOWN)
    .map(({ id, name }) => `${id} (${name})`)
    .join(', ') + (guilds.length > MOST_SHOWN ? ' …' : '');
