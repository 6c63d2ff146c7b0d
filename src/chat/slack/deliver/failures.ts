import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { CoworkError, messageOf, systemCode } from '../../../errors.ts';
import { DeliveryError, type DeliveryFailure } from '../../adapter.ts';
import { SHUT_OUT } from '../shut-out.ts';

const INVITE = 'invite it with /invite in that channel';
const NEW_TOKEN = 'install the app in the workspace again, put its token into SLACK_BOT_TOKEN and start again';
const NAME_ANOTHER = 'or name another channel in cowork.yaml';

/** Slack reaches this place no more until a person does something, and what that is. */
const AWAY = words({
  channel_not_found: `there is no such channel, or it is private and the bot is not in it; ${INVITE}, ${NAME_ANOTHER}`,
  not_in_channel: `the bot is not in the channel; ${INVITE}`,
  is_archived: `the channel is archived; unarchive it, ${NAME_ANOTHER}`,
  // Said of an edit where a post would be told that the channel is archived.
  is_inactive: `the channel is archived; unarchive it, ${NAME_ANOTHER}`,
  restricted_action: 'a setting of the workspace keeps the bot from posting there; ask an admin of Slack to allow it',
  restricted_action_read_only_channel: 'only some may post in this channel; ask an admin of Slack to allow the bot',
  restricted_action_thread_only_channel: `this channel takes answers in threads only; change that, ${NAME_ANOTHER}`,
  no_permission: 'a setting of the workspace keeps the bot from posting there; ask an admin of Slack to allow it',
  access_denied: 'Slack denies the bot access; ask an admin of Slack to allow the app',
  ekm_access_denied: 'the keys of the workspace are suspended; ask an admin of Slack',
  token_revoked: `the bot's token was revoked; ${NEW_TOKEN}`,
  token_expired: `the bot's token has expired; ${NEW_TOKEN}`,
  invalid_auth: `Slack does not know the bot's token; ${NEW_TOKEN}`,
  not_authed: `no token reached Slack; ${NEW_TOKEN}`,
  not_allowed_token_type: `the token is not one of a bot (xoxb-); ${NEW_TOKEN}`,
  account_inactive: `the app was removed from the workspace; ${NEW_TOKEN}`,
  user_removed_from_team: `the app was removed from the workspace; ${NEW_TOKEN}`,
  accesslimited: 'Slack limits the access to this workspace; ask an admin of Slack',
  team_disabled: 'the workspace is disabled; ask an admin of Slack',
  team_access_not_granted: 'the app is not granted to this workspace; ask an admin of Slack to grant it',
  org_login_required: 'the workspace is being moved into an organisation; it is tried again',
  team_added_to_org: 'the workspace is being moved into an organisation; it is tried again',
  invalid_api_url: 'the address of Slack is not right; look at SLACK_API_URL',
  user_not_found: 'Slack does not know this person; put the right id into cowork.yaml',
  users_not_found: 'Slack does not know this person; put the right id into cowork.yaml',
  user_disabled: 'this person has left the workspace; take them out of cowork.yaml',
  user_not_visible: 'this person cannot be seen by the bot; put the right id into cowork.yaml',
  cannot_dm_bot: 'this is a bot, not a person; put the right id into cowork.yaml',
  messages_tab_disabled: 'the app takes no direct messages; paste the manifest (cowork-ops manifest slack) again',
});

/** What a person has to do about one of Slack's words for a place out of reach; for events that say the same. */
export const awayWords = (code: string): string => AWAY.get(code) ?? code;

/** Said of one message: it is not there any more, so it is posted anew. */
const GONE = words({
  message_not_found: 'the message was deleted',
  thread_not_found: 'the message above it was deleted',
});

/** Said of one message that stands, and cannot be changed or answered any more. */
const FIXED = words({
  cannot_reply_to_message: 'the message above it takes no answers any more',
  // Made by an earlier installation of the app, or too old by a rule of the workspace: what it shows would stay wrong.
  cant_update_message: 'the message belongs to another installation of the app',
  edit_window_closed: 'the workspace does not let a message that old be changed; ask an admin of Slack to lift that',
});

/** Until Slack has said whose token ours is. */
const NOT_YET_MS = 1000;

const LATER_MS = words({
  ratelimited: 10_000,
  rate_limited: 10_000,
  message_limit_exceeded: 60_000,
});

/** Slack's own trouble; what it did before it failed is not known. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'unknown_error',
]);

/** What may be taken once it is drawn by plainer means. */
const DRAWN_AMISS: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'invalid_arguments',
  'only_one_table_allowed',
]);

/** Slack's word for what is wrong, where it answered with one. */
export const codeOf = (error: unknown): string | null =>
  error instanceof WebAPIPlatformError ? error.data.error : null;

export const drawnAmiss = (error: unknown): boolean => DRAWN_AMISS.has(codeOf(error) ?? '');

/** Where in the payload Slack found something wrong, with JSON pointers; and the scope it misses. */
export function detailsOf(error: unknown): { messages: string[]; needed: string | null } {
  const data: Record<string, unknown> = error instanceof WebAPIPlatformError ? { ...error.data } : {};
  const metadata = data.response_metadata as { messages?: unknown } | undefined;
  const messages = Array.isArray(metadata?.messages) ? metadata.messages.map(String) : [];
  return { messages, needed: typeof data.needed === 'string' ? data.needed : null };
}

/**
 * What a failed call to Slack means for the place and the message, in words for whoever has to do something. `away` and
 * `later` concern the place that was called, or every one; whatever may have been written is `unknown`; a no that nobody knows is
 * `refused`, since Slack wrote nothing then, and would not the next time either.
 */
export function deliveryErrorOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return later(error, 'Slack asks for fewer messages', error.retryAfter * 1000);
  if (error instanceof WebAPIPlatformError) return platformError(error);
  if (error instanceof WebAPIHTTPError) return httpError(error);
  if (error instanceof WebAPIRequestError)
    return made('unknown', `no answer from Slack: ${wireWords(error.original)}`, error);
  // A 429 that does not say for how long.
  if (error instanceof Error && error.message.startsWith('Retry header did not'))
    return later(error, 'Slack asks for fewer messages', 30_000);
  // Nothing was asked yet; that Slack does not let us in is told by whoever asks it to.
  if (error instanceof CoworkError && error.code === 'unavailable')
    return later(error, bare(error.message), NOT_YET_MS);
  return made('unknown', messageOf(error), error);
}

function platformError(error: WebAPIPlatformError): DeliveryError {
  const code = error.data.error;
  const { messages, needed } = detailsOf(error);
  const wait = LATER_MS.get(code);
  if (wait !== undefined) return later(error, `Slack takes no more messages for now (${code})`, wait);
  if (code === 'missing_scope')
    return away(error, `${scopeWords(needed)}; add it to the app and install it again (${code})`, {
      everywhere: needed === 'chat:write',
    });
  const why = AWAY.get(code);
  if (why !== undefined) return away(error, `${why} (${code})`, { everywhere: SHUT_OUT.has(code) });
  const gone = GONE.get(code);
  if (gone !== undefined) return made('gone', `${gone} (${code})`, error);
  const fixed = FIXED.get(code);
  if (fixed !== undefined) return made('fixed', `${fixed} (${code})`, error);
  if (UNKNOWN.has(code)) return made('unknown', `Slack has trouble of its own (${code})`, error);
  const where = messages[0] === undefined ? '' : `: ${messages[0].slice(0, 300)}`;
  return made('refused', `Slack refuses the message (${code})${where}`, error);
}

/** 5xx: it may have been written. Anything else came from before Slack (a proxy, a wrong address), and nothing was. */
const httpError = (error: WebAPIHTTPError): DeliveryError =>
  error.statusCode >= 500 || error.statusCode === 408
    ? made('unknown', `Slack has trouble of its own (HTTP ${error.statusCode})`, error)
    : away(error, `what answers for Slack says HTTP ${error.statusCode}; look at the network and SLACK_API_URL`, {
        everywhere: true,
      });

export const scopeWords = (needed: string | null): string =>
  needed === null ? 'the bot lacks a scope' : `the bot lacks the scope ${needed}`;

/** By Slack's own word, whatever else an object would answer to. */
function words<T>(by: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(by));
}

/** "fetch failed" tells nobody anything; what it hides does. */
const wireWords = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message} (${systemCode(cause) ?? cause.message})` : message;

const bare = (sentence: string): string => sentence.replace(/\.$/, '');

const made = (failure: DeliveryFailure, message: string, cause: unknown): DeliveryError =>
  new DeliveryError(failure, message, { cause });

const away = (cause: unknown, message: string, { everywhere }: { everywhere: boolean }): DeliveryError =>
  new DeliveryError('away', message, { cause, everywhere });

const later = (cause: unknown, message: string, afterMs: number): DeliveryError =>
  new DeliveryError('later', message, { afterMs, cause });
