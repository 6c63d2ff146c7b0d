import { WebAPIRateLimitedError } from '@slack/web-api';
import { messageOf } from '../../../errors.ts';
import type { CommonFacts } from '../../../reports/triage-fact.ts';
import type { ChatHomeRow } from '../../../store/schema.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Slack } from '../slack.ts';
import { type DrawnHome, drawHome, type HomeReader } from './draw-home.ts';

/** A home is published at most this often, however fast facts change. */
export const LEAST_MS = 3000;

/**
 * What came of a look at one home: it shows what is so (`same`, or `published` just now), another process has it in hand
 * (`elsewhere`), or it is to be looked at again in `afterMs`.
 */
export type Refreshed = { now: 'same' | 'published' | 'elsewhere' | 'gone' } | { now: 'later'; afterMs: number };

const ofSender = (slack: Slack, sender: string) =>
  slack.ground.db.selectFrom('chat_homes').selectAll().where('platform', '=', 'slack').where('sender', '=', sender);

/**
 * Publishes one person's home where it shows something else than what is so. Of several processes that find it out of date
 * the one that moves its row publishes it. `anew`: whatever it shows, as far as we know.
 */
export async function refreshHome(
  slack: Slack,
  reader: HomeReader,
  { anew = false, common }: { anew?: boolean; common?: CommonFacts } = {},
): Promise<Refreshed> {
  const row = await ofSender(slack, reader.sender).executeTakeFirst();
  if (!row) return { now: 'gone' };
  const drawn = await drawHome(slack, reader, common);
  if (row.view_hash === drawn.hash && row.person === reader.person && !anew && arrived(slack, row))
    return { now: 'same' };
  const rest = (row.published_at?.getTime() ?? 0) + LEAST_MS - slack.ground.clock.now().getTime();
  if (rest > 0 && rest <= LEAST_MS && !anew) return { now: 'later', afterMs: rest };
  if (!(await claim(slack, row, reader, drawn))) return { now: 'elsewhere' };
  return publish(slack, reader, drawn, anew ? null : row.platform_hash);
}

/** Whoever moved the row has come to note that it was published, or may still: a process that ended in between has not. */
const arrived = ({ ground }: Slack, { platform_hash, published_at }: ChatHomeRow): boolean =>
  platform_hash !== null || ground.clock.now().getTime() - (published_at?.getTime() ?? 0) < AFTER_FAILURE_MS;

/** Compare-and-set: whoever moves the row on is the one to publish what it says now. */
async function claim(
  { ground }: Slack,
  row: ChatHomeRow,
  { person }: HomeReader,
  { hash }: DrawnHome,
): Promise<boolean> {
  const { numUpdatedRows } = await ground.db
    .updateTable('chat_homes')
    .set({ view_hash: hash, person, published_at: ground.clock.now(), platform_hash: null })
    .where('platform', '=', 'slack')
    .where('sender', '=', row.sender)
    .where('view_hash', 'is not distinct from', row.view_hash)
    .where('published_at', 'is not distinct from', row.published_at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

async function publish(slack: Slack, reader: HomeReader, drawn: DrawnHome, known: string | null): Promise<Refreshed> {
  const { clients } = slack;
  const view = drawn.home as unknown as Parameters<typeof clients.later.views.publish>[0]['view'];
  try {
    const answer = await clients.later.views.publish({
      user_id: reader.sender,
      view,
      ...(known ? { hash: known } : {}),
    });
    await note(slack, reader, drawn, { platform_hash: answer.view?.hash ?? '' });
    return { now: 'published' };
  } catch (error) {
    if (codeOf(error) === 'hash_conflict' && known) return settleConflict(slack, reader, drawn);
    return failed(slack, reader, drawn, error);
  }
}

/** Somebody published since: another process something newer, or we without coming to note it. */
async function settleConflict(slack: Slack, reader: HomeReader, drawn: DrawnHome): Promise<Refreshed> {
  const row = await ofSender(slack, reader.sender).executeTakeFirst();
  if (row?.view_hash !== drawn.hash) return { now: 'elsewhere' };
  return publish(slack, reader, drawn, null);
}

/** There is no such home any more: the person has left, or the app has none. Whoever opens theirs again is noted again. */
const NOBODY = new Set(['user_not_found', 'user_disabled', 'not_enabled']);

async function failed(slack: Slack, reader: HomeReader, drawn: DrawnHome, error: unknown): Promise<Refreshed> {
  const code = codeOf(error);
  const { log, db } = slack.ground;
  if (code === 'not_enabled') {
    log.warn('The Home tab of the Slack app is off: paste the manifest (cowork-ops manifest slack) into its settings.');
  }
  if (code !== null && NOBODY.has(code)) {
    await db.deleteFrom('chat_homes').where('platform', '=', 'slack').where('sender', '=', reader.sender).execute();
    return { now: 'gone' };
  }
  // What it shows is not what the row says, so the next look publishes it.
  await note(slack, reader, drawn, { view_hash: null });
  if (error instanceof WebAPIRateLimitedError) return { now: 'later', afterMs: error.retryAfter * 1000 };
  log.warn({ sender: reader.sender, err: messageOf(error) }, 'An App Home could not be published; it is tried again.');
  return { now: 'later', afterMs: AFTER_FAILURE_MS };
}

const AFTER_FAILURE_MS = 30_000;

/** Only while the row still speaks of what was published here. */
const note = (
  slack: Slack,
  { sender }: HomeReader,
  { hash }: DrawnHome,
  set: Partial<Pick<ChatHomeRow, 'platform_hash' | 'view_hash'>>,
) =>
  slack.ground.db
    .updateTable('chat_homes')
    .set(set)
    .where('platform', '=', 'slack')
    .where('sender', '=', sender)
    .where('view_hash', '=', hash)
    .execute();
