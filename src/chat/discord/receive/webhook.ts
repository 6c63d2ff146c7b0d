import type { RawFile, REST } from 'discord.js';
import type { DiscordMessage } from '../components.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';
import type { Way } from './asked-payload.ts';

/** A file as the library sends it. */
export type Upload = RawFile;

/** A quarter of an hour, less what a call may take. */
const OPEN_MS = 15 * 60_000 - 20_000;
/** Unknown webhook, unknown message: the first answer, given in the reply of a request, may not have arrived yet. */
const NOT_YET = [10008, 10015];
const SOON_MS = 10_000;
const PAUSES_MS = [200, 600];

/** Whether the interaction's token still answers. */
export const isOpen = (discord: Pick<Discord, 'ground'>, { at }: Pick<Way, 'at'>): boolean =>
  ageMs(discord, at) < OPEN_MS;

function ageMs({ ground }: Pick<Discord, 'ground'>, at: string | null): number {
  const came = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(came) ? Number.POSITIVE_INFINITY : ground.clock.now().getTime() - came;
}

/** Puts an answer where the interaction waits: in place of "thinking", or of the private message that was clicked. */
export async function replaceFirst(
  discord: Discord,
  { token, at }: Pick<Way, 'at'> & { token: string },
  message: DiscordMessage,
  files: readonly Upload[] = [],
): Promise<void> {
  const path = `/webhooks/${discord.application}/${encodeURIComponent(token)}/messages/@original` as const;
  for (let tried = 0; ; tried += 1) {
    try {
      // The token stands for itself. With ours a void one would make the library forget ours.
      await limited(discord, discord.rest.now, files, (rest, upload) =>
        rest.patch(path, { auth: false, body: message, ...upload }),
      );
      return;
    } catch (error) {
      const pause = PAUSES_MS[tried];
      if (pause === undefined || !NOT_YET.includes(codeOf(error) ?? 0) || ageMs(discord, at) > SOON_MS) throw error;
      await discord.ground.clock.wait(pause);
    }
  }
}

/** Another message below the answer; not tried again, since Discord would show it twice. */
export async function followUp(
  discord: Discord,
  token: string,
  message: DiscordMessage,
  files: readonly Upload[] = [],
): Promise<void> {
  const path = `/webhooks/${discord.application}/${encodeURIComponent(token)}` as const;
  await limited(discord, discord.rest.once, files, (rest, upload) =>
    rest.post(path, { auth: false, body: message, ...upload }),
  );
}

/** What any call may take, and besides what the bytes take over a line as slow as people have them. */
const LEAST_MS = 6000;
const BYTES_PER_MS = 25;

/** Files as an option of a call, and how long it may take with them. */
export function among(files: readonly Upload[]) {
  if (files.length === 0) return {};
  const bytes = files.reduce((sum, { data }) => sum + Buffer.byteLength(data as Buffer), 0);
  return { files: [...files], signal: AbortSignal.timeout(LEAST_MS + Math.ceil(bytes / BYTES_PER_MS)) };
}

/** As long as other answers wait for a limit. */
const LONGEST_PAUSE_MS = 5000;

/**
 * At once where Discord lets us; where it wants a pause, an answer can wait for it. Files go by the one queue that gives
 * each call the time that its bytes take, both times.
 */
async function limited(
  { rest, ground }: Discord,
  first: REST,
  files: readonly Upload[],
  call: (rest: REST, upload: ReturnType<typeof among>) => Promise<unknown>,
): Promise<unknown> {
  const queue = files.length > 0 ? rest.once : first;
  try {
    return await call(queue, among(files));
  } catch (error) {
    const pause = pauseMs(error);
    if (pause === null) throw error;
    if (files.length === 0) return call(rest.later, {});
    if (pause > LONGEST_PAUSE_MS) throw error;
    await ground.clock.wait(pause);
    return call(rest.once, among(files));
  }
}

/** How long a limit lasts that the library does not wait for; null for everything else. */
function pauseMs(error: unknown): number | null {
  // The library's own name for it; its class would have to be loaded.
  if (!(error instanceof Error) || !/^RateLimitError/.test(error.name)) return null;
  const told = ['timeToReset', 'retryAfter'].map((key) => Number(Reflect.get(error, key)));
  return Math.max(0, ...told.filter(Number.isFinite));
}
