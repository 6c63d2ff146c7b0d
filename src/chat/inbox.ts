import { type ExpressionBuilder, sql } from 'kysely';
import { CoworkError, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Db } from '../store/db.ts';
import type { AskRow, Database } from '../store/schema.ts';
import { statement } from '../store/statement.ts';
import type { Platform } from './adapter.ts';
import type { Deadline } from './deadline.ts';

/** What the inbox stands on. */
export type Inbox = Pick<Ground, 'db' | 'clock'>;

/** Something that a person in a chat asks for, as an adapter has verified and read it. */
export interface NewAsk {
  platform: Platform;
  /** What makes it this ask and no other, whatever door or delivery brings it. */
  key: string;
  kind: AskRow['kind'];
  sender: string;
  person: string | null;
  place: string | null;
  /** Everything that doing it and answering it need: ids and what was typed. */
  payload: object;
}

/**
 * Notes what was asked, so that it is not lost once the platform was told that it arrived: to be called before the
 * acknowledgement. Null where the same ask was noted before: somebody has it in hand, or it is done. With a deadline
 * nothing is noted any more, and no key is taken, once the person was told that nothing was done: throws `TooLate`.
 */
export async function takeAsk(
  { db, clock }: Inbox,
  process: string,
  ask: NewAsk,
  deadline?: Deadline,
): Promise<AskRow | null> {
  const insert = async (one: Db) => {
    const noted = { ...ask, payload: JSON.stringify(ask.payload), taken_at: clock.now(), taken_by: process };
    return (await noteAsk(one, noted)).rows[0] ?? null;
  };
  return deadline ? by(db, deadline, insert) : insert(db);
}

type Noted = Omit<NewAsk, 'payload'> & { payload: string; taken_at: Date; taken_by: string };

const noteAsk = statement((db, { platform, key, kind, sender, person, place, payload, taken_at, taken_by }: Noted) =>
  db
    .insertInto('asks')
    .values({ platform, key, kind, sender, person, place, payload, taken_at, taken_by })
    .onConflict((conflict) => conflict.columns(['platform', 'key']).doNothing())
    .returningAll(),
);

/** One transaction that ends by the deadline, and is committed only while nobody was told that it came to nothing. */
async function by<T>(db: Db, deadline: Deadline, act: (one: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (one) => {
    if (deadline.isClosed) throw new TooLate();
    // Both at once, since each way to the database counts where somebody waits.
    await sql.raw(`begin; set local statement_timeout = ${Math.max(1, Math.ceil(deadline.leftMs))}`).execute(one);
    try {
      const done = await act(one);
      if (!deadline.keep()) throw new TooLate();
      await sql`commit`.execute(one);
      return done;
    } catch (error) {
      await sql`rollback`.execute(one).catch(() => undefined);
      throw systemCode(error) === STATEMENT_TIMEOUT ? new TooLate(error) : error;
    }
  });
}

/** Nothing was noted, and nothing will be. */
export class TooLate extends CoworkError {
  constructor(cause?: unknown) {
    super('unavailable', 'The database did not answer in time, so this was not noted. Try again in a minute.', {
      cause,
    });
    this.name = 'TooLate';
  }
}

const STATEMENT_TIMEOUT = '57014';

/** An ask as somebody took it: taken over by another, or again by the same process, it is another taking. */
export type Taking = Pick<AskRow, 'id' | 'taken_by' | 'tries'>;

/**
 * Notes that an ask came to its end; what was needed for it is forgotten, since it may hold a way to answer. False where
 * it is not in the hands of this taking any more: then somebody else answers it. To be called before the answer, so that
 * nobody is answered twice; only where the process ends between both is an answer lost, and what was done shows in public.
 */
export async function endAsk({ db, clock }: Inbox, taking: Taking, outcome: string): Promise<boolean> {
  const { id, tries, taken_by } = taking;
  const ended = await noteEnd(db, { id, tries, taken_by, done_at: clock.now(), outcome: outcome.slice(0, 500) });
  return (ended.numAffectedRows ?? 0n) > 0n;
}

const noteEnd = statement(
  (db, { id, tries, taken_by, done_at, outcome }: Taking & { done_at: Date; outcome: string }) =>
    db
      .updateTable('asks')
      .set({ state: 'done', done_at, outcome, payload: '{}' })
      .where('id', '=', id)
      .where('state', '=', 'taken')
      .where('tries', '=', tries)
      .where('taken_by', 'is not distinct from', taken_by),
);

/** Whether the same ask was noted before and came to its end at least `ms` ago. */
export async function wasEnded(
  { db, clock }: Inbox,
  { platform, key }: Pick<NewAsk, 'platform' | 'key'>,
  ms: number,
): Promise<boolean> {
  const before = new Date(clock.now().getTime() - ms);
  const ended = db.selectFrom('asks').select('id').where('platform', '=', platform).where('key', '=', key);
  return (await ended.where('done_at', '<=', before).executeTakeFirst()) !== undefined;
}

/** Notes for the operator that the answer reached nobody; the ask is over all the same. */
export async function noteUnheard({ db }: Pick<Inbox, 'db'>, { id }: Pick<AskRow, 'id'>): Promise<void> {
  const outcome = sql<string>`left(outcome, 460) || '; the answer reached nobody'`;
  await db.updateTable('asks').set({ outcome }).where('id', '=', id).where('state', '=', 'done').execute();
}

/** So often is one ask taken up before it is given up: whatever ends a process each time must not do so for ever. */
const MOST_TRIES = 3;
/** An ask of this very process that nothing works on for so long has failed, and may be tried again. */
const FORGOTTEN_MS = 60_000;

/** Who lives, so that what nobody works on can be told from what somebody does. */
export interface Living {
  platform: Platform;
  /** This process. */
  process: string;
  /** Ids of the asks that this process works on at this moment. */
  busy: readonly number[];
  /** Ids of the processes that are alive. */
  alive: readonly string[];
}

/** Asks that were taken and that nobody works on: whoever took them has ended, or failed at it. */
function leftUndone({ clock }: Inbox, { platform, process, busy, alive }: Living) {
  const forgotten = new Date(clock.now().getTime() - FORGOTTEN_MS);
  return (where: ExpressionBuilder<Database, 'asks'>) =>
    where.and([
      where('platform', '=', platform),
      where('state', '=', 'taken'),
      where.or([
        where('taken_by', 'is', null),
        where('taken_by', 'not in', [process, ...alive]),
        where.and([
          where('taken_by', '=', process),
          where('taken_at', '<', forgotten),
          ...(busy.length > 0 ? [where('id', 'not in', busy)] : []),
        ]),
      ]),
    ]);
}

/** Takes over what nobody works on, oldest first. Of several processes that ask at once each gets others. */
export async function takeOverAsks(inbox: Inbox, living: Living): Promise<AskRow[]> {
  const { db, clock } = inbox;
  const left = db
    .selectFrom('asks')
    .select('id')
    .where(leftUndone(inbox, living))
    .where('tries', '<', MOST_TRIES)
    .orderBy('id')
    .limit(50)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('asks')
    .set((row) => ({ taken_by: living.process, taken_at: clock.now(), tries: row('tries', '+', 1) }))
    .where('id', 'in', left)
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.id - b.id);
}

/** Ends what was taken up often enough and never came to its end; returns it as it was, for the log and whoever asked. */
export async function giveUpAsks(inbox: Inbox, living: Living): Promise<AskRow[]> {
  const { db, clock } = inbox;
  return db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('asks')
      .selectAll()
      .where(leftUndone(inbox, living))
      .where('tries', '>=', MOST_TRIES)
      .orderBy('id')
      .forUpdate()
      .skipLocked()
      .execute();
    const ids = rows.map(({ id }) => id);
    const outcome = `given up after ${MOST_TRIES} tries`;
    if (ids.length > 0) {
      await tx
        .updateTable('asks')
        .set({ state: 'done', done_at: clock.now(), outcome, payload: '{}' })
        .where('id', 'in', ids)
        .execute();
    }
    return rows;
  });
}

/** Whether a delivery was seen before, without noting it. */
export async function wasSeen({ db }: Pick<Inbox, 'db'>, platform: Platform, key: string): Promise<boolean> {
  const seen = db.selectFrom('chat_seen').select('key').where('platform', '=', platform).where('key', '=', key);
  return (await seen.executeTakeFirst()) !== undefined;
}

/** Notes that a delivery was seen; false where it was seen before. `key` holds no secret. */
export async function seenFirst({ db, clock }: Inbox, platform: Platform, key: string): Promise<boolean> {
  const { numAffectedRows } = await noteSeen(db, { platform, key, seen_at: clock.now() });
  return (numAffectedRows ?? 0n) > 0n;
}

const noteSeen = statement((db, { platform, key, seen_at }: { platform: Platform; key: string; seen_at: Date }) =>
  db
    .insertInto('chat_seen')
    .values({ platform, key, seen_at })
    .onConflict((conflict) => conflict.doNothing()),
);

const ASKS_KEPT_MS = 30 * 86_400_000;
/** Slack repeats an event for up to an hour; with room to spare. */
const SEEN_KEPT_MS = 2 * 86_400_000;

/** At a time, so that no lock is held for long. */
const PRUNED_AT_ONCE = 5000;

/** Slack's way to answer is void after half an hour, Discord's after a quarter; then a direct message is what is left. */
const WAY_MS = 3_600_000;

/** Forgets what nothing will ask about any more, and the secrets of asks that nobody takes up: of a chat that is off. */
export async function pruneInbox({ db }: Pick<Ground, 'db'>, now: Date): Promise<void> {
  await forgetUntaken(db, now);
  await db
    .deleteFrom('asks')
    .where('done_at', '<', new Date(now.getTime() - ASKS_KEPT_MS))
    .execute();
  const before = new Date(now.getTime() - SEEN_KEPT_MS);
  for (;;) {
    const { numAffectedRows = 0n } = await sql`delete from chat_seen where ctid in (
      select ctid from chat_seen where seen_at < ${before} limit ${PRUNED_AT_ONCE})`.execute(db);
    if (numAffectedRows < BigInt(PRUNED_AT_ONCE)) return;
  }
}

/** A month later nobody means any more what they clicked. */
async function forgetUntaken(db: Db, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  await db
    .updateTable('asks')
    .set({ state: 'done', done_at: now, outcome: 'nobody took it up for a month', payload: '{}' })
    .where('state', '=', 'taken')
    .where('taken_at', '<', before(ASKS_KEPT_MS))
    .execute();
  await sql`update asks set payload = payload - 'token' - 'responseUrl' #- '{from,responseUrl}'
    where state = 'taken' and taken_at < ${before(WAY_MS)}
      and (payload ? 'token' or payload ? 'responseUrl' or payload #> '{from,responseUrl}' is not null)`.execute(db);
}
