import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Proc } from './processes.ts';

/**
 * Bytes of memory these processes use together, pages that only mirror files left out. Forked processes share pages,
 * so the plain sum may say too much: only when it passes `limit` the exact (and slower) proportional figure is taken.
 */
export function memoryOf(tree: Proc[], limit: number): number {
  if (process.platform !== 'linux') return residentByPs(tree);
  let anonymous = 0;
  let shared = 0;
  for (const { pid } of tree) {
    const status = read(`/proc/${pid}/status`);
    anonymous += kilobytes(status, 'RssAnon');
    // Every process that maps a shared segment counts all of it.
    shared = Math.max(shared, kilobytes(status, 'RssShmem'));
  }
  const plain = anonymous + shared;
  return plain <= limit ? plain : Math.min(plain, proportional(tree));
}

function proportional(tree: Proc[]): number {
  let sum = 0;
  for (const { pid } of tree) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    if (!rollup) return Number.POSITIVE_INFINITY;
    sum += kilobytes(rollup, 'Pss_Anon') + kilobytes(rollup, 'Pss_Shmem');
  }
  return sum;
}

/**
 * Bytes in files that these processes hold open after deleting them (and in memory files): no folder shows them, yet
 * they fill the disk.
 */
export function deletedBytes(tree: Proc[]): number {
  if (process.platform !== 'linux') return 0;
  const seen = new Map<string, number>();
  for (const { pid } of tree) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`;
      try {
        if (!readlinkSync(path).endsWith(' (deleted)')) continue;
        const stat = statSync(path);
        if (stat.isFile()) seen.set(`${stat.dev}:${stat.ino}`, stat.blocks * 512);
      } catch {
        // Closed or ended in between.
      }
    }
  }
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function residentByPs(tree: Proc[]): number {
  if (tree.length === 0) return 0;
  try {
    const pids = tree.map((proc) => proc.pid).join(',');
    const text = execFileSync('ps', ['-o', 'rss=', '-p', pids], { encoding: 'utf8' });
    return text.split('\n').reduce((sum, line) => sum + Number(line.trim()) * 1024, 0);
  } catch {
    return 0;
  }
}

const kilobytes = (text: string, key: string): number => {
  const at = text.indexOf(`${key}:`);
  return at < 0 ? 0 : Number.parseInt(text.slice(at + key.length + 1), 10) * 1024;
};

const list = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
