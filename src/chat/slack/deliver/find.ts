import { DeliveryError } from '../../adapter.ts';
import type { Slack } from '../slack.ts';
import { codeOf, detailsOf, scopeWords } from './failures.ts';

/** Marks our messages for us; anybody may read it, so it holds an id and nothing else. */
export const EVENT_TYPE = 'cowork_message';

export const metadataOf = (token: string) => ({ event_type: EVENT_TYPE, event_payload: { token } });

/** Our clock and Slack's may differ: looked for is also what is a little older than the first attempt. */
const SKEW_MS = 10 * 60_000;
const PAGE = 200;
const MOST_PAGES = 40;

export interface Wanted {
  channel: string;
  token: string;
  since: Date;
  /** The message it is a line below. */
  thread: string | null;
  /** After it no further page is asked for, and what was found is all. */
  signal?: AbortSignal | undefined;
}

interface Found {
  ts?: string | undefined;
  user?: string | undefined;
  bot_id?: string | undefined;
  metadata?: { event_type?: string; event_payload?: object } | undefined;
}

/**
 * The message of ours that this token made, or null where there is none for certain. Where the channel may not be read
 * (an optional scope was declined, the bot posts without being a member) nothing is certain: it fails as `refused`, with
 * what would help.
 */
export async function findMessage(slack: Slack, wanted: Wanted): Promise<string | null> {
  try {
    return await search(slack, wanted);
  } catch (error) {
    const code = codeOf(error);
    // The message above it is deleted, and the line went with it.
    if (code === 'thread_not_found') return null;
    const help =
      code === 'missing_scope'
        ? `${scopeWords(detailsOf(error).needed)}, by which one looks; add it to the app and install it again`
        : code === 'not_in_channel'
          ? 'the bot is not in the channel, so it may not look; invite it with /invite there'
          : null;
    if (help === null) throw error;
    throw new DeliveryError('refused', `it may have been posted, for Slack's answer was lost, and ${help} (${code})`, {
      cause: error,
    });
  }
}

async function search(slack: Slack, wanted: Wanted): Promise<string | null> {
  for await (const ts of messagesOf(slack, wanted)) return ts;
  return null;
}

/** Every message of ours that this token made, one page of the channel after the other; fails as the library does. */
export async function* messagesOf(
  slack: Slack,
  { channel, token, since, thread, signal }: Wanted,
): AsyncGenerator<string> {
  const { conversations } = slack.clients.later;
  const { bot, botUser } = slack.team();
  const oldest = String(Math.floor((since.getTime() - SKEW_MS) / 1000));
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const asked = { channel, oldest, limit: PAGE, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
    const answer = await (thread === null
      ? conversations.history(asked)
      : conversations.replies({ ...asked, ts: thread }));
    for (const { ts, user, bot_id, metadata } of (answer.messages ?? []) as Found[]) {
      const ours = bot_id === bot || user === botUser;
      const named = (metadata?.event_payload as { token?: unknown } | undefined)?.token === token;
      // The message above its lines is among the answers.
      if (ours && named && metadata?.event_type === EVENT_TYPE && ts !== undefined && ts !== thread) yield ts;
    }
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (cursor === undefined || signal?.aborted) return;
  }
  throw new DeliveryError(
    'refused',
    `it may have been posted, for Slack's answer was lost, and ${MOST_PAGES * PAGE} messages said since did not reach back to it`,
  );
}
