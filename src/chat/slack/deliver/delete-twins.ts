import { plainError } from '../../connect/plain-error.ts';
import { unless } from '../../connect/unless.ts';
import { type MaybeTwin, maybeTwins } from '../../twins.ts';
import type { Slack } from '../slack.ts';
import { channelOf } from './address.ts';
import { codeOf } from './failures.ts';
import { messagesOf } from './find.ts';

export const TWINS_EVERY_MS = 5 * 60_000;

/**
 * Deletes what Slack finished only after its answer was given up and the message was posted again: nobody keeps it up to
 * date, and its buttons ask for what is done already. The one of the record stays. Answers how many were deleted.
 */
export async function deleteTwins(slack: Slack, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const one of await maybeTwins(slack.ground, 'slack')) {
    if (signal?.aborted) break;
    try {
      deleted += (await unless(signal, deleteOthers(slack, one, signal))) ?? 0;
    } catch (error) {
      // The place may not be read, or is away: the next look tries again.
      slack.ground.log.info({ place: one.place, ...plainError(error) }, 'No look for a message that may stand twice.');
    }
  }
  return deleted;
}

async function deleteOthers(
  slack: Slack,
  { place, token, kept, since, thread }: MaybeTwin,
  signal: AbortSignal | undefined,
): Promise<number> {
  const channel = await channelOf(slack, place);
  const all: string[] = [];
  for await (const ts of messagesOf(slack, { channel, token, since, thread, signal })) all.push(ts);
  // Where the one of the record is not there (deleted a moment ago), the other is not ours to judge.
  if (!all.includes(kept)) return 0;
  const others = all.filter((ts) => ts !== kept);
  for (const ts of others) {
    if (signal?.aborted) return 0;
    await slack.clients.later.chat.delete({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) !== 'message_not_found') throw error;
    });
    slack.ground.log.warn({ place, ts }, 'Slack finished a post after its answer was given up; the twin is deleted.');
  }
  return others.length;
}
