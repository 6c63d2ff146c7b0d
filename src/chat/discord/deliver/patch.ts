import type { RawFile, REST } from 'discord.js';
import { DeliveryError } from '../../adapter.ts';
import type { Discord } from '../discord.ts';

/** After so many refusals of one edit it is no matter of a moment. */
const MOST_REFUSALS = 2;
/** What comes back after a while, if Discord does not say when. */
const PAUSE_MS = 60_000;
const WHOLE_MS = 15_000;

type Response = Parameters<Parameters<typeof REST.prototype.on<'response'>>[1]>;

/**
 * Changes a message. The library repeats what is refused for being too much for as long as it takes; of messages older than
 * an hour that may be long (30046), and nothing else could be said meanwhile: such a change is put off alone.
 */
export async function patchMessage(
  { rest: { later } }: Pick<Discord, 'rest'>,
  { channel, message }: { channel: string; message: string },
  what: { body: object; files: RawFile[] },
): Promise<void> {
  const path = `/channels/${channel}/messages/${message}` as const;
  const enough = new AbortController();
  let refusals = 0;
  const hear = (...[request, response]: Response): void => {
    if (response.status !== 429 || request.path !== path) return;
    refusals += 1;
    if (refusals >= MOST_REFUSALS) enough.abort();
  };
  later.on('response', hear);
  try {
    const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(WHOLE_MS)]);
    await later.patch(path, { ...what, signal });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    throw new DeliveryError('later', 'Discord changes no more messages there for now', {
      ...{ afterMs: PAUSE_MS, only: true, cause: error },
    });
  } finally {
    later.off('response', hear);
  }
}
