import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { openPauses } from '../runs/pause-state.ts';
import type { Db } from '../store/db.ts';
import type { PauseRow } from '../store/schema.ts';
import { type Paused, pausedOf } from './status.ts';

/** One pause as it stands. Times are ISO 8601 in UTC, people are keys; absent is null. */
export interface PauseFact extends Paused {
  pause_id: number;
  /** Null while it is in force; by `service` where its own end has come. */
  ended: { by: string; at: string } | null;
  /** Slots that were skipped for a pause while this one was in force. */
  skipped: number;
  /** The next instant of the workflow, or of any where everything is paused. */
  next: { workflow: string; at: string } | null;
  /** Pauses that held the same schedule, or a part of it, when this one ended. */
  stays: Paused[];
}

/** One pause with what it did and what comes next. Throws `not_found`. */
export async function pauseFact(ground: Pick<Ground, 'db' | 'clock'>, id: number): Promise<PauseFact> {
  const { db, clock } = ground;
  const now = clock.now();
  const row = await db.selectFrom('pauses').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound(`There is no pause ${id}.`);
  const ended = endOf(row, now);
  const end = ended?.at ?? now;
  const [skipped, next, open] = await Promise.all([
    skippedIn(db, row, end),
    nextOf(db, row.workflow),
    openPauses(db, end),
  ]);
  // Of that moment: what was paused since has a message of its own, and this one is not told again.
  const holds = (other: PauseRow) =>
    other.id !== row.id &&
    other.paused_at <= end &&
    (row.workflow === null || other.workflow === null || other.workflow === row.workflow);
  return {
    ...pausedOf(row),
    pause_id: row.id,
    ended: ended && { by: ended.by, at: ended.at.toISOString() },
    skipped,
    next,
    stays: ended ? open.filter(holds).map(pausedOf) : [],
  };
}

/** The end that has come counts from its moment, whenever the record takes note of it. */
function endOf({ ended_at, ended_by, until }: PauseRow, now: Date): { by: string; at: Date } | null {
  if (ended_at) return { by: ended_by ?? 'service', at: ended_at };
  return until && until <= now ? { by: 'service', at: until } : null;
}

async function skippedIn(db: Db, { workflow, paused_at }: PauseRow, end: Date): Promise<number> {
  const { count } = await db
    .selectFrom('slots')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'skipped')
    .where('reason', '=', 'pause')
    .where('scheduled_for', '>=', paused_at)
    .where('scheduled_for', '<=', end)
    .$if(workflow !== null, (query) => query.where('workflow', '=', workflow ?? ''))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function nextOf(db: Db, workflow: string | null): Promise<PauseFact['next']> {
  const row = await db
    .selectFrom('schedules')
    .select(['workflow', 'next_at'])
    .where('next_at', 'is not', null)
    .$if(workflow !== null, (query) => query.where('workflow', '=', workflow ?? ''))
    .orderBy('next_at')
    .orderBy('workflow')
    .limit(1)
    .executeTakeFirst();
  return row?.next_at ? { workflow: row.workflow, at: row.next_at.toISOString() } : null;
}
