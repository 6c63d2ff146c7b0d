import { WebAPIRateLimitedError } from '@slack/web-api';
import { personOn } from '../../../people/resolve.ts';
import type { CommonFacts } from '../../../reports/triage-fact.ts';
import type { ChatHomeRow } from '../../../store/schema.ts';
import { plainError } from '../../connect/plain-error.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Slack } from '../slack.ts';
import { type DrawnHome, drawHome, type HomeReader } from './draw-home.ts';

/** A home is published at most this often, however fast facts change. */
export const LEAST_MS = 3000;

/**
 * What came of a look at one home: it shows what is so (`same`, or `published` just now), another process has it in hand
 * (`elsewhere`), or it is to be looked at again in `afterMs`.
 */
export type Refreshed =
  | { now: 'same' | 'published' | 'elsewhere' | 'gone' }
  /** Something changed meanwhile: who it is has to be found out again, and then what it shows. */
  | { now: 'stale' }
  /** `all`: Slack takes nothing more of this kind for so long. */
  | { now: 'later'; afterMs: number; all?: true };

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
  const { id, home } = await slack.ground.homes.active();
  // What is noted as drawn under this home must not be drawn for who they were under the one before it.
  const listed = reader.outsider === null ? personOn(home.team, 'slack', reader.sender) : null;
  if (listed !== reader.person) return { now: 'stale' };
  const drawn = await drawHome(slack, reader, common);
  const bound = { ...drawn, person: reader.person, member: reader.member, snapshot: id };
  if (row.view_hash === drawn.hash && !anew && arrived(slack, row)) {
    if (!isBound(row, bound)) await note(slack, reader, drawn, boundTo(bound));
    return { now: 'same' };
  }
  const rest = (row.published_at?.getTime() ?? 0) + LEAST_MS - slack.ground.clock.now().getTime();
  if (rest > 0 && rest <= LEAST_MS && !anew) return { now: 'later', afterMs: rest };
  if (!(await claim(slack, row, bound))) return { now: 'elsewhere' };
  return publish(slack, reader, drawn, anew ? null : row.platform_hash);
}

/** What is drawn, and by what it was decided that this person may see it. */
interface Bound extends DrawnHome {
  person: string | null;
  member: boolean;
  snapshot: number;
}

const boundTo = ({ person, member, snapshot, closed }: Bound) => ({ person, member, snapshot_id: snapshot, closed });

const isBound = (row: ChatHomeRow, { person, member, snapshot, closed }: Bound): boolean =>
  row.person === person && row.member === member && row.snapshot_id === snapshot && row.closed === closed;

/** Whoever moved the row has come to note that it was published, or may still: a process that ended in between has not. */
const arrived = ({ ground }: Slack, { platform_hash, published_at }: ChatHomeRow): boolean =>
  platform_hash !== null || ground.clock.now().getTime() - (published_at?.getTime() ?? 0) < AFTER_FAILURE_MS;

/** Compare-and-set: whoever moves the row on is the one to publish what it says now. */
async function claim({ ground }: Slack, row: ChatHomeRow, bound: Bound): Promise<boolean> {
  const { numUpdatedRows } = await ground.db
    .updateTable('chat_homes')
    .set({ ...boundTo(bound), view_hash: bound.hash, published_at: ground.clock.now(), platform_hash: null })
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
    if (await note(slack, reader, drawn, { platform_hash: answer.view?.hash ?? '' })) return { now: 'published' };
    return known === null ? overtaken(slack, reader) : { now: 'elsewhere' };
  } catch (error) {
    if (codeOf(error) === 'hash_conflict' && known) return settleConflict(slack, reader, drawn);
    return failed(slack, reader, drawn, error);
  }
}

/** Without a hash this may have been drawn over something newer of another process, so nobody knows what it shows now. */
async function overtaken({ ground }: Slack, { sender }: HomeReader): Promise<Refreshed> {
  await ground.db
    .updateTable('chat_homes')
    .set({ view_hash: null, platform_hash: null })
    .where('platform', '=', 'slack')
    .where('sender', '=', sender)
    .execute();
  return { now: 'stale' };
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
  if (error instanceof WebAPIRateLimitedError) return { now: 'later', afterMs: error.retryAfter * 1000, all: true };
  log.warn({ sender: reader.sender, ...plainError(error) }, 'An App Home could not be published; it is tried again.');
  return { now: 'later', afterMs: AFTER_FAILURE_MS };
}

const AFTER_FAILURE_MS = 30_000;

/** Only while the row still speaks of what was published here; false where it does not. */
async function note(
  slack: Slack,
  { sender }: HomeReader,
  { hash }: DrawnHome,
  set: Partial<Pick<ChatHomeRow, 'platform_hash' | 'view_hash' | 'person' | 'member' | 'snapshot_id' | 'closed'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await slack.ground.db
    .updateTable('chat_homes')
    .set(set)
    .where('platform', '=', 'slack')
    .where('sender', '=', sender)
    .where('view_hash', '=', hash)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
