/** The only source of "now" in the product, so that a test can own time. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, for measuring spans: unlike `now` it never jumps. Left out, `now` is used. */
  elapsed?(): number;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after `ms`, unless the function that it returns was called before. Left out, `wait` is used. */
  alarm?(ms: number, ring: () => void): () => void;
}

/** Why nobody waits any more. One for all, since an abort without a reason makes an error with a stack each time. */
const OVER = new Error('it is over');

/** As `Clock.alarm`: what is nearly always switched off before it rings costs less as an alarm than as a wait. */
export function alarmOf(clock: Clock, ms: number, ring: () => void): () => void {
  if (clock.alarm) return clock.alarm(ms, ring);
  const over = new AbortController();
  clock.wait(ms, over.signal).then(ring, () => undefined);
  return () => over.abort(OVER);
}

/** Milliseconds since some moment, for spans that no change of the time of day makes longer or shorter. */
export const elapsedOf = (clock: Clock): number => clock.elapsed?.() ?? clock.now().getTime();

// Longer timers overflow Node's 32-bit delay and would fire at once.
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  async wait(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST) {
      await sleep(Math.min(left, LONGEST), signal);
    }
  },
  alarm(ms, ring) {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      timer = setTimeout(() => (left > LONGEST ? arm(left - LONGEST) : ring()), Math.min(left, LONGEST));
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};

/** Unlike Node's own, makes no error of its own where it is aborted: most waits are, as soon as they are not needed. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
