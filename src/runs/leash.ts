import { type Execution, Stopped } from './execution.ts';

// Where no notice arrives (a lost connection, a listener that is down), a cancel is still seen within a second.
const LOOK_EVERY_MS = 1000;

/**
 * Watches the run's row beside the work and aborts it when a person cancels, another executor takes the run, or the
 * product stops. `release` ends the watch and settles when nothing of it is left.
 */
export function leash(
  held: Pick<Execution, 'ground' | 'ports' | 'run' | 'token'>,
  shutdown: AbortSignal,
): { signal: AbortSignal; release(): Promise<void> } {
  const stop = new AbortController();
  const over = new AbortController();
  const onShutdown = () => stop.abort(new Stopped('shutdown'));
  if (shutdown.aborted) onShutdown();
  else shutdown.addEventListener('abort', onShutdown, { once: true });
  let nap = new AbortController();
  const unlisten = held.ports.onRunNotice?.(held.run.id, () => nap.abort());
  const watch = async () => {
    while (!over.signal.aborted && !stop.signal.aborted) {
      // Made before the look, so that a notice during the look is not slept through.
      nap = new AbortController();
      const why = await lookAt(held);
      if (why) return stop.abort(new Stopped(why));
      const rest = AbortSignal.any([nap.signal, over.signal, stop.signal]);
      try {
        await held.ground.clock.wait(LOOK_EVERY_MS, rest);
      } catch {
        // Woken early.
      }
    }
  };
  const watching = watch();
  return {
    signal: stop.signal,
    async release() {
      over.abort();
      unlisten?.();
      shutdown.removeEventListener('abort', onShutdown);
      await watching;
    },
  };
}

async function lookAt({ ground, run, token }: Pick<Execution, 'ground' | 'run' | 'token'>) {
  try {
    const row = await ground.db
      .selectFrom('runs')
      .select(['executor', 'state', 'cancel_asked_at'])
      .where('id', '=', run.id)
      .executeTakeFirst();
    if (row?.executor !== token) return 'superseded' as const;
    return row.state === 'running' && row.cancel_asked_at ? ('cancelled' as const) : undefined;
  } catch {
    // A database that is away says nothing about the run; the writes that need it wait for it and report.
    return undefined;
  }
}
