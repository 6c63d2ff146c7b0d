import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import type { MessageView } from '../message/view.ts';
import type { Tx } from '../store/db.ts';
import type { DeliveryRow, MessageRow } from '../store/schema.ts';
import type { OwnTables } from './adapter.ts';
import type { Drawing } from './drawing.ts';
import { lockDeliveries, newToken, saidOf } from './due.ts';
import { noteNothingBuried } from './health.ts';
import { isHolder } from './lease.ts';
import { plan } from './plan.ts';

/** A delivery with what is to be seen; null where there is nothing to tell (any more). */
export interface Drawn {
  delivery: DeliveryRow;
  drawing: Drawing | null;
}

/** One message or line to be written, with what is noted about it. */
interface Post {
  subject: string;
  thread: string;
  token: string;
  view: MessageView;
  hash: string;
}

interface Edit {
  subject: string;
  externalId: string;
  view: MessageView;
  hash: string;
}

export interface OwnPlace {
  own: OwnTables;
  place: string;
  /** Who sends here, while it holds the place. */
  process: string;
}

/**
 * Says many things at a place whose messages are rows of ours: the messages, what is noted about them, and the end of the
 * deliveries are one transaction, so there is nothing to look for after a crash. What somebody else has said since it was
 * drawn is left out; false, and nothing is written, where another process holds the place by now.
 */
export async function sendOwn(
  { db, clock }: Pick<Ground, 'db' | 'clock'>,
  { own, place, process }: OwnPlace,
  wanted: readonly Drawn[],
): Promise<boolean> {
  const ours = await db.transaction().execute(async (tx) => {
    const ids = wanted.map(({ delivery }) => delivery.id);
    const there = new Set((await lockDeliveries(tx, place, (where) => where('id', 'in', ids))).map(({ id }) => id));
    if (!(await isHolder(tx, place, process))) return false;
    const left = wanted.filter(({ delivery }) => there.has(delivery.id));
    if (left.length > 0) await write(tx, clock.now(), { own, place }, left);
    return true;
  });
  if (ours) own.committed(place);
  return ours;
}

async function write(
  tx: Tx,
  now: Date,
  { own, place }: Omit<OwnPlace, 'process'>,
  drawn: readonly Drawn[],
): Promise<void> {
  const subjects = drawn.map(({ delivery }) => delivery.subject);
  const said = await saidOf(tx, place, subjects);
  const { posts, edits, lines, skipped } = sort(drawn, said);
  const gone = new Set(await own.edit(tx, place, edits));
  const again = edits.filter(({ externalId }) => gone.has(externalId)).map(asPost);
  const mains = [...posts, ...again];
  const ids = await own.post(
    tx,
    place,
    mains.map(({ token, view }) => ({ place, token, view, thread: null })),
  );
  await noteEdits(tx, now, place, edits);
  await notePosts(tx, now, place, mains, ids);
  await saySkipped(tx, now, place, skipped);
  const parents = parentsOf(said, mains, ids);
  const below = lines.map(({ subject, token, view }) => ({
    place,
    token,
    view,
    thread: parents.get(subject) ?? null,
  }));
  await notePosts(tx, now, place, lines, await own.post(tx, place, below));
  await endDeliveries(tx, drawn);
  if (drawn.some(({ delivery }) => delivery.last_error !== null)) await noteNothingBuried(tx, now, place);
}

function sort(drawn: readonly Drawn[], said: Map<string, Map<string, MessageRow>>) {
  const posts: Post[] = [];
  const edits: Edit[] = [];
  const lines: Post[] = [];
  const skipped: { subject: string; thread: string }[] = [];
  for (const { delivery, drawing } of drawn) {
    const { subject } = delivery;
    for (const step of drawing ? plan(drawing, said.get(subject) ?? new Map()) : []) {
      if (step.do === 'post') posts.push({ ...step, subject, thread: '', token: newToken() });
      else if (step.do === 'edit') edits.push({ ...step, subject });
      else if (step.do === 'line') lines.push({ ...step, subject, thread: step.key, token: newToken() });
      else if (step.do === 'skip') skipped.push({ subject, thread: step.key });
    }
  }
  return { posts, edits, lines, skipped };
}

const asPost = ({ subject, view, hash }: Edit): Post => ({ subject, thread: '', token: newToken(), view, hash });

function parentsOf(
  said: Map<string, Map<string, MessageRow>>,
  mains: readonly Post[],
  ids: readonly string[],
): Map<string, string | null> {
  const before = [...said].map(([subject, rows]) => [subject, rows.get('')?.external_id ?? null] as const);
  return new Map([...before, ...mains.map(({ subject }, index) => [subject, ids[index] ?? null] as const)]);
}

async function noteEdits(tx: Tx, now: Date, place: string, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  const subjects = edits.map(({ subject }) => subject);
  const hashes = edits.map(({ hash }) => hash);
  await sql`
    update messages set view_hash = edit.hash, edited_at = ${now}, edits = edits + 1
    from unnest(${subjects}::text[], ${hashes}::text[]) as edit (subject, hash)
    where messages.place = ${place} and messages.subject = edit.subject and messages.thread = ''`.execute(tx);
}

async function notePosts(
  tx: Tx,
  now: Date,
  place: string,
  posts: readonly Post[],
  ids: readonly string[],
): Promise<void> {
  if (posts.length === 0) return;
  const rows = posts.map(({ subject, thread, token, hash }, index) => ({
    ...{ place, subject, thread, token, state: 'posted' as const, external_id: ids[index] ?? null },
    ...{ view_hash: hash, posting_at: now, posted_at: now },
  }));
  await tx
    .insertInto('messages')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['place', 'subject', 'thread']).doUpdateSet((row) => ({
        token: row.ref('excluded.token'),
        state: 'posted',
        external_id: row.ref('excluded.external_id'),
        view_hash: row.ref('excluded.view_hash'),
        posting_at: now,
        posted_at: now,
      })),
    )
    .execute();
}

/** Notes lines as said that the message above them says itself. */
export async function saySkipped(
  tx: Tx,
  now: Date,
  place: string,
  skipped: readonly { subject: string; thread: string }[],
): Promise<void> {
  if (skipped.length === 0) return;
  await tx
    .insertInto('messages')
    .values(skipped.map((line) => ({ ...line, place, token: newToken(), state: 'skipped' as const, posting_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Ends the deliveries that were not asked for again meanwhile; the others are sent once more. */
export async function endDeliveries(tx: Tx, drawn: readonly Drawn[]): Promise<void> {
  const ids = drawn.map(({ delivery }) => delivery.id);
  const asked = drawn.map(({ delivery }) => delivery.asked);
  await sql`
    delete from deliveries using unnest(${ids}::bigint[], ${asked}::int[]) as sent (id, asked)
    where deliveries.id = sent.id and deliveries.asked = sent.asked`.execute(tx);
}
