import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { LogFile } from '../log-file.ts';
import type { Limits, StartedProcess } from '../runners/types.ts';
import { endAll, type Marker, signalEach, signalGroup } from './end.ts';
import { FenceError } from './fence-error.ts';
import { onlyThese } from './inherited.ts';
import { READY } from './launcher.ts';
import type { Layers } from './layers.ts';
import { outputPipe } from './output-pipe.ts';
import { type Proc, processOf, processTable, thisHost, treeOf } from './processes.ts';
import type { Room } from './room.ts';
import { type Broken, judgeDisk, keyOf, type Watch, watchDisk, watchProcesses } from './watch.ts';

/** A command ready to be started: everything around the skill is in `argv`. */
export interface FencedCommand {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  /** System call filter for file descriptor 3. */
  filter: Buffer | null;
  layers: Layers;
  room: Room;
  marker: Marker;
  limits: Limits;
  timeoutMs: number;
  signal: AbortSignal;
  log: LogFile;
  /** Whether a bridge to the proxy runs beside the skill. */
  bridged: boolean;
  onStart(started: StartedProcess): Promise<void>;
}

/** How a fenced command ended. All its processes are gone by then. */
export interface Ended {
  how: 'exited' | 'timed_out' | 'cancelled' | 'limit';
  /** null when it was killed by us or by a signal. */
  exitCode: number | null;
  /** Name of the signal that ended it, where it was not ours. */
  signal: NodeJS.Signals | null;
  broken: Broken | null;
}

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 2000;
const SETUP_MS = 30_000;
/** For the rest of what the skill said, after its last process. */
const LAST_WORDS_MS = 5000;

/**
 * Starts the command, records it, lets it run under its limits and ends every process of it.
 *
 * @throws FenceError FenceBroken when the fence could not be set up or left processes that cannot be ended; Interrupted
 *   when the start could not be recorded
 */
export async function runFenced(command: FencedCommand): Promise<Ended> {
  const started = await start(command);
  const { child } = started;
  const exit = exitOf(child);
  const watch: Watch = { seen: new Map(), own: new Set(), bridge: null };
  const pumped = pump(started.output, command.log);
  try {
    await ready(child, exit);
    const leader = noteOwn(child, command, watch);
    await record(command, leader);
    if (command.signal.aborted) return { how: 'cancelled', exitCode: null, signal: null, broken: null };
    child.stdin?.end('go\n');
    return await untilEnd(child, exit, command, watch);
  } finally {
    await finish(started, command, watch, pumped);
  }
}

interface Started {
  child: ChildProcess;
  output: Readable;
  name: string | null;
}

async function start(command: FencedCommand): Promise<Started> {
  const [program = '', ...args] = command.argv;
  const { read: output, write, name } = await outputPipe(command.room.work);
  try {
    await using filter = await filterOf(command);
    await using empty = await open('/dev/null', 'r');
    const stdio = onlyThese(['pipe', write, 'pipe', ...(filter ? [filter.fd] : [])], empty.fd) as StdioOptions;
    const child = spawn(program, args, { env: command.env, cwd: command.cwd, detached: true, stdio });
    // It may be gone before it reads our line.
    child.stdin?.on('error', () => undefined);
    await once(child, 'spawn');
    return { child, output, name };
  } catch (error) {
    output.destroy();
    throw new FenceError('FenceBroken', `The fence could not be started: ${messageOf(error)}.`);
  } finally {
    closeSync(write);
  }
}

async function filterOf({ filter, room }: FencedCommand): Promise<FileHandle | null> {
  if (!filter) return null;
  const file = join(room.work, 'filter');
  await writeFile(file, filter);
  return open(file, 'r');
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));

/** Waits for the launcher's word; what came instead is the fence's own complaint. */
async function ready(child: ChildProcess, exit: Promise<Exit>): Promise<void> {
  let said = '';
  const word = new Promise<'ready'>((done) => {
    child.stderr?.on('data', (piece: Buffer) => {
      // Nothing but the fence speaks here before the skill runs; afterwards it is only kept from filling up.
      if (said.length < 4096) said += piece.toString('utf8');
      if (said.endsWith(READY)) done('ready');
    });
  });
  const late = new AbortController();
  const first = await Promise.race([word, exit, sleep(SETUP_MS, 'late' as const, { signal: late.signal, ref: false })]);
  late.abort();
  if (first === 'ready') return;
  const words = said.trim() || (first === 'late' ? 'it was not ready in time' : 'it ended without a word');
  throw new FenceError('FenceBroken', `The fence could not be set up: ${words.slice(0, 500)}`);
}

/** Notes the processes that are there before the skill, so that they are not counted as its own. */
function noteOwn(child: ChildProcess, command: FencedCommand, watch: Watch): Proc {
  const pid = child.pid ?? 0;
  const leader = processOf(pid);
  if (!leader) throw new FenceError('FenceBroken', 'The fence ended before the skill began.');
  const tree = treeOf(processTable(), pid);
  for (const proc of tree) watch.seen.set(keyOf(proc), proc);
  const below = (proc: Proc | undefined) => tree.find((one) => one.parent === proc?.pid);
  // Bubblewrap itself, the first process of its namespace, and then the launcher, which becomes the skill.
  const first = command.layers.bubblewrap ? below(leader) : undefined;
  const launcher = first ? below(first) : leader;
  if (first) watch.own = new Set([keyOf(leader), keyOf(first)]);
  watch.bridge = command.bridged ? (below(launcher)?.pid ?? null) : null;
  return leader;
}

async function record(command: FencedCommand, leader: Proc): Promise<void> {
  try {
    await command.onStart({
      host: thisHost(),
      processGroup: leader.pid,
      processStart: leader.start,
      fence: command.layers.words,
    });
  } catch (error) {
    throw new FenceError('Interrupted', `The start of the step could not be recorded: ${messageOf(error)}`);
  }
}

async function untilEnd(
  child: ChildProcess,
  exit: Promise<Exit>,
  command: FencedCommand,
  watch: Watch,
): Promise<Ended> {
  const pid = child.pid ?? 0;
  const over = new AbortController();
  const { signal } = over;
  const broken = (found: Broken | null) => found ?? never();
  const ended = (limit: Broken): Ended => ({ how: 'limit', exitCode: null, signal: null, broken: limit });
  try {
    const first = await Promise.race([
      exit,
      sleep(Math.min(command.timeoutMs, 2 ** 31 - 1), 'timed_out' as const, { signal }).catch(() => never()),
      aborted(command.signal, signal),
      watchProcesses(pid, command.limits, watch, signal).then(broken),
      watchDisk(pid, command.room, command.limits, signal).then(broken),
    ]);
    if (typeof first === 'string') {
      await askToEnd(child, exit, command, watch);
      return { how: first, exitCode: null, signal: null, broken: null };
    }
    if ('errorClass' in first) return ended(first);
    // The kernel stops a file that is far over the limit sooner than we look; the skill then fails of it by itself.
    const limit = first.code === 0 ? null : await judgeDisk(pid, command.room, command.limits);
    if (limit) return ended(limit);
    return { how: 'exited', exitCode: first.code, signal: first.signal, broken: null };
  } finally {
    over.abort();
  }
}

const never = () => new Promise<never>(() => undefined);

function aborted(cancel: AbortSignal, over: AbortSignal): Promise<'cancelled'> {
  return new Promise((done) => {
    if (cancel.aborted) return done('cancelled');
    cancel.addEventListener('abort', () => done('cancelled'), { once: true, signal: over });
  });
}

/** SIGTERM to the skill's processes, so that it may tidy up, and a short time to do so. */
async function askToEnd(child: ChildProcess, exit: Promise<Exit>, command: FencedCommand, watch: Watch): Promise<void> {
  const tree = treeOf(processTable(), child.pid ?? 0);
  for (const proc of tree) watch.seen.set(keyOf(proc), proc);
  if (command.layers.bubblewrap) {
    // Bubblewrap would die at once and take everything with it.
    signalEach(
      tree.filter((proc) => !watch.own.has(keyOf(proc))),
      'SIGTERM',
    );
  } else {
    signalGroup(child.pid ?? 0, 'SIGTERM');
    signalEach(
      tree.filter((proc) => proc.group !== child.pid),
      'SIGTERM',
    );
  }
  const late = new AbortController();
  await Promise.race([exit, sleep(GRACE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
}

async function finish(started: Started, command: FencedCommand, watch: Watch, pumped: Promise<string | null>) {
  const { layers } = command;
  const { child, output, name } = started;
  const ended = await endAll({
    group: child.pid ?? 0,
    seen: watch.seen.values(),
    // A process namespace of its own needs no search: nothing leaves it.
    marker: layers.bubblewrap ? null : command.marker,
    freshUsers: !layers.bubblewrap && layers.userIsFresh && layers.user !== null ? [layers.user] : [],
    output: layers.bubblewrap ? null : name,
  });
  const late = new AbortController();
  const silence = sleep(ended ? LAST_WORDS_MS : 0, 'never' as const, { signal: late.signal }).catch(() => null);
  const failure = await Promise.race([pumped, silence]);
  late.abort();
  for (const stream of [child.stdin, child.stderr, output]) stream?.destroy();
  // Whoever still holds the output is a process of the skill that nothing else tells.
  if (!ended || failure === 'never')
    throw new FenceError('FenceBroken', 'The skill left processes that could not be ended.');
  if (failure !== null) throw new FenceError('Interrupted', `The log of the step could not be written: ${failure}.`);
}

/** Reads all the skill says, also when the log can take no more: a full pipe would hold the skill up. */
async function pump(from: Readable, log: LogFile): Promise<string | null> {
  let failure: string | null = null;
  try {
    for await (const piece of from) {
      if (failure !== null) continue;
      await log.write(piece as Buffer).catch((error) => {
        failure = messageOf(error);
      });
    }
  } catch {
    // Given up, because somebody held it open for ever.
  }
  return failure;
}
