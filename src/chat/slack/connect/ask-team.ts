import type { WebClient } from '@slack/web-api';
import { CoworkError } from '../../../errors.ts';
import type { SlackTeam } from '../slack.ts';

/** Asks Slack whose token this is. Throws what the client throws, and `unavailable` where the answer is none of a bot. */
export async function askTeam(client: WebClient): Promise<SlackTeam> {
  const told = await client.auth.test();
  const { team_id: id, user_id: botUser, bot_id: bot } = told;
  if (!id || !botUser || !bot) {
    throw new CoworkError(
      'unavailable',
      'SLACK_BOT_TOKEN is not the token of a bot. Copy the one that begins with xoxb- from "Install App".',
    );
  }
  return {
    ...{ id, botUser, bot, name: told.team ?? id, url: told.url ?? 'https://slack.com/' },
    enterprise: told.enterprise_id ?? null,
    orgWide: told.is_enterprise_install === true,
    scopes: told.response_metadata?.scopes ? new Set(told.response_metadata.scopes) : null,
  };
}
