import type { REST } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { compareCommands } from '../ask/register.ts';
import { codeOf } from '../connect/why-not.ts';
import { discordTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';
import { inviteLink } from './permissions.ts';

const REGISTER = 'Run cowork-ops register discord.';

/** Whether Discord offers the commands of this version, and no others. */
export async function examineCommands(
  rest: REST,
  config: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
): Promise<Finding> {
  try {
    const { added, changed, removed, same, twins } = await compareCommands(rest, config);
    const differs = [
      ...(added.length > 0 ? [`not registered: ${added.join(', ')}`] : []),
      ...(changed.length > 0 ? [`of another version: ${changed.join(', ')}`] : []),
      ...(removed.length > 0 ? [`not ours any more: ${removed.join(', ')}`] : []),
    ];
    if (differs.length > 0) return amiss('commands', `${differs.join('; ')}. ${REGISTER}`);
    const twice =
      twins.length > 0
        ? `; ${twins.join(' and ')} for every server as well, so people see them twice. To end that: cowork-ops register discord --tidy`
        : '';
    return well('commands', `${same.join(' and ')} as of this version, in this server${twice}`);
  } catch (error) {
    // Discord's word for a bot that was added without its commands.
    if (codeOf(error) !== 50001) return amiss('commands', `${discordTrouble(error)}.`);
    return amiss(
      'commands',
      `the bot was added without the scope applications.commands (50001). Open the invite link again, what is set up stays, then: ${REGISTER}\n${inviteLink(config)}`,
    );
  }
}
