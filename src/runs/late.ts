import { sql } from 'kysely';
import { audit } from '../store/audit.ts';
import type { Db } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';
import { type ClockPorts, lateAlertKey } from './slots-ports.ts';

type LateRun = Pick<
  RunRow,
  'id' | 'workflow' | 'severity' | 'deadline_at' | 'state' | 'status' | 'route' | 'review_id'
>;

/** A run that may still become late; the index `runs_deadline`. */
export const UNDELIVERED = sql`deadline_at is not null and late_noted_at is null and promoted_to is null`;

/**
 * Finds runs whose deadline has passed without a promotion, theirs or that of another run of the same slot (a rerun);
 * marks each once, writes `run.late`, and raises one alert per workflow. A cancelled run is marked without an alert: who
 * cancelled it knows. Returns how many were late.
 */
export async function noteLate(db: Db, ports: Pick<ClockPorts, 'raiseAlert'>, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<LateRun & { covered: boolean }>`
      update runs set late_noted_at = ${now} where id in (
        select id from runs where ${UNDELIVERED} and deadline_at <= ${now}
        order by deadline_at limit 1000 for update skip locked)
      returning id, workflow, severity, deadline_at, state, status, route, review_id, exists (
        select 1 from runs as other where other.workflow = runs.workflow and other.scheduled_for = runs.scheduled_for
          and other.promoted_to is not null) as covered`.execute(tx);
    const late = rows.filter((row) => !row.covered);
    await audit(
      tx,
      ...late.map((run) => ({
        at: now,
        act: 'run.late' as const,
        actor: 'service',
        via: 'schedule' as const,
        workflow: run.workflow,
        run_id: run.id,
        data: { deadline_at: run.deadline_at, state: run.state, status: run.status },
      })),
    );
    const groups = Map.groupBy(
      late.filter((run) => run.status !== 'CANCELLED'),
      (run) => run.workflow,
    );
    for (const [workflow, runs] of groups) {
      const last = runs.sort((a, b) => (a.deadline_at?.getTime() ?? 0) - (b.deadline_at?.getTime() ?? 0)).at(-1);
      if (last) await raiseLate(tx, ports, workflow, last);
    }
    return late.length;
  });
}

const raiseLate = (
  tx: Parameters<ClockPorts['raiseAlert']>[0],
  ports: Pick<ClockPorts, 'raiseAlert'>,
  workflow: string,
  run: LateRun,
): Promise<number> =>
  ports.raiseAlert(tx, {
    kind: 'LATE',
    key: lateAlertKey(workflow),
    severity: run.severity,
    workflow,
    run_id: run.id,
    review_id: run.review_id,
    error_class: 'Late',
    error_message: `not delivered in time: ${standing(run)}`,
  });

const standing = (run: LateRun): string => {
  if (run.state !== 'ended') return `the run is ${run.state}`;
  if (run.route === 'review' && run.review_id) return `review R-${run.review_id} is not approved`;
  return run.status === 'SUCCESS' || run.status === 'PARTIAL' ? 'promotion is not done' : `the run is ${run.status}`;
};
