import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Proc {
  pid: number;
  parent: number;
  group: number;
  /** When it began, comparable only on this boot; with the pid it names a process for ever. */
  start: string;
  zombie: boolean;
}

export type ProcessTable = Map<number, Proc>;

/** All processes of this machine as the product sees them: `/proc` on Linux, `ps` elsewhere. */
export function processTable(): ProcessTable {
  const table: ProcessTable = new Map();
  for (const proc of process.platform === 'linux' ? fromProc() : fromPs()) table.set(proc.pid, proc);
  return table;
}

/** One process as it is now, or undefined when there is none of that id. */
export function processOf(pid: number): Proc | undefined {
  return process.platform === 'linux' ? oneFromProc(String(pid)) : processTable().get(pid);
}

/** The same process as `proc`, still there and not a zombie. */
export function alive(proc: Proc): boolean {
  const now = processOf(proc.pid);
  return now !== undefined && now.start === proc.start && !now.zombie;
}

/** `root` and everything that descends from it, without zombies. */
export function treeOf(table: ProcessTable, root: number): Proc[] {
  const children = new Map<number, Proc[]>();
  for (const proc of table.values()) {
    const siblings = children.get(proc.parent);
    if (siblings) siblings.push(proc);
    else children.set(proc.parent, [proc]);
  }
  const found: Proc[] = [];
  const first = table.get(root);
  const queue = first ? [first] : [];
  for (let proc = queue.pop(); proc; proc = queue.pop()) {
    if (!proc.zombie) found.push(proc);
    queue.push(...(children.get(proc.pid) ?? []));
  }
  return found;
}

/** The environment of a process as `NAME=value` words; empty where we may not read it. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Numeric user id a process runs as, or undefined when it is gone. */
export function userOf(pid: number): number | undefined {
  const line = readText(`/proc/${pid}/status`)?.match(/^Uid:\s+\d+\s+(\d+)/m);
  return line ? Number(line[1]) : undefined;
}

/** Whether a process has this open, as /proc names it: `socket:[4711]`. */
export const holds = (pid: number, open: string): boolean => openOf(pid).includes(open);

/** What stands behind a descriptor of ours, as /proc names it; null where that cannot be told. */
export const nameOf = (fd: number): string | null => linkOf(`/proc/self/fd/${fd}`);

function openOf(pid: number): (string | null)[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/**
 * This machine, boot and process namespace: a process id and start time mean the same process only while this is the
 * same. A container that came back under its old name has another namespace.
 */
export function thisHost(): string {
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim().slice(0, 8) ?? 'no-boot-id';
  // Not Linux: name and start time have to do.
  const namespace = linkOf('/proc/self/ns/pid')?.replace(/\D/g, '') ?? '0';
  return `${hostname()}/${boot}/${namespace}`;
}

function* fromProc(): Generator<Proc> {
  for (const entry of readdirSync('/proc')) {
    if (entry.charCodeAt(0) > 57) continue;
    const proc = oneFromProc(entry);
    if (proc) yield proc;
  }
}

function oneFromProc(pid: string): Proc | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (!text) return undefined;
  // The name in parentheses may hold anything, also `) `: the last one ends it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const dead = fields[0] === 'Z' || fields[0] === 'X';
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    start: fields[19] ?? '',
    // A process whose first thread has ended looks like one, while its other threads go on.
    zombie: dead && Number(fields[17]) <= 1,
  };
}

function* fromPs(): Generator<Proc> {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,state=,lstart='], { encoding: 'utf8' });
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match) continue;
    const [, pid, parent, group, state = '', start = ''] = match;
    yield { pid: Number(pid), parent: Number(parent), group: Number(group), start, zombie: state.startsWith('Z') };
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
