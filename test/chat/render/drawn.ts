import type { DiscordOptions } from '#src/chat/discord/options.ts';
import type { SlackOptions } from '#src/chat/slack/options.ts';
import { encodeAction } from '#src/message/action.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { MessageView } from '#src/message/view.ts';

const here = { now: new Date('2026-11-21T09:20:00Z'), zone: 'Europe/Berlin' };
const CONSOLE = 'http://127.0.0.1:3210';

export const SLACK_IDS: Record<string, string> = { maya: 'U0MAYA', jon: 'U0JON', ana: 'U0ANA' };
export const DISCORD_IDS: Record<string, string> = {
  maya: '110000000000000001',
  jon: '110000000000000002',
  ana: '110000000000000003',
};

/** Lee is not linked to either platform. */
export const slackOptions = (more: Partial<SlackOptions> = {}): SlackOptions => ({
  here,
  console: CONSOLE,
  idOf: (key) => SLACK_IDS[key] ?? null,
  surface: 'message',
  ...more,
});

export const discordOptions = (more: Partial<DiscordOptions> = {}): DiscordOptions => ({
  here,
  console: CONSOLE,
  idOf: (key) => DISCORD_IDS[key] ?? null,
  ...more,
});

/** What the buttons of a view carry: codes, and addresses of the console. */
export const carriedBy = (view: MessageView): string[] =>
  actionsOf(view)
    .map((action) => (action.intent === 'open' ? `${CONSOLE}${action.path}` : encodeAction(action)))
    .sort();
