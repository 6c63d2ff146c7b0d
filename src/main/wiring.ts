import { drawNotice } from '../../blocks/index.ts';
import type { World } from '../../commands/command.ts';
import { endSilences } from '../alerts/silence.ts';
import type { ChatAdapter } from '../chat/adapter.ts';
import type { OpenChat } from '../chat/connect/service.ts';
import { consoleAdapter } from '../chat/console/adapter.ts';
import type { DeliveryOptions } from '../chat/delivery.ts';
import { pruneDrafts } from '../chat/discord/receive/drafts.ts';
import { pruneInbox } from '../chat/inbox.ts';
import { pruneHomes } from '../chat/slack/home/prune-homes.ts';
import type { Config } from '../config.ts';
import type { Ground } from '../ground.ts';
import { isLoopback } from '../http/exposure.ts';
import { dailyDigest } from '../reports/digest-fact.ts';
import { tickDigests } from '../reports/digest-slots.ts';
import { archive } from '../reviews/archive.ts';
import { tickPromotions } from '../reviews/blocked.ts';
import { briefText } from '../reviews/brief.ts';
import { tickSla } from '../reviews/overdue.ts';
import { pollOpenReviews } from '../reviews/poll.ts';
import { runPorts } from '../reviews/ports.ts';
import { promote } from '../reviews/promote.ts';
import { type RecheckPorts, recheck } from '../reviews/recheck.ts';
import { cancelRuns } from '../runs/cancel.ts';
import { executeRun } from '../runs/execute.ts';
import { checkAgain } from '../runs/judge.ts';
import type { ExecutePorts, PinnedRun } from '../runs/ports.ts';
import type { ClockPorts } from '../runs/slots-ports.ts';
import { startRuns } from '../runs/start.ts';
import type { PeriodicJob } from '../runs/ticker.ts';
import { killStray } from '../skills/fence/end.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import { runCheckCommand } from '../skills/runners/check-command.ts';
import { runCommand } from '../skills/runners/command.ts';
import { makeSealer } from '../store/audit-seal.ts';
import type { JobHandlers } from '../store/jobs-work.ts';
import { pruneOutbox, tellWhatIsOpen } from '../store/outbox.ts';
import { liveProcesses } from '../store/processes.ts';
import type { Signals } from '../store/signals.ts';
import type { OnActivate } from '../workflows/activate.ts';
import { syncSchedules } from '../workflows/schedule-sync.ts';
import { settleJob } from './dead-jobs.ts';
import type { Opened } from './open.ts';

export interface Wiring {
  ground: Ground;
  signals: Signals;
  fence: FenceReport;
  env: Readonly<Record<string, string | undefined>>;
}

/** Rooms above `runs` and the fence below it, as executing a run needs them. */
export const executePorts = ({ ground, signals, fence, env }: Wiring): ExecutePorts => ({
  ...runPorts(ground),
  runAttempt: (request) => runCommand(fence, request),
  runCheckCommand: (command) => runCheckCommand(fence, command),
  killStray,
  env,
  onRunNotice: (run_id, wake) =>
    signals.listen('cowork_runs', (heard) => {
      if (heard === null || heard === run_id) wake();
    }),
});

export const clockPorts = ({ ground, fence }: Wiring): ClockPorts => {
  const { raiseAlert, recoverAlerts } = runPorts(ground);
  return {
    startRuns: (tx, requests) => startRuns(tx, ground, requests),
    cancelRuns: (tx, run_ids, why) => cancelRuns(tx, ground, run_ids, why),
    raiseAlert,
    recoverAlerts,
    mayStartSchedules: (home) =>
      home.team.sandbox === 'optional' || fence.bubblewrap.holds
        ? { ok: true }
        : { ok: false, why: fence.bubblewrap.why ?? 'this host cannot fence skills' },
  };
};

/** What follows a home that comes into force, in its transaction. */
export const onActivate: OnActivate = async (tx, home, now) => {
  await syncSchedules(tx, home, now);
  await tellWhatIsOpen(tx, now);
};

/** What each job kind does. */
export function jobHandlers(wiring: Wiring): JobHandlers {
  const { ground } = wiring;
  const ports = executePorts(wiring);
  const brief = (pinned: PinnedRun, reasons: string[]) => briefText(ground, pinned, reasons);
  return {
    execute: async (data, signal, slot) => {
      await executeRun(ground, ports, data, signal, slot);
      await settleJob(ground, 'execute', data);
    },
    promote: async (data) => {
      await promote(ground, { briefText: brief }, data);
      await settleJob(ground, 'promote', data);
    },
    recheck: async (data, signal) => {
      const again: RecheckPorts['recheck'] = (pinned, folder) => checkAgain(ground, ports, pinned, folder, signal);
      await recheck(ground, { recheck: again, briefText: brief }, data);
      await settleJob(ground, 'recheck', data);
    },
    archive: async (data) => {
      await archive(ground, data);
      await settleJob(ground, 'archive', data);
    },
  };
}

/**
 * Who is told, and how: the console always, a chat where it is switched on. `url` is where people find the console.
 */
export function deliveryOptions(
  { ground, store }: Opened,
  process: string,
  url: string,
  chats: readonly ChatAdapter[],
): DeliveryOptions {
  const at = { console: url.replace(/\/$/, '') };
  return {
    ...{ ground, process, signals: store.signals, oneMachine: store.embedded },
    adapters: [consoleAdapter(ground, store.signals), ...chats],
    draw: (notice) => drawNotice(ground, notice, at),
  };
}

/** What a chat needs to know of this process, whichever it is. */
export const chatOptions = (
  { ground, store }: Opened,
  config: Pick<Config, 'host' | 'port' | 'publicUrl'>,
  { process, world }: Pick<OpenChat, 'process' | 'world'>,
): OpenChat => ({
  ...{ ground, world, process, signals: store.signals, oneMachine: store.embedded },
  console: consoleFromElsewhere(config),
});

/** Where people on other machines open the console; null where only this one can. */
function consoleFromElsewhere({ host, port, publicUrl }: Pick<Config, 'host' | 'port' | 'publicUrl'>): string | null {
  if (publicUrl) return publicUrl.replace(/\/$/, '');
  // "All addresses" is nobody's name.
  if (isLoopback(host) || host === '0.0.0.0' || host === '::') return null;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What commands and buttons of the console are answered from; who works the jobs is asked each time. */
export const worldOf =
  (
    { ground, store }: Opened,
    { works, fence, homeProblems }: { works: boolean; fence: FenceReport; homeProblems: () => string[] },
  ) =>
  async (): Promise<World> => {
    const live = works ? [] : await liveProcesses(ground.db, ground.clock.now(), store.embedded);
    const worker = works || live.some(({ roles }) => roles.includes('worker'));
    return {
      ...ground,
      worker: worker ? 'product' : 'nobody',
      fence: async () => fence,
      homeProblems: async () => homeProblems(),
    };
  };

/** What the clock sets off besides schedules. */
export const periodicJobs = (ground: Ground): PeriodicJob[] => [
  { name: 'review deadlines', everyMs: 5_000, run: (now) => tickSla(ground, now) },
  { name: 'changed outputs', everyMs: 15_000, run: (now) => pollOpenReviews(ground, now) },
  { name: 'blocked promotions', everyMs: 5_000, run: (now) => tickPromotions(ground, now) },
  { name: 'silences that end', everyMs: 5_000, run: (now) => endSilences(ground, now) },
  { name: 'daily digest', everyMs: 5_000, run: (now) => tickDigests(ground, now, dailyDigest) },
  { name: 'sealing the trail', everyMs: 5_000, run: makeSealer(ground.db) },
  { name: 'old notices', everyMs: 600_000, run: (now) => pruneOutbox(ground.db, now) },
  { name: 'old asks', everyMs: 600_000, run: (now) => pruneInbox(ground, now) },
  { name: 'old drafts', everyMs: 60_000, run: () => pruneDrafts(ground) },
  { name: 'old App Homes', everyMs: 600_000, run: (now) => pruneHomes(ground, now) },
];
