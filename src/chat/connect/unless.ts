/**
 * What the promise comes to, or null as soon as the signal is aborted; a later failure of it is nobody's business then.
 * Without a signal it is waited for.
 */
export async function unless<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T | null> {
  if (signal === undefined) return promise;
  promise.catch(() => undefined);
  if (signal.aborted) return null;
  const over = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    over.abort();
  }
}
