import type { RawFile, REST } from 'discord.js';
import { DeliveryError } from '../../adapter.ts';
import type { Discord } from '../discord.ts';

/** After so many refusals of one edit it is no matter of a moment. */
const MOST_REFUSALS = 2;
/** What comes back after a while, if Discord does not say when. */
const PAUSE_MS = 60_000;
const WHOLE_MS = 15_000;

type Response = Parameters<Parameters<typeof REST.prototype.on<'response'>>[1]>;

/** Who wants to hear of each refusal for being too much, by the path of the call. */
interface Hearing {
  paths: Map<string, Set<() => void>>;
  hear(...response: Response): void;
}
const HEARINGS = new WeakMap<REST, Hearing>();

/**
 * One listener of a queue for all edits, since the library makes a copy of every answer for each listener, and none while
 * there is no edit. Returns how to end it.
 */
function hearRefusals(rest: REST, path: string, refused: () => void): () => void {
  const { paths, hear } = HEARINGS.get(rest) ?? hearingOf(rest);
  if (paths.size === 0) rest.on('response', hear);
  const those = paths.get(path) ?? new Set();
  paths.set(path, those.add(refused));
  return () => {
    those.delete(refused);
    if (those.size === 0) paths.delete(path);
    if (paths.size === 0) rest.off('response', hear);
  };
}

function hearingOf(rest: REST): Hearing {
  const paths: Hearing['paths'] = new Map();
  const hear: Hearing['hear'] = (request, response) => {
    if (response.status === 429) for (const refused of paths.get(request.path) ?? []) refused();
  };
  const hearing = { paths, hear };
  HEARINGS.set(rest, hearing);
  return hearing;
}

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
  const deaf = hearRefusals(later, path, () => {
    refusals += 1;
    if (refusals >= MOST_REFUSALS) enough.abort();
  });
  try {
    const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(WHOLE_MS)]);
    await later.patch(path, { ...what, signal });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
    throw new DeliveryError('later', 'Discord changes no more messages there for now', {
      ...{ afterMs: PAUSE_MS, only: true, cause: error },
    });
  } finally {
    deaf();
  }
}
