import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptErrorClass, Limits } from '../runners/types.ts';
import { diskUse } from './disk.ts';
import { deletedBytes, memoryOf } from './memory.ts';
import { type Proc, processTable, treeOf } from './processes.ts';
import type { Room } from './room.ts';
import { bytesInWords, countInWords } from './sizes.ts';

/** A limit that was broken: files and bytes are `OutputRefused`, memory and processes `FenceBroken`. */
export interface Broken {
  errorClass: AttemptErrorClass;
  message: string;
}

export interface Watch {
  /** Every process seen so far, by pid and start: in a fence without its own process namespace, some leave the tree. */
  seen: Map<string, Proc>;
  /** Keys of the fence's own processes, which do not count as the skill's. */
  own: Set<string>;
  /** Pid of the bridge to the proxy, which has a process for each connection; null where there is none. */
  bridge: number | null;
}

/** A process for ever, in a map. */
export const keyOf = (proc: Proc): string => `${proc.pid}/${proc.start}`;

const PROCESS_LOOK_MS = 100;
const DISK_LOOK_MS = 250;
/** Scratch files that are no outputs may be this many times more. */
const TEMPORARY_FILES = 10;

/** Looks at the processes below `root` until one limit is broken, or until `signal` is aborted (then null). */
export async function watchProcesses(root: number, limits: Limits, watch: Watch, signal: AbortSignal) {
  while (!signal.aborted) {
    // First the rest: when this begins, the skill has not had a moment to do anything yet.
    await sleep(PROCESS_LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const table = processTable();
    const tree = treeOf(table, root);
    for (const proc of tree) watch.seen.set(keyOf(proc), proc);
    const bridge = watch.bridge === null ? [] : treeOf(table, watch.bridge);
    const own = new Set([...watch.own, ...bridge.map(keyOf)]);
    const broken = judgeProcesses(
      tree.filter((proc) => !own.has(keyOf(proc))),
      limits,
    );
    if (broken) return broken;
  }
  return null;
}

/** Looks at what the process writes until one limit is broken, or until `signal` is aborted (then null). */
export async function watchDisk(root: number, room: Room, limits: Limits, signal: AbortSignal): Promise<Broken | null> {
  let pause = DISK_LOOK_MS;
  while (!signal.aborted) {
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const began = performance.now();
    const broken = await judgeDisk(root, room, limits);
    if (broken) return broken;
    // A folder that is slow to count is counted less often, so that watching stays cheap beside the work.
    pause = Math.max(DISK_LOOK_MS, 10 * (performance.now() - began));
  }
  return null;
}

function judgeProcesses(tree: Proc[], limits: Limits): Broken | null {
  if (tree.length > limits.processes) {
    const message = `had ${countInWords(tree.length)} processes at once; its limit is ${countInWords(limits.processes)} (limits.processes).`;
    return { errorClass: 'FenceBroken', message: `The skill ${message}` };
  }
  const memory = memoryOf(tree, limits.memory_bytes);
  if (memory <= limits.memory_bytes) return null;
  const message = `The skill used ${bytesInWords(memory)} of memory; its limit is ${bytesInWords(limits.memory_bytes)} (limits.memory_bytes).`;
  return { errorClass: 'FenceBroken', message };
}

/** One look at what lies in the room and at deleted files that processes below `root` hold. */
export async function judgeDisk(root: number, room: Room, limits: Limits): Promise<Broken | null> {
  const out = await diskUse([room.out], limits);
  const left = outputBroken(out, limits);
  if (left) return left;
  const temporary = await diskUse(room.temporary, { files: limits.files * TEMPORARY_FILES, bytes: limits.bytes });
  const bytes = temporary.bytes + deletedBytes(treeOf(processTable(), root));
  if (bytes > limits.bytes) {
    return refuse(
      `wrote ${bytesInWords(bytes)} of temporary files; its limit is ${bytesInWords(limits.bytes)} (limits.bytes).`,
    );
  }
  if (Math.max(temporary.files, temporary.folders) > limits.files * TEMPORARY_FILES) {
    return refuse(
      `made more than ${countInWords(limits.files * TEMPORARY_FILES)} temporary files (ten times limits.files).`,
    );
  }
  return temporary.closed ? refuse('closed one of its folders against being looked into.') : null;
}

/** The sentence for outputs over their limits, or null. */
export function outputBroken(out: { files: number; folders: number; bytes: number; closed: boolean }, limits: Limits) {
  if (out.files > limits.files) return refuse(`left more than ${countInWords(limits.files)} files (limits.files).`);
  if (out.folders > limits.files) return refuse(`left more than ${countInWords(limits.files)} folders (limits.files).`);
  if (out.bytes > limits.bytes) {
    return refuse(
      `wrote ${bytesInWords(out.bytes)} of output; its limit is ${bytesInWords(limits.bytes)} (limits.bytes).`,
    );
  }
  return out.closed ? refuse('left a folder that cannot be looked into, or one nested too deep.') : null;
}

const refuse = (message: string): Broken => ({ errorClass: 'OutputRefused', message: `The skill ${message}` });
