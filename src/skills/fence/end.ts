import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { workerOf } from './fresh-user.ts';
import {
  alive,
  environmentOf,
  holds,
  type Proc,
  type ProcessTable,
  processOf,
  processTable,
  thisHost,
  treeOf,
  userOf,
} from './processes.ts';

/** What names an attempt's processes wherever they went: words of their environment. */
export interface Marker {
  runId: string;
  step: string;
  attempt: number;
}

/** Where an attempt's processes may be. */
export interface Hunt {
  /** Process group and id of the first process. */
  group: number;
  /** Processes seen below it. */
  seen: Iterable<Proc>;
  /** null in a process namespace of its own, which nothing leaves. */
  marker: Marker | null;
  /** Users that nobody else runs as. */
  freshUsers: readonly number[];
  /** The attempt's output as /proc names it, which only its processes hold; null where that cannot be told. */
  output: string | null;
}

const ROUNDS = 250;
// What was killed is nearly always gone within a millisecond or two; only what is not gets the longer waits.
const SHORT_ROUND_MS = 2;
const SHORT_ROUNDS = 5;
const ROUND_MS = 20;

/** Sends a signal to processes that are still the ones meant. */
export function signalEach(procs: Iterable<Proc>, signal: NodeJS.Signals): void {
  for (const proc of procs) if (alive(proc)) send(proc.pid, signal);
}

/** Sends a signal to a whole process group; nothing happens when it is gone. */
export const signalGroup = (group: number, signal: NodeJS.Signals): void => send(-group, signal);

/**
 * Kills the group, what was seen below it, what carries the attempt's marker or holds its output, and all processes of
 * its own user, until none is left. @returns false when some could not be ended within about five seconds.
 */
export async function endAll(hunt: Hunt): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = remaining(hunt, processTable());
    if (left.length === 0) return true;
    signalGroup(hunt.group, 'SIGKILL');
    signalEach(left, 'SIGKILL');
    for (const user of hunt.freshUsers) await killUser(user);
    await sleep(round < SHORT_ROUNDS ? SHORT_ROUND_MS : ROUND_MS);
  }
  return false;
}

function remaining(hunt: Hunt, table: ProcessTable): Proc[] {
  const found = new Map<number, Proc>();
  const take = (proc: Proc) => {
    const tree = proc.zombie ? [] : treeOf(table, proc.pid);
    // We hold the other end of the output, and whoever started us may carry any words.
    if (tree.some((below) => below.pid === process.pid)) return;
    for (const below of tree) found.set(below.pid, below);
  };
  for (const proc of hunt.seen) if (table.get(proc.pid)?.start === proc.start) take(proc);
  for (const proc of table.values()) {
    const ours =
      proc.group === hunt.group ||
      (hunt.freshUsers.length > 0 && hunt.freshUsers.includes(userOf(proc.pid) ?? -1)) ||
      (hunt.marker !== null && carries(hunt.marker, proc.pid)) ||
      (hunt.output !== null && holds(proc.pid, hunt.output));
    if (ours) take(proc);
  }
  return [...found.values()];
}

function carries(marker: Marker, pid: number): boolean {
  const words = environmentOf(pid);
  return (
    words.includes(`COWORK_RUN_ID=${marker.runId}`) &&
    words.includes(`COWORK_STEP=${marker.step}`) &&
    words.includes(`COWORK_ATTEMPT=${marker.attempt}`)
  );
}

/** One kill(-1) by that user: nothing can fork away from it in between. */
async function killUser(user: number): Promise<void> {
  const options = { uid: user, gid: user, cwd: '/', env: {} };
  await promisify(execFile)('/bin/sh', ['-c', 'kill -KILL -1'], options).catch(() => undefined);
}

/** A started attempt as it was recorded by `onStart`, for a worker that finds it after the one that started it died. */
export interface Stray extends Marker {
  host: string;
  processGroup: number;
  processStart: string;
}

/**
 * Ends what an attempt of a dead worker left running on this host.
 *
 * @returns `ended` (nothing of it runs any more), `elsewhere` (another host or boot: nothing was done, and whoever is
 * there has to), `stuck` (some process could not be ended)
 */
export async function killStray(stray: Stray): Promise<'ended' | 'elsewhere' | 'stuck'> {
  if (stray.host !== thisHost()) return 'elsewhere';
  const leader = processOf(stray.processGroup);
  const isLeader = leader !== undefined && leader.start === stray.processStart;
  const hunt: Hunt = {
    // A group whose leader is another process by now is none of ours; its number was given out again.
    group: isLeader ? stray.processGroup : NO_GROUP,
    seen: isLeader ? [leader] : [],
    marker: stray,
    freshUsers: isLeader ? [...orphanedUsers(), ...freshUserOf(leader.pid)] : orphanedUsers(),
    output: null,
  };
  return (await endAll(hunt)) ? 'ended' : 'stuck';
}

const NO_GROUP = -1;

/**
 * Ends what attempts of their own users left behind whose worker is gone: such a process may have shed all else that
 * would tell whose it is. Only root can, and only root has such users.
 */
export async function endOrphans(): Promise<void> {
  const freshUsers = orphanedUsers();
  if (freshUsers.length > 0) await endAll({ group: NO_GROUP, seen: [], marker: null, freshUsers, output: null });
}

function orphanedUsers(): number[] {
  const table = processTable();
  const users = new Set([...table.keys()].flatMap(freshUserOf));
  return [...users].filter((user) => !table.has(workerOf(user) ?? process.pid));
}

function freshUserOf(pid: number): number[] {
  const user = userOf(pid);
  return user !== undefined && workerOf(user) !== null ? [user] : [];
}

function send(target: number, signal: NodeJS.Signals): void {
  // kill(-1) would mean every process there is.
  if (target === -1 || target === 0 || target === 1) return;
  try {
    process.kill(target, signal);
  } catch {
    // Gone, or another user's by now.
  }
}
