import { type REST, Routes } from 'discord.js';
import type { Logger } from '../../../log.ts';
import { isPayload } from '../../connect/payload.ts';
import { faultsOf } from '../deliver/failures.ts';
import type { Callback } from '../discord.ts';
import type { Named } from './ours.ts';
import { codeOf, whyNot } from './why-not.ts';

/** Of one attempt; two of them are over before Discord's three seconds are. */
const ATTEMPT_MS = 1200;
const ATTEMPTS = 2;
/** Taken already: by our first attempt, of which we heard nothing. */
const ACKNOWLEDGED = 40060;

/** Invalid form body. */
const DRAWN_AMISS = 50035;

/** As it is sent: nobody is called by what we answer, even where whoever answers did not say so. */
export const safe = ({ type, data }: Callback): Omit<Callback, 'instead'> => ({
  type,
  ...((type === 4 || type === 7) && isPayload(data)
    ? { data: { allowed_mentions: { parse: [] }, ...data } }
    : data === undefined
      ? {}
      : { data }),
});

/**
 * Answers an interaction by a call. What Discord refuses for how it is drawn is a fault of ours, and leaves the interaction
 * unanswered, so that something else can still be said. False where Discord did not take it, or never said that it did.
 * Never rejects.
 */
export async function callBack(
  rest: REST,
  { id, token }: Omit<Named, 'type'>,
  callback: Callback,
  log: Logger,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rest.post(Routes.interactionCallback(id, token), {
        ...{ auth: false, body: safe(callback), signal: AbortSignal.timeout(ATTEMPT_MS) },
        query: new URLSearchParams({ with_response: 'false' }),
      });
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === ACKNOWLEDGED) return true;
      if (code === null && attempt < ATTEMPTS) continue;
      if (code === DRAWN_AMISS) {
        const about = { interaction: id, type: callback.type, faults: faultsOf(error) };
        log.error(about, 'Discord does not take an answer for how it is drawn.');
        return callback.instead ? callBack(rest, { id, token }, await callback.instead(), log) : false;
      }
      log.warn({ interaction: id, type: callback.type, code, why: whyNot(error) }, 'Discord did not take an answer.');
      return false;
    }
  }
}
