import type { DiscordState } from '../chat/discord/open.ts';
import { LINES } from '../chat/slack/connect/lines.ts';
import type { SlackState } from '../chat/slack/open.ts';
import type { Config } from '../config.ts';

type Chats = Pick<Config, 'slack' | 'discord'>;

/** How each chat stands where this process holds it; null where it has nothing to do with it. */
export interface ChatStates {
  slack: SlackState | null;
  discord: DiscordState | null;
}

/** Which chats this process talks to, and why not. */
export const chatWords = (config: Chats, states: ChatStates): string =>
  [slackWords(config, states.slack), discordWords(config, states.discord)].join('\n');

const NOT_YET = 'it has not answered yet';

function slackWords({ slack }: Chats, state: SlackState | null): string {
  if (slack === null) return 'Slack is off: SLACK_BOT_TOKEN is not set (docs/slack.md).';
  const mode = slack.appToken === null ? 'HTTP at /slack/events' : 'Socket Mode';
  if (state === null) return `Slack is switched on: ${mode}. A process with the role web talks to it.`;
  const lacks = state.mode === 'socket' && state.sockets < LINES ? ` (${state.sockets} of ${LINES} connections)` : '';
  if (state.team !== null) return `Slack is on: ${mode}${lacks}, workspace ${state.team}.`;
  const why = state.why ?? NOT_YET;
  return `Slack is set up (${mode}) and not reached: ${why}. It is tried again; cowork-ops doctor says more.`;
}

function discordWords({ discord }: Chats, state: DiscordState | null): string {
  if (discord === null) return 'Discord is off: DISCORD_TOKEN is not set (docs/discord.md).';
  const mode = discord.publicKey === null ? 'gateway' : 'HTTP at /discord/interactions';
  if (state === null) return `Discord is switched on: ${mode}. A process with the role web talks to it.`;
  const why = state.why?.replace(/\.$/, '') ?? NOT_YET;
  if (state.guild === null || (state.gateway === 'closed' && state.why !== null))
    return `Discord is set up (${mode}) and not reached: ${why}. It is tried again; cowork-ops doctor says more.`;
  const held = state.gateway === 'standby' ? '; another process hears it, and this one stands by' : '';
  return `Discord is on: ${mode}, server ${state.guild}${held}.`;
}
