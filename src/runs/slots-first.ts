import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Snapshot } from '../workflows/home.ts';
import { isPaused, openPauses } from './pause-state.ts';
import { raiseFence } from './slots-note.ts';
import type { ClockPorts } from './slots-ports.ts';
import { openRuns } from './slots-start.ts';

/**
 * Runs once each workflow that says `first: on_start` and that the product has not seen before. Such a run has no slot:
 * its `scheduled_for` is null, so nothing it does can collide with a scheduled instant. It waits for the end of a pause
 * and for a fence; where a run of the workflow is open already (and may not overlap), that one counts as the first.
 */
export async function startFirst(
  ground: Ground,
  ports: ClockPorts,
  { snapshot, now, limit, tellFence }: { snapshot: Snapshot; now: Date; limit: number; tellFence: boolean },
): Promise<{ started: { workflow: string; run_id: string }[]; fenced: boolean }> {
  const { home } = snapshot;
  return ground.db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('schedules')
      .select('workflow')
      .where('on_start_done', '=', false)
      .orderBy('workflow')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    const pauses = await openPauses(tx, now);
    const names = rows
      .map((row) => row.workflow)
      .filter((name) => Object.hasOwn(home.workflows, name) && !isPaused(pauses, name, now));
    const fence = ports.mayStartSchedules(home);
    if (names.length === 0) return { started: [], fenced: false };
    if (!fence.ok) {
      if (tellFence) await raiseFence(tx, ports, snapshot, names, fence.why);
      return { started: [], fenced: true };
    }
    const open = await openRuns(tx, names);
    const free = names.filter((name) => !open.has(name));
    const runs =
      free.length > 0
        ? await ports.startRuns(
            tx,
            free.map((workflow) => ({
              snapshot,
              workflow,
              trigger: { kind: 'schedule', by: 'service' },
              via: 'schedule',
              scheduledFor: null,
            })),
          )
        : [];
    await tx.updateTable('schedules').set({ on_start_done: true }).where('workflow', 'in', names).execute();
    const data = { reason: 'overlap', first: 'on_start' };
    const busy = names.filter((name) => open.has(name));
    const act = 'slot.skipped' as const;
    await audit(
      tx,
      ...busy.map((workflow) => ({ at: now, act, actor: 'service', via: 'schedule' as const, workflow, data })),
    );
    return { started: runs.map(({ run_id }, index) => ({ workflow: free[index] ?? '', run_id })), fenced: false };
  });
}
