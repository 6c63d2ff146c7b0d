import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLog } from '../log-file.ts';
import type { Limits, StartedProcess } from '../runners/types.ts';
import { verifyFolder } from '../verify-folder.ts';
import { bubblewrapCommand } from './bubblewrap.ts';
import type { Marker } from './end.ts';
import { environment } from './environment.ts';
import { FenceError } from './fence-error.ts';
import { releaseUser } from './fresh-user.ts';
import { copyGranted } from './grants.ts';
import { launcher } from './launcher.ts';
import { chooseLayers, FENCED_USER, type FenceReport, type Layers } from './layers.ts';
import { permissionWords } from './node-permissions.ts';
import { type HostProxy, openProxy, type Resolve } from './proxy.ts';
import { handOver, makeRoom, type Room, type Shown, show, write } from './room.ts';
import { type Ended, runFenced } from './run.ts';
import { seccompProgram } from './seccomp.ts';
import { resolveWords, startsWithNode } from './words.ts';

/** A command to run in the fence, and what it may see. All host paths are absolute. */
export interface FenceJob {
  /** Private folder: made anew, removed at the end. */
  scratch: string;
  run: string[];
  /**
   * The folder that words of `run` may name files of; shown like the others. With `hash` only if it is still what that
   * says (a pinned copy).
   */
  own: Shown & { hash: string | null };
  shown: Shown[];
  /** Small text files by their place in the room, which lies at `base`. */
  texts(base: string): Record<string, string>;
  /** Variables besides the ones every fenced process has. */
  variables(base: string): Record<string, string>;
  grants: { home: string; globs: string[] } | null;
  secrets: Record<string, string>;
  network: string[];
  /** How names in `network` become addresses; left out: by the system. */
  resolve?: Resolve | undefined;
  hidden: string[];
  limits: Limits;
  timeoutMs: number;
  sandbox: 'required' | 'optional';
  marker: Marker;
  logFile: string;
  signal: AbortSignal;
  onStart(started: StartedProcess): Promise<void>;
}

/** The room after the last process has ended, while it is still there. */
export interface Left {
  ended: Ended;
  room: Room;
  layers: Layers;
  /** Home-relative paths that globs granted. */
  granted: string[];
}

/**
 * Runs a job in the strongest fence the report offers and hands what is left to `after`; then the room is removed.
 *
 * @throws FenceError with the class of the attempt's error, where the job could not be run or ended as it should
 */
export async function runInFence<T>(job: FenceJob, report: FenceReport, after: (left: Left) => Promise<T>): Promise<T> {
  await refuseTampered(job.own);
  const isNode = await startsWithNode(job.run, job.own.host);
  const layers = chooseLayers(report, { network: job.network, isNode, sandbox: job.sandbox });
  if ('refused' in layers) throw new FenceError('FenceBroken', layers.refused);
  try {
    return await runIn(layers, job, report, after);
  } catch (error) {
    if (error instanceof FenceError) error.fence = layers.words;
    throw error;
  } finally {
    if (layers.userIsFresh) releaseUser(layers.user);
  }
}

/** A run promises the bytes it started with: what somebody changed since is not run. */
async function refuseTampered({ host, hash }: FenceJob['own']): Promise<void> {
  const found = hash === null ? null : await verifyFolder(host, hash);
  if (found === null || found.ok) return;
  throw new FenceError(
    'FenceBroken',
    `Nothing was run: ${found.problem}. Restart the product, which pins the folder again from the home, then run again.`,
  );
}

async function runIn<T>(
  layers: Layers,
  job: FenceJob,
  report: FenceReport,
  after: (left: Left) => Promise<T>,
): Promise<T> {
  const room = await makeRoom(job.scratch, layers);
  let proxy: HostProxy | null = null;
  try {
    const granted = await furnish(job, room, layers);
    proxy = layers.network === 'by-name' ? await openProxy(job.network, job.resolve) : null;
    const log = await openLog(job.logFile, job.limits.log_bytes, Object.values(job.secrets));
    try {
      const command = await assemble(job, report, layers, room, proxy);
      const ended = await runFenced({ ...command, layers, room, log });
      return await after({ ended, room, layers, granted });
    } finally {
      await log.close();
    }
  } finally {
    await proxy?.close();
    await room.remove();
  }
}

async function furnish(job: FenceJob, room: Room, layers: Layers): Promise<string[]> {
  for (const shown of [job.own, ...job.shown]) await show(room, layers, shown);
  const target = join(room.folder, 'read');
  const granted = job.grants ? await copyGranted(job.grants.home, job.grants.globs, target, job.limits) : [];
  if (job.grants) await mkdir(target, { recursive: true });
  for (const [at, text] of Object.entries(job.texts(room.base))) await write(room, at, text);
  await handOver(room, layers);
  return granted;
}

async function assemble(job: FenceJob, report: FenceReport, layers: Layers, room: Room, proxy: HostProxy | null) {
  const { tools } = report;
  const words = await resolveWords(job.run, { host: job.own.host, seen: join(room.base, job.own.at) }, room);
  const reads = [room.folder, job.own.host, ...job.shown.map(({ host }) => host)];
  const skill = layers.nodePermissions ? permissionWords(words, reads, [room.out, ...room.temporary]) : words;
  const bwrap = layers.bubblewrap ? tools.bwrap : null;
  const filter = bwrap ? seccompProgram() : null;
  const before = bwrap
    ? bubblewrapCommand({
        bwrap,
        setpriv: layers.user === null ? null : tools.setpriv,
        user: layers.user ?? FENCED_USER,
        room,
        hidden: job.hidden,
        networkOpen: layers.network === 'open',
        proxySocket: proxy?.socket ?? null,
        filter: filter !== null,
      })
    : plainCommand(tools.setpriv, layers.user);
  const { limits, timeoutMs, marker, signal } = job;
  return {
    argv: [...before, ...launcher(limits, layers, tools.socat), ...skill],
    env: environment(room, job.variables(room.base), job.secrets, proxy !== null),
    cwd: bwrap ? '/' : join(room.folder, 'work'),
    filter,
    bridged: proxy !== null,
    ...{ limits, timeoutMs, marker, signal },
    onStart: (started: StartedProcess) => job.onStart(started),
  };
}

/** Without bubblewrap: no new privileges, an end together with ours, and where we are root another user. */
function plainCommand(setpriv: string | null, user: number | null): string[] {
  if (!setpriv) return [];
  const drop =
    user === null
      ? []
      : [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];
  return [setpriv, ...drop, '--no-new-privs', '--pdeathsig', 'KILL', '--'];
}
