import { type REST, Routes } from 'discord.js';
import type { Logger } from '../../../log.ts';
import { isPayload } from '../../connect/payload.ts';
import type { Callback } from '../discord.ts';
import type { Named } from './ours.ts';
import { codeOf, whyNot } from './why-not.ts';

/** Of one attempt; two of them are over before Discord's three seconds are. */
const ATTEMPT_MS = 1200;
const ATTEMPTS = 2;
/** Taken already: by our first attempt, of which we heard nothing. */
const ACKNOWLEDGED = 40060;

/** Nobody is called by what we answer, even where whoever answers did not say so. */
export const safe = (callback: Callback): Callback =>
  (callback.type === 4 || callback.type === 7) && isPayload(callback.data)
    ? { ...callback, data: { allowed_mentions: { parse: [] }, ...callback.data } }
    : callback;

/** Answers an interaction by a call. False where Discord did not take it, or never said that it did. Never rejects. */
export async function callBack(rest: REST, { id, token }: Named, callback: Callback, log: Logger): Promise<boolean> {
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
      log.warn({ interaction: id, type: callback.type, code, why: whyNot(error) }, 'Discord did not take an answer.');
      return false;
    }
  }
}
