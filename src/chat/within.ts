import type { Clock } from '../clock.ts';

/** Why nobody waits any more. One for all, since an abort without a reason makes an error with a stack each time. */
const OVER = new Error('it is over');

/** What the work comes to, or `late` where that takes longer than `ms`; then whoever waits must not count on it any more. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | 'late'> {
  const over = new AbortController();
  const late = clock.wait(ms, over.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  // What fails after that is nobody's business here, and must not end the process.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort(OVER);
  }
}
