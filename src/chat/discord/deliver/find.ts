import { elapsedOf } from '../../../clock.ts';
import { DeliveryError } from '../../adapter.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Discord } from '../discord.ts';
import { codeOf } from './failures.ts';
import { isMarked } from './mark.ts';
import { lacking, lackWords, type Needed, TO_LOOK } from './permissions.ts';

/** Our clock and Discord's may differ: looked for is also what is a little older than the first attempt. */
const SKEW_MS = 10 * 60_000;
/** Within this time of a post Discord itself answers a repeated one with the first; it says "a few minutes". */
const NONCE_MS = 60_000;
const PAGE = 100;
const MOST_PAGES = 50;
/** One look takes no longer, and goes on from there the next time: each page waits for a limit of Discord's. */
const WHOLE_MS = 10_000;
const AGAIN_MS = 1000;
/** Discord's ids count milliseconds from the beginning of 2015 in their upper bits. */
const EPOCH_MS = 1_420_070_400_000;

export interface Wanted {
  channel: string;
  token: string;
  since: Date;
  /** The last attempt. */
  until: Date;
  /** The message it is a line below. */
  thread: string | null;
}

/**
 * The message of ours that this token made, or null where there is none for certain: a line is looked for in the thread and
 * in the channel, for it may have had to be an answer there. Where the bot may not read back, an empty page says nothing:
 * just after the post it is posted again, since Discord knows its nonce; later it fails as `refused`, with what would help.
 */
export async function findMessage(discord: Discord, wanted: Wanted): Promise<string | null> {
  const { thread, channel } = wanted;
  const below = thread === null ? null : await search(discord, wanted, thread);
  const found = below ?? (await search(discord, wanted, channel));
  if (found !== null) return found;
  const missing = await blind(discord, channel);
  if (missing === null) return null;
  const { clock } = discord.ground;
  if (clock.now().getTime() - wanted.since.getTime() < NONCE_MS) return null;
  throw refused(`the bot may not read back: ${missing}`);
}

/** Null where a page that is empty means that there is nothing; else what the bot lacks to see it. */
async function blind(discord: Discord, channel: string): Promise<string | null> {
  const shown = await discord.rest.later.get(`/channels/${channel}/messages`, {
    query: new URLSearchParams({ limit: '1' }),
  });
  // One message is enough to know that we are shown any.
  if (Array.isArray(shown) && shown.length > 0) return null;
  const lacks: Needed[] | null = await lacking(discord, channel, TO_LOOK);
  return lacks === null || lacks.length === 0 ? null : lackWords(lacks);
}

/** How far a look came that is not at its end. */
interface Look {
  after: bigint;
  pages: number;
}
const MOST_LOOKS = 1000;
const LOOKS = new WeakMap<Discord, Map<string, Look>>();

const looksOf = (discord: Discord): Map<string, Look> => {
  const looks = LOOKS.get(discord) ?? new Map();
  LOOKS.set(discord, looks);
  return looks;
};

/** Forward from the first attempt, and no further than the last: ours cannot be younger. */
async function search(discord: Discord, { token, since, until }: Wanted, channel: string): Promise<string | null> {
  const { botUser } = discord.guild();
  const looks = looksOf(discord);
  const key = `${channel} ${token}`;
  const look = looks.get(key) ?? { after: snowflakeAt(since.getTime() - SKEW_MS), pages: 0 };
  looks.delete(key);
  const last = snowflakeAt(until.getTime() + SKEW_MS);
  const { clock } = discord.ground;
  for (const begun = elapsedOf(clock); look.pages < MOST_PAGES; look.pages += 1) {
    if (elapsedOf(clock) - begun >= WHOLE_MS) throw unfinished(looks, key, look);
    const messages = await pageOf(discord, channel, look.after).catch((error: unknown) => {
      keep(looks, key, look);
      throw error;
    });
    const found = messages.find(
      (message) => fieldOf(fieldOf(message, 'author'), 'id') === botUser && isMarked(message, token),
    );
    if (found !== undefined) return String(fieldOf(found, 'id'));
    for (const message of messages) {
      const id = BigInt(String(fieldOf(message, 'id')));
      if (id > look.after) look.after = id;
    }
    if (messages.length < PAGE || look.after > last) return null;
  }
  throw refused(`${MOST_PAGES * PAGE} messages said since did not reach forward to it`);
}

function keep(looks: Map<string, Look>, key: string, look: Look): void {
  if (looks.size >= MOST_LOOKS) looks.clear();
  looks.set(key, look);
}

/** Nothing is wrong with the place, and other messages go on meanwhile. */
function unfinished(looks: Map<string, Look>, key: string, look: Look): DeliveryError {
  keep(looks, key, look);
  const message = `it is looked for among what was said since (${look.pages * PAGE} messages so far)`;
  return new DeliveryError('later', message, { afterMs: AGAIN_MS, only: true });
}

/** The oldest messages after an id; none where there is no such channel: a thread that was never made, or is deleted. */
async function pageOf({ rest }: Discord, channel: string, after: bigint): Promise<unknown[]> {
  const query = new URLSearchParams({ limit: String(PAGE), after: String(after) });
  try {
    const answer = await rest.later.get(`/channels/${channel}/messages`, { query });
    return Array.isArray(answer) ? answer : [];
  } catch (error) {
    if (codeOf(error) === 10003) return [];
    throw error;
  }
}

const snowflakeAt = (ms: number): bigint => BigInt(Math.max(0, ms - EPOCH_MS)) << 22n;

const refused = (why: string): DeliveryError =>
  new DeliveryError('refused', `it may have been posted, for Discord's answer was lost, and ${why}`);
