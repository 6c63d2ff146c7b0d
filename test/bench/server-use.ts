import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#src/store/db.ts';

// Linux counts processor time in hundredths of a second, whatever the kernel's own beat.
const TICK_MS = 10;

/** Id of the server's first process, as it wrote it into its data folder. */
export async function serverPid(db: Db): Promise<number> {
  const { rows } = await sql<{ data_directory: string }>`show data_directory`.execute(db);
  return Number.parseInt(readFileSync(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8'), 10);
}

/** Processor time of the server so far, in milliseconds: all its processes, those that have ended too. Linux only. */
export function serverCpuMs(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    // After the name in brackets: state, parent, …; the times are the 12th to 15th.
    if (Number(name) === pid) ticks += sum(fields.slice(11, 15));
    else if (Number(fields[1]) === pid) ticks += sum(fields.slice(11, 13));
  }
  return ticks * TICK_MS;
}

function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // Ended in between; its parent has counted it.
    return [];
  }
}

const sum = (fields: string[]): number => fields.reduce((total, field) => total + Number(field), 0);
