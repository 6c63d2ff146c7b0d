import type { Clock } from '../clock.ts';

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
    over.abort();
  }
}
