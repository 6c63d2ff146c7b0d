import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../errors.ts';

/** Enough to tell, from another process of the same host, whether this very process still lives. */
export interface ProcessIdentity {
  /** Boot and pid namespace: two processes with equal hosts can look each other up by pid. */
  host: string;
  pid: number;
  /** When the pid began, in the system's own unit; pids are used again, a pair of pid and start is not. */
  pid_start: string;
}

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
};

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Where this process runs. A reboot or a new container is another host: its pids mean nothing here. */
export const hostIdentity = (): string =>
  [hostname(), read('/proc/sys/kernel/random/boot_id'), namespaceOf()].filter(Boolean).join(' ');

/** Start of a process (field 22 of /proc/<pid>/stat; `ps` elsewhere), or null where it is gone or cannot be known. */
export function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`);
    // The command in field 2 may hold spaces and brackets; fields are counted after its last bracket. A zombie is gone.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields && fields[0] !== 'Z' ? (fields[19] ?? null) : null;
  }
  if (process.platform === 'win32') return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

export function thisProcess(): ProcessIdentity {
  return { host: hostIdentity(), pid: process.pid, pid_start: startOf(process.pid) ?? '' };
}

/**
 * True only with proof: same host, and the pid is free or belongs to a later process. `oneMachine` says that all
 * processes share this machine, so that another boot proves it too. Doubt means it may live.
 */
export function isGone({ host, pid, pid_start }: ProcessIdentity, oneMachine = false): boolean {
  const here = hostIdentity();
  if (host !== here) return oneMachine && bootOf(host) !== bootOf(here);
  if (!lives(pid)) return true;
  const start = startOf(pid);
  if (process.platform === 'linux' && start === null) return true;
  return start !== null && pid_start !== '' && start !== pid_start;
}

const bootOf = (host: string): string | undefined => host.split(' ')[1];

/** Whether the pid is in use, by whatever program. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
