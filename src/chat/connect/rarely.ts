import type { Clock } from '../../clock.ts';

const RARELY_MS = 60_000;

/** Says at once that something happened, and then at most once a minute how often; anybody may knock as often as they like. */
export function rarely(clock: Pick<Clock, 'now'>, say: (times: number) => void): () => void {
  let times = 0;
  let said: number | undefined;
  return () => {
    times += 1;
    const now = clock.now().getTime();
    if (said !== undefined && now >= said && now - said < RARELY_MS) return;
    say(times);
    said = now;
    times = 0;
  };
}
