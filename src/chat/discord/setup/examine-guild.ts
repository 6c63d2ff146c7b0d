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

/** Unknown server; missing access. */
const ABSENT = [10004, 50001];

/** Whether the bot is in the server of the configuration; else in which it is. */
export async function examineGuild(
  rest: REST,
  config: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
): Promise<{ finding: Finding; guild: Guild | null }> {
  const id = config.guildId;
  const failed = (says: string) => ({ finding: amiss('server', says), guild: null });
  try {
    const inside = await guildsOf(rest);
    const found = await rest.get(Routes.guild(id)).catch((error) => {
      if (ABSENT.includes(codeOf(error) ?? 0)) return null;
      throw error;
    });
    if (found === null) return failed(absent(config, inside));
    const name = textIn(found, 'name') ?? id;
    return { finding: well('server', `${name} (${id})`), guild: { id, name } };
  } catch (error) {
    return failed(`${discordTrouble(error)}.`);
  }
}

async function guildsOf(rest: REST): Promise<Guild[]> {
  const answer = await rest.get(Routes.userGuilds());
  return (Array.isArray(answer) ? answer : []).flatMap((one): Guild[] => {
    const id = textIn(one, 'id');
    return id === null ? [] : [{ id, name: textIn(one, 'name') ?? id }];
  });
}

function absent(config: Pick<DiscordConfig, 'applicationId' | 'guildId'>, inside: readonly Guild[]): string {
  const others = inside.length > 0 ? ` It is in ${listed(inside)}.` : '';
  return `the bot is not in the server ${config.guildId} of DISCORD_GUILD_ID, or there is no such server.${others} Correct the id, or open the invite link:\n${inviteLink(config)}`;
}

const listed = (guilds: readonly Guild[]): string =>
  guilds
    .slice(0, MOST_SHOWN)
    .map(({ id, name }) => `${id} (${name})`)
    .join(', ') + (guilds.length > MOST_SHOWN ? ' …' : '');
