import { schedule } from 'node-cron';
import { messageOf } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { ClockPorts } from './slots-ports.ts';
import { newTickMemory, tick } from './tick.ts';

/** Work that the clock sets off regularly, such as SLA clocks, polls and sealing. Any clock process may run it. */
export interface PeriodicJob {
  name: string;
  everyMs: number;
  run(now: Date): Promise<unknown>;
}

export interface Ticker {
  /** Stops beating and resolves when the tick and the jobs under way have ended. */
  stop(): Promise<void>;
}

/**
 * The beat of a clock process: once a second (node-cron), never two ticks at once, each followed by the periodic jobs
 * whose time has come. A job runs beside the tick and the others, never twice at once in this process; one that fails is
 * logged once until it is well again, and stops nothing.
 */
export function startTicker(ground: Ground, ports: ClockPorts, jobs: readonly PeriodicJob[] = []): Ticker {
  const memory = newTickMemory();
  const works = [
    watched(ground, 'tick', () => tick(ground, ports, ground.clock.now(), memory)),
    ...jobs.map((job) => periodic(ground, job)),
  ];
  let stopped = false;
  const beat = () => {
    if (!stopped) for (const work of works) work.beat();
  };
  const task = schedule('* * * * * *', beat, { noOverlap: true, suppressMissedWarning: true, logger: quiet });
  beat();
  return {
    async stop() {
      stopped = true;
      await task.destroy();
      await Promise.all(works.map((work) => work.idle()));
    },
  };
}

interface Work {
  beat(): void;
  idle(): Promise<void>;
}

/** One piece of work that is not begun again while it runs, and whose failures are told once each time they begin. */
function watched(ground: Ground, name: string, run: () => Promise<unknown>): Work {
  let under: Promise<void> | undefined;
  let failing = false;
  const once = async () => {
    try {
      await run();
      if (failing) ground.log.info({ job: name }, 'works again');
      failing = false;
    } catch (error) {
      if (!failing) ground.log.error({ job: name, err: error }, `failed, and is tried again: ${messageOf(error)}`);
      failing = true;
    }
  };
  return {
    beat() {
      under ??= once().finally(() => {
        under = undefined;
      });
    },
    idle: async () => under,
  };
}

function periodic(ground: Ground, job: PeriodicJob): Work {
  const work = watched(ground, job.name, () => job.run(ground.clock.now()));
  let last: number | undefined;
  return {
    beat() {
      const now = ground.clock.now().getTime();
      // A clock that went back makes the job due, instead of silent until the old time comes again.
      if (last !== undefined && now >= last && now - last < job.everyMs) return;
      last = now;
      work.beat();
    },
    idle: work.idle,
  };
}

/** node-cron would print to the console; what it would say (a beat came late) is nothing to act on. */
const quiet = { info() {}, warn() {}, debug() {}, error() {} };
