import { sql } from 'kysely';
import { messageOf } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { lockSchedules, syncSchedules } from '../workflows/schedule-sync.ts';
import { noteLate, UNDELIVERED } from './late.ts';
import { noteUnstarted, UNSTARTED } from './missed.ts';
import { endPauses } from './pause.ts';
import { startFirst } from './slots-first.ts';
import { MISSED_AFTER_MS } from './slots-plan.ts';
import type { ClockPorts } from './slots-ports.ts';
import { claimAll } from './tick-claim.ts';

/** What one clock process remembers between ticks; nothing is lost with it. */
export interface TickMemory {
  /** Id of the active snapshot that the schedules were last brought in step with. */
  synced: number | null | undefined;
  /** The last tick's time, to notice a clock that went back. */
  last: Date | undefined;
  /** Whether schedules did not start at the last try, for want of a fence; undefined before the first try. */
  fenced: boolean | undefined;
}

export const newTickMemory = (): TickMemory => ({ synced: undefined, last: undefined, fenced: undefined });

export interface TickReport {
  started: number;
  skipped: number;
  missed: number;
  /** Parts of the tick that failed, with their error; the others were done. */
  failures: { part: string; error: unknown }[];
}

interface Glance {
  snapshot_id: number | null;
  due: boolean;
  first: boolean;
  pause_over: boolean;
  unstarted: boolean;
  undelivered: boolean;
}

// Clocks of one machine are corrected by less than this all the time.
const BACKWARDS_MS = 2000;

/**
 * One beat of the clock; any number of processes may do it at once. One cheap query tells what there is to do, usually
 * nothing; then, each apart so that one failing does not stop the others: follow the active home, end pauses, claim due
 * slots, start first runs, note what is missed and what is late. Never throws for a part; throws if the database cannot
 * be asked at all.
 */
export async function tick(
  ground: Ground,
  ports: ClockPorts,
  now: Date = ground.clock.now(),
  memory: TickMemory = newTickMemory(),
): Promise<TickReport> {
  const report: TickReport = { started: 0, skipped: 0, missed: 0, failures: [] };
  const attempt = async (part: string, act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      report.failures.push({ part, error });
      ground.log.error({ part, error: messageOf(error) }, 'a part of the tick failed');
    }
  };
  const seen = await glance(ground, now);
  const wentBack = memory.last !== undefined && memory.last.getTime() - now.getTime() > BACKWARDS_MS;
  memory.last = now;
  if (memory.synced === undefined || memory.synced !== seen.snapshot_id || wentBack) {
    await attempt('sync', () => follow(ground, now, memory, seen));
  }
  if (seen.pause_over)
    await attempt('pauses', () => ground.db.transaction().execute((tx) => ended(endPauses(tx, now))));
  if (seen.due) await attempt('slots', () => claimAll(ground, ports, now, memory, report));
  if (seen.first) await attempt('first runs', () => startFirsts(ground, ports, now, memory, report));
  if (seen.unstarted) await attempt('missed', () => ended(noteUnstarted(ground.db, ports, now)));
  if (seen.undelivered) await attempt('late', () => ended(noteLate(ground.db, ports, now)));
  return report;
}

const ended = async (work: Promise<unknown>): Promise<void> => {
  await work;
};

async function glance(ground: Ground, now: Date): Promise<Glance> {
  const missedBefore = new Date(now.getTime() - MISSED_AFTER_MS);
  const { rows } = await sql<Glance>`select
    (select snapshot_id from active_snapshot) as snapshot_id,
    exists (select 1 from schedules where next_at <= ${now}) as due,
    exists (select 1 from schedules where not on_start_done and schedule_hash <> 'none') as first,
    exists (select 1 from pauses where ended_at is null and until <= ${now}) as pause_over,
    exists (select 1 from runs where ${UNSTARTED} and scheduled_for < ${missedBefore} and queued_at < ${missedBefore})
      as unstarted,
    exists (select 1 from runs where ${UNDELIVERED} and deadline_at <= ${now}) as undelivered`.execute(ground.db);
  const [row] = rows;
  if (!row) throw new Error('the glance of the tick answered nothing');
  return row;
}

/**
 * Brings the schedules in step with the active home. Whoever activates a home does it in that transaction; here it is
 * done again at start, after a change, and after the clock went back, when next instants may lie too far ahead.
 */
async function follow(ground: Ground, now: Date, memory: TickMemory, seen: Glance): Promise<void> {
  const snapshot = await ground.homes.active();
  const done = await ground.db.transaction().execute(async (tx) => {
    await lockSchedules(tx);
    const active = await tx.selectFrom('active_snapshot').select('snapshot_id').executeTakeFirst();
    if (active && active.snapshot_id !== snapshot.id) return false;
    await syncSchedules(tx, snapshot.home, now);
    return true;
  });
  if (!done) return;
  memory.synced = seen.snapshot_id;
  const again = await glance(ground, now);
  seen.due = again.due;
  seen.first = again.first;
}

const FIRST_AT_ONCE = 200;

async function startFirsts(
  ground: Ground,
  ports: ClockPorts,
  now: Date,
  memory: TickMemory,
  report: TickReport,
): Promise<void> {
  const snapshot = await ground.homes.active();
  const request = { snapshot, now, limit: FIRST_AT_ONCE, tellFence: memory.fenced !== true };
  const { started, fenced } = await startFirst(ground, ports, request);
  if (fenced) memory.fenced = true;
  report.started += started.length;
}
