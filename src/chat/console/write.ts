import { sql } from 'kysely';
import type { MessageView } from '../../message/view.ts';
import type { Tx } from '../../store/db.ts';
import type { Post } from '../adapter.ts';

/** `ops` of `console:ops`, `@maya` of `console:@maya`. */
export const channelOf = (place: string): string => place.slice('console:'.length);

/**
 * Writers of one channel pass one after the other until they commit, so that its changes become visible in the order of
 * their numbers: a reader who has seen number 7 will never find a 6 it was not shown.
 */
async function holdChannel(tx: Tx, channel: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`console:${channel}`}, 0))`.execute(tx);
}

/** Writes messages into one channel and returns their ids in order. One whose token is there already is that one. */
export async function writePosts(tx: Tx, at: Date, place: string, posts: readonly Post[]): Promise<string[]> {
  if (posts.length === 0) return [];
  const channel = channelOf(place);
  await holdChannel(tx, channel);
  const rows = await tx
    .insertInto('console_messages')
    .values(
      posts.map(({ token, view, thread }) => ({
        channel,
        token,
        thread_of: thread === null ? null : Number(thread),
        view: storable(view),
        posted_at: at,
      })),
    )
    // Changes nothing; only so that the row which is there is returned.
    .onConflict((conflict) => conflict.column('token').doUpdateSet({ token: sql`excluded.token` }))
    .returning(['id', 'token'])
    .execute();
  const ids = new Map(rows.map(({ id, token }) => [token, String(id)]));
  return posts.map(({ token }) => ids.get(token) ?? '');
}

/** One change of a message that is there. */
export interface Edit {
  externalId: string;
  view: MessageView;
}

/** Changes messages of one channel in place. Returns the ids of those that are not there any more. */
export async function writeEdits(tx: Tx, at: Date, place: string, edits: readonly Edit[]): Promise<string[]> {
  if (edits.length === 0) return [];
  const channel = channelOf(place);
  await holdChannel(tx, channel);
  const ids = edits.map(({ externalId }) => Number(externalId));
  const views = edits.map(({ view }) => storable(view));
  const { rows } = await sql<{ id: number }>`
    update console_messages
    set view = edit.view::jsonb, changed_at = ${at}, change = nextval('console_changes')
    from unnest(${ids}::bigint[], ${views}::text[]) as edit (id, view)
    where console_messages.id = edit.id and console_messages.channel = ${channel}
    returning console_messages.id`.execute(tx);
  const there = new Set(rows.map(({ id }) => String(id)));
  return edits.map(({ externalId }) => externalId).filter((id) => !there.has(id));
}

/**
 * A view as JSON that PostgreSQL takes: it stores neither the character of number zero nor half of one, and one foreign
 * word must not keep a message from being told.
 */
const storable = (view: MessageView): string =>
  JSON.stringify(view, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  );
