import type { SlackState } from '../chat/slack/open.ts';
import type { Config } from '../config.ts';

type Chats = Pick<Config, 'slack' | 'discord'>;

/** Which chats this process talks to, and why not. `state` is how Slack stands where this process holds it. */
export const chatWords = (config: Chats, state: SlackState | null): string =>
  [slackWords(config, state), discordWords(config)].join('\n');

function slackWords({ slack }: Chats, state: SlackState | null): string {
  if (slack === null) return 'Slack is off: SLACK_BOT_TOKEN is not set (docs/slack.md).';
  const mode = slack.appToken === null ? 'HTTP at /slack/events' : 'Socket Mode';
  if (state === null) return `Slack is switched on: ${mode}. A process with the role web talks to it.`;
  if (state.team !== null) return `Slack is on: ${mode}, workspace ${state.team}.`;
  const why = state.why === null ? 'it has not answered yet' : state.why;
  return `Slack is set up (${mode}) and not reached: ${why}. It is tried again; cowork-ops doctor says more.`;
}

const discordWords = ({ discord }: Chats): string =>
  discord !== null
    ? 'Discord is not there yet in this version; its variables are set and wait for it.'
    : 'Discord is off: DISCORD_TOKEN is not set.';
