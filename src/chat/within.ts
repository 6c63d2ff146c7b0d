import { alarmOf, type Clock } from '../clock.ts';

/** What the work comes to, or `late` where that takes longer than `ms`; then whoever waits must not count on it any more. */
export function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const silence = alarmOf(clock, ms, () => resolve('late'));
    work.then(
      (value) => {
        silence();
        resolve(value);
      },
      // What fails after that is nobody's business here, and must not end the process.
      (error) => {
        silence();
        reject(error);
      },
    );
  });
}
