import { sql } from 'kysely';
import { DateTime } from 'luxon';
import { audit } from '../store/audit.ts';
import type { Db } from '../store/db.ts';
import type { Severity } from '../values/scalars.ts';
import { MISSED_AFTER_MS } from './slots-plan.ts';
import { type ClockPorts, missedAlertKey } from './slots-ports.ts';

/** The state of a run that has a slot, is free to start and has not been noted as missed; the index `runs_unstarted`. */
export const UNSTARTED = sql`state = 'queued' and scheduled_for is not null and blocked_by is null and missed_noted_at is null`;

interface Unstarted {
  id: string;
  workflow: string;
  severity: Severity;
  scheduled_for: Date;
  /** Of the schedule, while there is one. */
  timezone: string | null;
}

/**
 * Finds runs that a slot queued and no worker has started five minutes later, marks each once and raises one alert per
 * workflow. A run that waited for another (overlap: queue) counts its five minutes from that one's end. Returns how many.
 */
export async function noteUnstarted(db: Db, ports: Pick<ClockPorts, 'raiseAlert'>, now: Date): Promise<number> {
  const limit = new Date(now.getTime() - MISSED_AFTER_MS);
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<Unstarted>`
      update runs set missed_noted_at = ${now} where id in (
        select id from runs as late
        where ${UNSTARTED} and started_at is null and scheduled_for < ${limit} and queued_at < ${limit}
          and not exists (select 1 from runs as other where other.workflow = late.workflow and other.ended_at >= ${limit}
            and other.queued_at >= ${new Date(now.getTime() - 8 * 86_400_000)})
        order by scheduled_for limit 1000 for update skip locked)
      returning id, workflow, severity, scheduled_for,
        (select timezone from schedules where schedules.workflow = runs.workflow) as timezone`.execute(tx);
    const groups = Map.groupBy(rows, (row) => row.workflow);
    for (const [workflow, runs] of groups) {
      const last = runs.sort((a, b) => a.scheduled_for.getTime() - b.scheduled_for.getTime()).at(-1);
      if (!last) continue;
      const data = { reason: 'no worker started it', count: runs.length, scheduled_for: last.scheduled_for };
      const act = 'slot.missed' as const;
      await audit(tx, { at: now, act, actor: 'service', via: 'schedule', workflow, run_id: last.id, data });
      const zone = last.timezone ?? 'UTC';
      const slot = `${DateTime.fromJSDate(last.scheduled_for, { zone }).toFormat('yyyy-MM-dd HH:mm')} (${zone})`;
      await ports.raiseAlert(tx, {
        kind: 'MISSED',
        key: missedAlertKey(workflow),
        severity: last.severity,
        workflow,
        run_id: last.id,
        error_class: 'Missed',
        error_message: `due at ${slot}, still queued five minutes later: no worker took it. Look whether a worker runs.`,
      });
    }
    return rows.length;
  });
}
