import type { WebClient } from '@slack/web-api';
import type { SlackConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { slackTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';
import { SCOPES } from './scopes.ts';
import { tokenProblem } from './token-kind.ts';

/** What the bot token's workspace told of itself. */
export interface Installed {
  workspace: string;
  url: string;
  botUser: string;
  /** As people mention it, without `@`. */
  botName: string;
  /** Null where Slack did not say. */
  scopes: ReadonlySet<string> | null;
}

/** Whose token it is, and whether it is a bot's at all; the rest can be asked only with an `installed` one. */
export async function examineToken(
  { botToken, apiUrl }: Pick<SlackConfig, 'botToken' | 'apiUrl'>,
  client: WebClient,
): Promise<{ finding: Finding; installed: Installed | null }> {
  const problem = tokenProblem('SLACK_BOT_TOKEN', botToken);
  if (problem) return { finding: amiss('token', problem), installed: null };
  try {
    const told = await client.auth.test();
    const [workspace, url] = [told.team ?? told.team_id ?? 'unknown', told.url ?? 'https://slack.com/'];
    const installed = {
      ...{ workspace, url, botUser: told.user_id ?? '', botName: told.user ?? 'cowork-ops' },
      scopes: told.response_metadata?.scopes ? new Set(told.response_metadata.scopes) : null,
    };
    return { finding: well('token', `@${installed.botName} in the workspace ${workspace} (${url})`), installed };
  } catch (error) {
    // A test's address that was left behind is easily overlooked.
    const where = apiUrl === null ? '' : ` SLACK_API_URL says that Slack is at ${new URL(apiUrl).origin}.`;
    return { finding: amiss('token', `SLACK_BOT_TOKEN: ${slackTrouble(error)}.${where}`), installed: null };
  }
}

/** Each scope that is not granted, with what does not work without it. */
export function examineScopes({ scopes }: Pick<Installed, 'scopes'>): Finding {
  if (scopes === null) return well('scopes', 'Slack did not say which scopes the token has');
  const missing = SCOPES.filter(({ scope }) => !scopes.has(scope));
  if (missing.length === 0) return well('scopes', `all ${SCOPES.length} are granted`);
  const lines = missing.map(
    ({ scope, without, required }) => `${scope} is missing: ${without}${required ? '' : ' (optional)'}`,
  );
  if (missing.every(({ required }) => !required)) return well('scopes', lines.join('\n'));
  const todo = 'Add them under "OAuth & Permissions" (or paste the manifest again), then install the app again.';
  return amiss('scopes', [...lines, todo].join('\n'));
}
