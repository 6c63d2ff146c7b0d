import { type Clock, elapsedOf } from '../clock.ts';
import type { Logger } from '../log.ts';
import { audit } from '../store/audit.ts';
import type { Db } from '../store/db.ts';
import type { Via } from '../store/schema.ts';

/** The same refusal is written once in this time. */
const AGAIN_MS = 3_600_000;
/** Different refusals of one sender that are written in that time. */
const MOST_ROWS = 20;
/** Beyond that many, whoever was written of longest ago is forgotten, and may be written of anew. */
const MOST_SENDERS = 2000;

/** What was written of one sender lately. */
interface Written {
  via: Via;
  /** Their id on the platform, or their key in `cowork.yaml`; empty for those who have none, all of them together. */
  who: string;
  /** `elapsed` by what was refused, oldest first; a button carries at most a hundred characters, so each is short. */
  rows: Map<string, number>;
  /** Refusals since the last row that are not in the trail, and the last of them. */
  leftOut: number;
  lastLeftOut: string;
}

/**
 * By sender, longest ago first, of the database that has the trail. In memory: the trail keeps each row for good, so whoever
 * may click as often as they like must not decide how long it gets, nor cost the database a question each time. All that is
 * wanted is a bound: each process of a fleet, and each start, may write the same row once more, and no right hangs on it.
 */
const WRITTEN = new WeakMap<Db, Map<string, Written>>();

/** What keeping the trail of refusals stands on. */
export interface RefusalGround {
  db: Db;
  clock: Clock;
  log: Logger;
}

/** Who was refused what. */
export interface Refusal {
  via: Via;
  /** Key in `cowork.yaml`; null for somebody who is nobody there. */
  person: string | null;
  /** Their id on the chat platform, where there is one. */
  sender?: string | undefined;
  /** The act and its subject, in a line. */
  what: string;
  /** Where it was. */
  place?: string | undefined;
}

/**
 * Notes in the trail who was refused what: once an hour for each sender and what it was, and no more than twenty of one
 * sender. What is left out is counted in the log. What was refused has come to nothing, so in a transaction of its own.
 */
export async function noteRefused(ground: RefusalGround, refusal: Refusal): Promise<void> {
  const { person, via, sender, what, place } = refusal;
  const { written, isNew } = claim(ground, refusal);
  if (!isNew) {
    written.leftOut += 1;
    written.lastLeftOut = what;
    // At 1, 2, 4, 8 …, so that the log does not grow with each click either.
    if (Number.isInteger(Math.log2(written.leftOut))) tellLeftOut(ground, written);
    return;
  }
  const data = { what, ...(place === undefined ? {} : { place }), ...(person === null && sender ? { sender } : {}) };
  const actor = person?.slice(0, 100) ?? 'nobody';
  try {
    await ground.db
      .transaction()
      .execute((tx) => audit(tx, { at: ground.clock.now(), act: 'access.refused', actor, via, data }));
  } catch (error) {
    written.rows.delete(what);
    throw error;
  }
}

/** Whether it is to be written, which then nobody else does. */
function claim(
  { db, clock, log }: RefusalGround,
  { person, via, sender, what }: Refusal,
): { written: Written; isNew: boolean } {
  const now = elapsedOf(clock);
  const senders = WRITTEN.get(db) ?? new Map<string, Written>();
  WRITTEN.set(db, senders);
  forgetOld({ log }, senders, now);
  const who = sender || person || '';
  const key = `${via} ${who}`;
  const written = senders.get(key) ?? { via, who, rows: new Map(), leftOut: 0, lastLeftOut: '' };
  for (const [row, at] of written.rows) if (now - at >= AGAIN_MS) written.rows.delete(row);
  if (written.rows.has(what) || written.rows.size >= MOST_ROWS) return { written, isNew: false };
  if (written.leftOut > 0) tellLeftOut({ log }, written);
  written.leftOut = 0;
  written.rows.set(what, now);
  senders.delete(key);
  senders.set(key, written);
  return { written, isNew: true };
}

function forgetOld({ log }: Pick<RefusalGround, 'log'>, senders: Map<string, Written>, now: number): void {
  for (const [key, written] of senders) {
    const last = [...written.rows.values()].at(-1) ?? Number.NEGATIVE_INFINITY;
    if (now - last < AGAIN_MS && senders.size <= MOST_SENDERS) return;
    if (written.leftOut > 0) tellLeftOut({ log }, written);
    senders.delete(key);
  }
}

const tellLeftOut = ({ log }: Pick<RefusalGround, 'log'>, { via, who, leftOut, lastLeftOut }: Written): void =>
  log.info(
    { via, sender: who, left_out: leftOut, last: lastLeftOut },
    'This many refusals of this sender are not in the audit trail, since the same or enough of theirs are in it for this hour.',
  );
