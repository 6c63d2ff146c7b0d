import type { DiscordConfig } from '../../../config.ts';
import { bitsFor, type Needed } from '../deliver/permissions.ts';

export interface Permission {
  /** As Discord's settings call it. */
  name: Needed;
  why: string;
  /** What does not work without it. */
  without: string;
  /** Without the others everything else works. */
  required: boolean;
}

/** Each permission that the bot asks for: the least with which all of it works. It asks for no other, and calls no `@everyone`. */
export const PERMISSIONS: readonly Permission[] = [
  {
    name: 'View Channel',
    why: 'be in the channels that it is to write in',
    without: 'nothing can be posted',
    required: true,
  },
  {
    name: 'Send Messages',
    why: 'post messages; its own it may always change',
    without: 'nothing can be posted',
    required: true,
  },
  {
    name: 'Read Message History',
    why: 'look, after a lost answer, whether its own message is there already; answer below a message',
    without:
      'a message whose answer was lost may be there twice: a P1 is posted again at once, anything else with its next change',
    required: true,
  },
  {
    name: 'Attach Files',
    why: 'charts as pictures, and outputs that somebody asks for',
    without: 'figures come without their picture',
    required: true,
  },
  {
    name: 'Create Public Threads',
    why: 'a thread for talk below each review item, and for what comes later about an alert',
    without: 'there is no thread, and later lines are answers in the channel',
    required: false,
  },
  {
    name: 'Send Messages in Threads',
    why: 'say there what happened',
    without: 'what comes later is not said in the thread but in the channel',
    required: false,
  },
  {
    name: 'Manage Threads',
    why: 'lock the thread of an item when it is decided, and open it again where that is undone',
    without: 'the thread is only put away, and opens as soon as somebody writes',
    required: false,
  },
];

export const NAMES: readonly Needed[] = PERMISSIONS.map(({ name }) => name);

/**
 * The link with which somebody who may manage the server adds the bot to it, with exactly these permissions and with its
 * commands; there is no choice of another. Opened again it takes nothing away.
 */
export function inviteLink({ applicationId, guildId }: Pick<DiscordConfig, 'applicationId' | 'guildId'>): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: bitsFor(NAMES).toString(),
    guild_id: guildId,
    disable_guild_select: 'true',
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
