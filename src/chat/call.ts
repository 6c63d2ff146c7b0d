import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { DeliveryError } from './adapter.ts';

/** Calls a platform; whatever fails is a `DeliveryError`, and no answer within `ms` is one of an unknown end. */
export async function callWithin<T>(clock: Clock, ms: number, act: () => Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = async (): Promise<never> => {
    await clock.wait(ms, answered.signal);
    throw new DeliveryError('unknown', `no answer within ${Math.round(ms / 1000)} s`);
  };
  try {
    return await Promise.race([act(), late()]);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('unknown', messageOf(error), { cause: error });
  } finally {
    answered.abort();
  }
}
