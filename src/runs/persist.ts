import { systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';

// SQLSTATE classes and codes of a server that is away, restarting or full, and of transactions that lost a race.
const PASSING = /^(08...|57P0[1-5]|57014|53...|40001|40P01|55P03|25P03)$/;
const AWAY = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH'];
const SENTENCES = /Connection terminated|connection error and is not queryable|trying to connect|server closed the/i;

/** Is this the database being away or busy for a while, rather than something wrong with what was asked of it? */
export const isDatabaseAway = (error: unknown): boolean => {
  const code = systemCode(error);
  if (code !== undefined && (PASSING.test(code) || AWAY.includes(code))) return true;
  // A socket file that is gone: the same word as a missing file, told apart by the call.
  if (error instanceof Error && 'syscall' in error && error.syscall === 'connect') return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  return error instanceof Error && SENTENCES.test(error.message);
};

// 0.2, 0.4, … 5, 5, … seconds: about five minutes, so that a server that restarts or moves fails no run.
const WAITS = [200, 400, 800, 1600, 3200, ...Array.from({ length: 60 }, () => 5000)];

/**
 * Runs `write` again while the database is away. A commit whose answer was lost may have happened: `write` must notice
 * its own earlier success (compare-and-set, unique keys).
 */
export async function persistently<T>(ground: Pick<Ground, 'clock' | 'log'>, write: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      ground.log.warn({ err: error }, 'The database does not answer; the run waits for it.');
      await ground.clock.wait(wait);
    }
  }
  return write();
}
