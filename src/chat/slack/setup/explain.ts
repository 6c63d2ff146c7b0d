import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { messageOf } from '../../../errors.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';

/** Slack's word for why it refused (`channel_not_found`); null where it did not answer, or not with a word. */
export const slackCode = (error: unknown): string | null =>
  error instanceof WebAPIPlatformError ? error.data.error : null;

/** What Slack's words mean, and what to do; for the operator. */
const MEANS: Record<string, string> = {
  invalid_auth: 'Slack does not know this token. Copy it again, whole, from the app’s pages',
  not_authed: 'no token arrived at Slack. Copy it again, whole, from the app’s pages',
  account_inactive: 'the app was removed from the workspace. Install it again and copy the new token',
  token_revoked: 'the token was revoked. Install the app again and copy the new token',
  token_expired: 'the token has ended, so token rotation is on. Make the app anew from the manifest, where it is off',
  not_allowed_token_type: 'this kind of token may not do that. Check that each variable holds its own token',
  team_access_not_granted: 'the organisation has not allowed the app in this workspace. Ask an organisation admin',
  org_login_required: 'the workspace is being moved to an organisation. Try again later',
  team_disabled: 'the workspace is disabled',
  access_denied: 'the workspace refuses the app. Ask a workspace admin',
  accesslimited:
    'the workspace takes calls from certain addresses only. Add this host’s address to the app’s allowed IP ranges',
  permission_denied:
    'the workspace lets only admins change user groups. Set "User groups" to everyone (Tools & settings > Workspace settings > Permissions), or leave on_call.slack_group out',
  plan_upgrade_required: 'user groups need a paid plan. Leave on_call.slack_group out, or upgrade the workspace',
  paid_teams_only: 'user groups need a paid plan. Leave on_call.slack_group out, or upgrade the workspace',
  no_such_subteam: 'there is no user group with this id. Correct on_call.slack_group in cowork.yaml',
  subteam_not_found: 'there is no user group with this id. Correct on_call.slack_group in cowork.yaml',
  invalid_users:
    'Slack does not take this member. Guests and bots cannot be in a user group; check the Slack id in cowork.yaml',
  invalid_user:
    'Slack does not take this member. Guests and bots cannot be in a user group; check the Slack id in cowork.yaml',
  user_not_found: 'there is nobody with this id in the workspace. Correct it in cowork.yaml',
  failed_for_some_users: 'this member is not in the workspace of the user group. Check the Slack id in cowork.yaml',
  single_channel_guests_cannot_be_added: 'guests cannot be in a user group. Name a full member in cowork.yaml',
};

/** Why a call failed, as one sentence without a full stop: Slack's own word, what it means and what to do. No secrets. */
export function slackTrouble(error: unknown): string {
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data;
    if (code === 'missing_scope')
      return `missing_scope: ${neededOf(error)} is not granted. Add it under "OAuth & Permissions" and install the app again`;
    const means = Object.hasOwn(MEANS, code) ? MEANS[code] : undefined;
    return means ? `${code}: ${means}` : `Slack says ${code}`;
  }
  if (error instanceof WebAPIRateLimitedError) return `asked too often; Slack says to wait ${error.retryAfter} s`;
  if (error instanceof WebAPIHTTPError) return `Slack answers with HTTP ${error.statusCode}; try again later`;
  if (error instanceof WebAPIRequestError)
    return `Slack cannot be reached: ${withoutSecrets(reasonOf(error.original))}`;
  return withoutSecrets(messageOf(error));
}

/** The scopes that Slack names as needed; the type of an answer does not know them. */
function neededOf({ data }: WebAPIPlatformError): string {
  const needed: unknown = Reflect.get(data, 'needed');
  return typeof needed === 'string' && needed !== '' ? needed.replaceAll(',', ' or ') : 'a scope';
}

/** `fetch failed` alone says nothing; its cause does. */
const reasonOf = (error: Error): string =>
  error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
