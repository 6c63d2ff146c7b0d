import { CoworkError } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Snapshot } from '../workflows/home.ts';
import { type Claimed, claimDue } from './slots-claim.ts';
import { MISSED_AFTER_MS } from './slots-plan.ts';
import { type ClockPorts, FENCE_ALERT } from './slots-ports.ts';
import type { TickMemory, TickReport } from './tick.ts';

// Large enough that a thousand schedules of one minute are a few transactions, small enough that three clocks share them.
const BATCH = 200;

/**
 * Claims everything that is due, batch by batch. Where a batch fails, its schedules are tried one by one, so that one
 * broken workflow stops no other; one that still cannot start five minutes after its slot is let go as missed.
 */
export async function claimAll(
  ground: Ground,
  ports: ClockPorts,
  now: Date,
  memory: TickMemory,
  report: TickReport,
): Promise<void> {
  const snapshot = await ground.homes.active();
  const except = new Set<string>();
  for (let full = true; full; ) {
    const request = { snapshot, now, limit: BATCH, except: [...except] };
    try {
      const claimed = await claimDue(ground, ports, request);
      for (const name of claimed.stale) except.add(name);
      await count(ground, ports, claimed, memory, report);
      full = claimed.workflows.length + claimed.stale.length === BATCH;
    } catch (error) {
      ground.log.warn({ err: error }, 'a batch of slots could not be claimed; trying its schedules one by one');
      const names = await dueNames(ground, now, except);
      for (const name of names) {
        except.add(name);
        const claimed = await claimOne(ground, ports, snapshot, now, name, report);
        if (claimed) await count(ground, ports, claimed, memory, report);
      }
      full = names.length === BATCH;
    }
  }
}

async function dueNames(ground: Ground, now: Date, except: ReadonlySet<string>): Promise<string[]> {
  let query = ground.db.selectFrom('schedules').select('workflow').where('next_at', '<=', now);
  if (except.size > 0) query = query.where('workflow', 'not in', [...except]);
  const rows = await query.orderBy('next_at').orderBy('workflow').limit(BATCH).execute();
  return rows.map((row) => row.workflow);
}

async function claimOne(
  ground: Ground,
  ports: ClockPorts,
  snapshot: Snapshot,
  now: Date,
  name: string,
  report: TickReport,
): Promise<Claimed | undefined> {
  const request = { snapshot, now, limit: 1, only: name };
  try {
    return await claimDue(ground, ports, request);
  } catch (error) {
    report.failures.push({ part: `slot of ${name}`, error });
    ground.log.error({ workflow: name, err: error }, 'a due slot could not be started');
    const row = await ground.db
      .selectFrom('schedules')
      .select('next_at')
      .where('workflow', '=', name)
      .executeTakeFirst();
    if (!row?.next_at || now.getTime() - row.next_at.getTime() <= MISSED_AFTER_MS) return undefined;
    const why = error instanceof CoworkError ? error.message : 'an internal error; the log of the clock has it';
    return claimDue(ground, ports, { ...request, giveUp: `it could not be started: ${why}` });
  }
}

async function count(
  ground: Ground,
  ports: ClockPorts,
  claimed: Claimed,
  memory: TickMemory,
  report: TickReport,
): Promise<void> {
  report.started += claimed.started.length;
  report.skipped += claimed.skipped.length;
  report.missed += claimed.missed.length;
  if (claimed.skipped.some((entry) => entry.reason === 'fence')) memory.fenced = true;
  const [first] = claimed.started;
  if (!first || memory.fenced === false) return;
  // Also at the first start of this process: what was missing is usually installed before a restart.
  await ground.db.transaction().execute((tx) => ports.recoverAlerts(tx, [FENCE_ALERT], { run_id: first.run_id }));
  memory.fenced = false;
}
