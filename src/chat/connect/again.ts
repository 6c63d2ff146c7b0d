import type { Ground } from '../../ground.ts';
import { plainError } from './plain-error.ts';

export interface Again {
  name: string;
  ms: number;
  /** `signal`: nothing more is to be begun, and no answer of a platform to be waited for. */
  run: (signal: AbortSignal) => Promise<unknown>;
}

/** Runs at once and then every `ms` until `signal`, never twice at once; a failure is logged once until it works again. */
export async function again(ground: Pick<Ground, 'clock' | 'log'>, { name, ms, run }: Again, signal: AbortSignal) {
  let failing = false;
  while (!signal.aborted) {
    try {
      await run(signal);
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted)
        ground.log.warn({ job: name, ...plainError(error) }, 'Failed, and is tried again.');
      failing = true;
    }
    await ground.clock.wait(ms, signal).catch(() => undefined);
  }
}
