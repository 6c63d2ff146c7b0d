import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { PauseRow, ScheduleRow } from '../store/schema.ts';
import { parseCron } from '../workflows/cron.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { between, latestBetween, nextAfter } from '../workflows/schedule.ts';
import { timingHash, timingOf } from '../workflows/schedule-sync.ts';
import { isPaused, pausesSince } from './pause-state.ts';
import { missedReason, noteMissed, noteSkipped, raiseFence } from './slots-note.ts';
import { type Fate, MOST_COUNTED, MOST_SLOTS, planSlots } from './slots-plan.ts';
import type { ClockPorts } from './slots-ports.ts';
import { type Line, startLines } from './slots-start.ts';
import { insertSlots, moveOn, type SlotEntry } from './slots-write.ts';

/** What one claim did, by workflow; `stale` are due schedules that the snapshot does not have (a reload is under way). */
export interface Claimed {
  workflows: string[];
  stale: string[];
  started: { workflow: string; run_id: string }[];
  skipped: SlotEntry[];
  missed: SlotEntry[];
}

export interface ClaimRequest {
  snapshot: Snapshot;
  now: Date;
  /** At most this many schedules in one transaction. */
  limit: number;
  /** Only this one; for trying one after a whole batch failed. */
  only?: string;
  /** Not these. */
  except?: readonly string[];
  /** Records what is due as missed, for this reason, instead of starting it. */
  giveUp?: string;
}

/** One due schedule and what becomes of its instants. */
export interface Due {
  workflow: Workflow;
  row: ScheduleRow;
  next: Date;
  instants: Date[];
  /** Instants before `instants` that were due too, the first `MOST_COUNTED`: missed, told of, without slots of their own. */
  earlier: Date[];
  fates: Fate[];
}

/**
 * Claims due schedules that no other process holds, in one transaction: each due instant becomes a slot, once, and with
 * it a run, a skip or a miss; then the schedule moves on to its first instant after `now`.
 */
export async function claimDue(ground: Ground, ports: ClockPorts, request: ClaimRequest): Promise<Claimed> {
  const { snapshot, now, giveUp } = request;
  return ground.db.transaction().execute(async (tx) => {
    const rows = await lockDue(tx, request);
    const fence = ports.mayStartSchedules(snapshot.home);
    const pauses = rows[0]?.next_at ? await pausesSince(tx, rows[0].next_at) : [];
    const due = rows.flatMap((row) => dueOf(row, snapshot, now, pauses, !fence.ok));
    if (giveUp !== undefined) for (const each of due) each.fates = each.instants.map((at) => ({ at, fate: 'missed' }));
    const settled = await insertSlots(tx, due.flatMap(settledOf), now);
    // Runs are locked before alerts are, as the end of a run does it; the other order could wait in a circle.
    const { started, skipped: overlapped } = await startLines(tx, { snapshot, ports, now }, due.flatMap(lineOf));
    await moveOn(
      tx,
      due.map((each) => ({ workflow: each.workflow.name, next: each.next })),
    );
    const skipped = [...settled.filter((entry) => entry.state === 'skipped'), ...overlapped];
    await noteSkipped(tx, skipped, now);
    const missed = settled.filter((entry) => entry.state === 'missed');
    await noteMissed(tx, ports, due, missed, now, giveUp);
    const unfenced = skipped.filter((entry) => entry.reason === 'fence').map((entry) => entry.workflow);
    if (!fence.ok && unfenced.length > 0) await raiseFence(tx, ports, snapshot, unfenced, fence.why);
    const workflows = due.map((each) => each.workflow.name);
    const stale = rows.map((row) => row.workflow).filter((name) => !workflows.includes(name));
    return { workflows, stale, started, skipped, missed };
  });
}

async function lockDue(tx: Tx, { now, limit, only, except = [] }: ClaimRequest): Promise<ScheduleRow[]> {
  let query = tx.selectFrom('schedules').selectAll().where('next_at', '<=', now);
  if (only !== undefined) query = query.where('workflow', '=', only);
  if (except.length > 0) query = query.where('workflow', 'not in', [...except]);
  return query.orderBy('next_at').orderBy('workflow').limit(limit).forUpdate().skipLocked().execute();
}

function dueOf(row: ScheduleRow, snapshot: Snapshot, now: Date, pauses: readonly PauseRow[], fenced: boolean): Due[] {
  const { home } = snapshot;
  const workflow = Object.hasOwn(home.workflows, row.workflow) ? home.workflows[row.workflow] : undefined;
  const timing = workflow ? timingOf(home, workflow) : null;
  const parsed = timing ? parseCron(timing.cron) : undefined;
  if (!workflow?.spec.schedule || !timing || !parsed?.ok || !row.next_at) return [];
  if (timingHash(timing) !== row.schedule_hash) return [];
  const first = row.next_at;
  const justBefore = new Date(first.getTime() - 1);
  const { instants, more } = latestBetween(parsed.cron, timing.timezone, justBefore, now, MOST_SLOTS);
  const paused = (at: Date) => isPaused(pauses, workflow.name, at) !== undefined;
  const fates = planSlots({ instants, now, catchUp: workflow.spec.schedule.catch_up, paused, fenced });
  const next = nextAfter(parsed.cron, timing.timezone, now);
  const unlisted = more && !paused(first) ? new Date((instants[0] ?? first).getTime() - 1) : justBefore;
  const earlier = between(parsed.cron, timing.timezone, justBefore, unlisted, MOST_COUNTED);
  return [{ workflow, row, next, instants, earlier, fates }];
}

const settledOf = (due: Due): SlotEntry[] =>
  due.fates.flatMap((fate): SlotEntry[] => {
    const entry = { workflow: due.workflow.name, at: fate.at };
    if (fate.fate === 'missed') return [{ ...entry, state: 'missed', reason: missedReason(due) }];
    return fate.fate === 'skipped' ? [{ ...entry, state: 'skipped', reason: fate.reason }] : [];
  });

const lineOf = (due: Due): Line[] => {
  const slots = due.fates.flatMap((fate) => (fate.fate === 'start' ? [fate] : []));
  return slots.length > 0 ? [{ workflow: due.workflow, slots }] : [];
};
