import { sql } from 'kysely';
import { conflict } from '../errors.ts';
import type { Db, Tx } from '../store/db.ts';

/** What a form that starts a run is about: a workflow, or a run to repeat. */
export interface Asked {
  person: string;
  workflow: string;
  rerunOf?: string | undefined;
}

/**
 * How often this person has asked for this already. A form that starts a run carries the number it was drawn with: one
 * that was sent before finds another and starts nothing, while a page drawn anew may start another run.
 */
export async function timesAsked(db: Db | Tx, { person, workflow, rerunOf }: Asked): Promise<number> {
  const { count } = await db
    .selectFrom('runs')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('workflow', '=', workflow)
    .where('trigger_by', '=', person)
    .where('trigger_kind', '=', rerunOf === undefined ? 'person' : 'rerun')
    .$if(rerunOf !== undefined, (query) => query.where('rerun_of', '=', rerunOf ?? ''))
    .executeTakeFirstOrThrow();
  return count;
}

/** The same for every workflow that this person has asked for, so that a page with many forms asks once. */
export async function timesAskedEach(db: Db, person: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('runs')
    .select(['workflow', sql<number>`count(*)::int`.as('count')])
    .where('trigger_by', '=', person)
    .where('trigger_kind', '=', 'person')
    .groupBy('workflow')
    .execute();
  return new Map(rows.map(({ workflow, count }) => [workflow, count]));
}

const underWay = new Set<string>();

/**
 * Starts a run for a form drawn when `drawn` was the number of times asked: `start` does so in the transaction that it is
 * handed. Throws `conflict` where the same form was sent before, or is being worked on at this moment (a double click),
 * by whichever process.
 */
export async function sentOnce<T>(
  db: Db,
  asked: Asked,
  drawn: string | undefined,
  start: (tx: Tx) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(asked);
  if (underWay.has(key)) throw again();
  underWay.add(key);
  try {
    return await db.transaction().execute(async (tx) => {
      // Held until the run is committed, so that another process counts it.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sent-once:${key}`}, 0))`.execute(tx);
      if (String(await timesAsked(tx, asked)) !== drawn) throw again();
      return start(tx);
    });
  } finally {
    underWay.delete(key);
  }
}

const again = () =>
  conflict(
    'This form was sent before, and its run is started already. Reload the page to see it, or to start another.',
  );
