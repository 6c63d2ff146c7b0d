import type { Logger } from '../log.ts';
import { giveBack, type Holder } from './job-holds.ts';
import { isGone } from './process-identity.ts';

/**
 * Gives back every job whose holder is provably dead: a process that noted its end, or one of this host whose pid is
 * free or another's. On an embedded server all processes share one machine, so one of an earlier boot is dead as well.
 * Holders elsewhere are left to the engine's heartbeat. Returns the queues that got work back.
 */
export async function takeBack(
  holder: Holder,
  { log, embedded }: { log: Logger; embedded: boolean },
): Promise<Set<string>> {
  const holds = await holder.db
    .selectFrom('job_holds')
    .innerJoin('processes', 'processes.id', 'job_holds.process_id')
    .select(['job_id', 'queue', 'process_id', 'host', 'pid', 'pid_start', 'stopped_at'])
    .where('process_id', '!=', holder.process)
    .execute();
  const dead = new Map<string, boolean>();
  const queues = new Set<string>();
  for (const hold of holds) {
    const gone = dead.get(hold.process_id) ?? (hold.stopped_at !== null || isGone(hold, embedded));
    dead.set(hold.process_id, gone);
    if (!gone || !(await giveBack(holder, hold))) continue;
    queues.add(hold.queue);
    log.info({ job: hold.job_id, queue: hold.queue, pid: hold.pid }, 'Took back a job of a process that is gone.');
  }
  return queues;
}
