import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { overlapRule } from './slots-plan.ts';
import type { ClockPorts } from './slots-ports.ts';
import { insertSlots, nameRuns, type SlotEntry } from './slots-write.ts';

/** The slots of one workflow that are to start, in order. */
export interface Line {
  workflow: Workflow;
  slots: readonly { at: Date; trigger: 'schedule' | 'catch_up' }[];
}

interface Candidate extends SlotEntry {
  line: Line;
  trigger: 'schedule' | 'catch_up';
  cancel: boolean;
  blockedBy: string | null;
}

interface StartContext {
  snapshot: Snapshot;
  ports: Pick<ClockPorts, 'startRuns' | 'cancelRuns'>;
  now: Date;
}

/**
 * Starts the slots of many workflows in a handful of statements: first each workflow's first slot, then each second, and
 * so on, since a later one may have to wait for the run of an earlier one. Answers with the slots that became runs and
 * those that the overlap rule skipped; slots that somebody else has are neither.
 */
export async function startLines(
  tx: Tx,
  { snapshot, ports, now }: StartContext,
  lines: readonly Line[],
): Promise<{ started: { workflow: string; run_id: string }[]; skipped: SlotEntry[] }> {
  const open = await openRuns(
    tx,
    lines.map((line) => line.workflow.name),
  );
  const started: { workflow: string; run_id: string }[] = [];
  const skipped: SlotEntry[] = [];
  const longest = Math.max(0, ...lines.map((line) => line.slots.length));
  for (let turn = 0; turn < longest; turn += 1) {
    const candidates = lines.flatMap((line) => candidateOf(line, turn, open));
    const ours = await insertSlots(tx, candidates, now);
    skipped.push(...ours.filter((each) => each.state === 'skipped'));
    const starting = ours.filter((each) => each.state === 'claimed');
    await cancelOpen(tx, ports, starting, open);
    const requests = starting.map((each) => requestOf(snapshot, each));
    const runs = requests.length > 0 ? await ports.startRuns(tx, requests) : [];
    const named = starting.map(({ workflow, at }, index) => ({ workflow, at, run_id: runs[index]?.run_id ?? '' }));
    await nameRuns(tx, named);
    for (const { workflow, run_id } of named) open.set(workflow, [...(open.get(workflow) ?? []), run_id]);
    started.push(...named);
  }
  return { started, skipped };
}

function candidateOf(line: Line, turn: number, open: ReadonlyMap<string, string[]>): Candidate[] {
  const slot = line.slots[turn];
  if (!slot) return [];
  const schedule = line.workflow.spec.schedule;
  const before = open.get(line.workflow.name) ?? [];
  const catchingUpAll = schedule?.catch_up === 'all' && line.slots[0]?.trigger === 'catch_up';
  const rule = overlapRule(schedule?.overlap ?? 'skip', { others: before.length > 0, catchingUpAll });
  const entry = { line, workflow: line.workflow.name, at: slot.at, trigger: slot.trigger, cancel: rule === 'cancel' };
  return rule === 'skip'
    ? [{ ...entry, state: 'skipped', reason: 'overlap', blockedBy: null }]
    : [{ ...entry, state: 'claimed', reason: null, blockedBy: before.at(-1) ?? null }];
}

/** Asks the previous runs to stop; the new one waits only for what is still open after that. */
async function cancelOpen(
  tx: Tx,
  ports: StartContext['ports'],
  starting: readonly Candidate[],
  open: Map<string, string[]>,
): Promise<void> {
  const cancelling = starting.filter((each) => each.cancel);
  const ids = cancelling.flatMap((each) => open.get(each.workflow) ?? []);
  if (ids.length === 0) return;
  await ports.cancelRuns(tx, ids, 'the next scheduled run takes its place (overlap: cancel_previous)');
  const left = await openRuns(
    tx,
    cancelling.map((each) => each.workflow),
  );
  for (const each of cancelling) {
    const still = left.get(each.workflow) ?? [];
    open.set(each.workflow, still);
    each.blockedBy = still.at(-1) ?? null;
  }
}

const requestOf = (snapshot: Snapshot, { workflow, at, trigger, blockedBy }: Candidate) => ({
  snapshot,
  workflow,
  trigger: { kind: trigger, by: 'service' },
  via: 'schedule' as const,
  scheduledFor: at,
  blockedBy,
});

/**
 * The runs of these workflows that have not ended, oldest first; a parked one counts, one whose review waits has ended.
 * Locked against ending until we commit, so that no run waits for one that ended a moment before.
 */
export async function openRuns(tx: Tx, workflows: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; workflow: string }>`
    select id, workflow from runs
    where state <> 'ended' and workflow = any(${workflows}::text[]) and trigger_kind not in ('drill', 'shadow')
    order by queued_at, scheduled_for nulls first, id for share`.execute(tx);
  const open = new Map<string, string[]>();
  for (const { id, workflow } of rows) open.set(workflow, [...(open.get(workflow) ?? []), id]);
  return open;
}
