import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';
import { LOCK_SPACE, LOCKS } from '../store/locks.ts';
import type { ScheduleRow } from '../store/schema.ts';
import { parseCron } from './cron.ts';
import type { Home, Workflow } from './home.ts';
import { nextAfter } from './schedule.ts';

/** Holds, until the transaction ends, the right to bring the table in step, so that two processes do not follow two homes. */
export const lockSchedules = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, ${LOCKS.schedules})`.execute(tx);
};

export interface Timing {
  cron: string;
  timezone: string;
}

/** When a workflow runs, its zone filled in from the team; null without a schedule. */
export const timingOf = (home: Home, workflow: Workflow): Timing | null => {
  const { schedule } = workflow.spec;
  return schedule ? { cron: schedule.cron, timezone: schedule.timezone ?? home.team.timezone } : null;
};

/** What tells one schedule from another: its times. A new overlap rule is no new schedule, and its missed slots stay due. */
export const timingHash = (timing: Timing | null): string =>
  timing ? `${timing.timezone} ${timing.cron.trim().split(/\s+/).join(' ')}` : 'none';

/**
 * Brings the `schedules` table in step with a home, in the transaction that activates it (or later; it is idempotent).
 * A new or changed schedule begins with its first instant after `now`, so it never catches up; an unchanged one keeps
 * its next instant, unless the clock went back and there is an earlier one; a removed one has none. `on_start_done` is
 * false only for a workflow never seen before that says `first: on_start`.
 */
export async function syncSchedules(tx: Tx, home: Home, now: Date): Promise<void> {
  await lockSchedules(tx);
  const known = new Map((await tx.selectFrom('schedules').selectAll().execute()).map((row) => [row.workflow, row]));
  const wanted = Object.values(home.workflows).map((workflow) => rowOf(home, workflow, known.get(workflow.name), now));
  const gone = [...known.values()]
    .filter((row) => !Object.hasOwn(home.workflows, row.workflow) && row.schedule_hash !== 'none')
    .map((row): ScheduleRow => ({ ...row, schedule_hash: 'none', cron: null, timezone: null, next_at: null }));
  await write(
    tx,
    [...wanted, ...gone].filter((row) => !same(row, known.get(row.workflow))),
  );
}

function rowOf(home: Home, workflow: Workflow, known: ScheduleRow | undefined, now: Date): ScheduleRow {
  const timing = timingOf(home, workflow);
  const schedule_hash = timingHash(timing);
  const unchanged = known?.schedule_hash === schedule_hash ? known.next_at : null;
  return {
    workflow: workflow.name,
    schedule_hash,
    cron: timing?.cron ?? null,
    timezone: timing?.timezone ?? null,
    next_at: timing ? earlier(unchanged, firstAfter(timing, now)) : null,
    first_seen_at: known?.first_seen_at ?? now,
    on_start_done: known ? known.on_start_done : workflow.spec.schedule?.first !== 'on_start',
  };
}

const earlier = (kept: Date | null, first: Date | null): Date | null => (kept && first && kept < first ? kept : first);

/** Null for a cron that cannot be read; the loader refuses those, so such a home was never active. */
function firstAfter(timing: Timing, now: Date): Date | null {
  const parsed = parseCron(timing.cron);
  return parsed.ok ? nextAfter(parsed.cron, timing.timezone, now) : null;
}

const same = (row: ScheduleRow, known: ScheduleRow | undefined): boolean =>
  known !== undefined &&
  row.schedule_hash === known.schedule_hash &&
  row.cron === known.cron &&
  row.next_at?.getTime() === known.next_at?.getTime();

const AT_ONCE = 2000;

async function write(tx: Tx, rows: ScheduleRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    await tx
      .insertInto('schedules')
      .values(rows.slice(from, from + AT_ONCE))
      .onConflict((conflict) =>
        conflict.column('workflow').doUpdateSet((row) => ({
          schedule_hash: row.ref('excluded.schedule_hash'),
          cron: row.ref('excluded.cron'),
          timezone: row.ref('excluded.timezone'),
          next_at: row.ref('excluded.next_at'),
        })),
      )
      .execute();
  }
}
