import type { Config } from '../config.ts';

const platform = (name: string, set: boolean, variable: string): string =>
  set
    ? `${name} is not there yet in this version; its variables are set and wait for it.`
    : `${name} is off: ${variable} is not set.`;

/** Which chats this process talks to, and why not. */
export const chatWords = (config: Pick<Config, 'slack' | 'discord'>): string =>
  [
    platform('Slack', config.slack !== null, 'SLACK_BOT_TOKEN'),
    platform('Discord', config.discord, 'DISCORD_TOKEN'),
  ].join('\n');
