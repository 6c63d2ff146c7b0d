import { cut } from '../../../message/clean.ts';
import type { TalkState } from '../../adapter.ts';
import { fieldOf } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { Discord } from '../discord.ts';
import { codeOf } from './failures.ts';
import { lacking } from './permissions.ts';

/** Minutes of silence after which Discord puts a thread away by itself: a week, its longest. */
const AWAY_AFTER = 10_080;
const NAME = 100;

const UNKNOWN_CHANNEL = 10_003;
const THERE_ALREADY = 160_004;
const CLOSED: ReadonlySet<number> = new Set([50_083, 160_005]);
/** There can be no thread, or we may not speak in it: missing rights, too many threads, a channel without any. */
const NO_THREAD: ReadonlySet<number> = new Set([UNKNOWN_CHANNEL, 50_001, 50_013, 50_024, 50_083, 160_005, 160_006]);

/** A message in a channel of a server; its thread has the same id. */
export interface Parent {
  channel: string;
  message: string;
  name: string;
}

/** Where a line goes: into the thread below its message, or as an answer to it in the channel. */
export interface Into {
  channel: string;
  reference?: { message_id: string; channel_id: string; fail_if_not_exists: true };
}

/** Messages of which this process knows that they have a thread. */
const MOST_KNOWN = 5000;
const KNOWN = new WeakMap<Discord, Set<string>>();

const knownTo = (discord: Discord): Set<string> => {
  const known = KNOWN.get(discord) ?? new Set();
  KNOWN.set(discord, known);
  return known;
};

/**
 * Says a line below a message: in its thread, which is made where there is none and opened where it is closed; as an answer
 * in the channel where there can be no thread. Fails as the library does.
 */
export async function sayBelow<T>(discord: Discord, parent: Parent, send: (into: Into) => Promise<T>): Promise<T> {
  try {
    return await inThread(discord, parent, send);
  } catch (error) {
    if (!NO_THREAD.has(codeOf(error) ?? 0)) throw error;
    discord.ground.log.info(plainError(error), 'A line is said as an answer, for there is no thread to say it in.');
  }
  return send(asAnswer(parent));
}

/** An answer to a message, where there are no threads. */
export const asAnswer = ({ channel, message }: Pick<Parent, 'channel' | 'message'>): Into => ({
  channel,
  reference: { message_id: message, channel_id: channel, fail_if_not_exists: true },
});

async function inThread<T>(discord: Discord, parent: Parent, send: (into: Into) => Promise<T>): Promise<T> {
  const channel = parent.message;
  await haveThread(discord, parent);
  try {
    return await send({ channel });
  } catch (error) {
    const code = codeOf(error) ?? 0;
    if (code === UNKNOWN_CHANNEL) {
      // Deleted since it was made.
      knownTo(discord).delete(channel);
      await haveThread(discord, parent);
    } else if (CLOSED.has(code)) {
      await discord.rest.later.patch(`/channels/${channel}`, { body: { archived: false, locked: false } });
    } else throw error;
  }
  return send({ channel });
}

/** Makes the thread of a message where there is none; Discord gives it the id of the message. True where it was made. */
async function haveThread(discord: Discord, { channel, message, name }: Parent): Promise<boolean> {
  const known = knownTo(discord);
  if (known.has(message)) return false;
  const { later } = discord.rest;
  const shown = await later.get(`/channels/${channel}/messages/${message}`).catch((error: unknown) => {
    // Without the right to read back it is tried all the same.
    if (codeOf(error) !== 50_013) throw error;
    return null;
  });
  const there = fieldOf(shown, 'thread') !== undefined || !(await made(discord, { channel, message, name }));
  if (known.size >= MOST_KNOWN) known.clear();
  known.add(message);
  return !there;
}

async function made({ rest }: Discord, { channel, message, name }: Parent): Promise<boolean> {
  try {
    const body = { name: nameOf(name), auto_archive_duration: AWAY_AFTER };
    await rest.later.post(`/channels/${channel}/messages/${message}/threads`, { body });
    return true;
  } catch (error) {
    if (codeOf(error) !== THERE_ALREADY) throw error;
    return false;
  }
}

const nameOf = (name: string): string => cut(name.trim() || 'Talk', NAME);

/**
 * Opens the thread of a message for talk, or closes and locks it; the same again changes nothing. False where Discord does
 * not let us: it stays as it is, and the message is as good as before: that is logged.
 */
export async function leaveThread(discord: Discord, parent: Parent, { name, open }: TalkState): Promise<boolean> {
  try {
    if (!open) await close(discord, parent);
    else if (!(await haveThread(discord, parent))) await reopen(discord, parent, name);
    return true;
  } catch (error) {
    if (!NO_THREAD.has(codeOf(error) ?? 0)) throw error;
    if (!open && codeOf(error) === UNKNOWN_CHANNEL) return true;
    const { channel } = parent;
    discord.ground.log.warn(
      { ...plainError(error), channel },
      `A thread could not be ${open ? 'opened' : 'closed'}; the bot needs Create Public Threads and Manage Threads there.`,
    );
    return false;
  }
}

/** One that somebody deleted since it was made is made anew. */
async function reopen(discord: Discord, parent: Parent, name: string): Promise<void> {
  const body = { archived: false, locked: false, name: nameOf(name) };
  const open = () => discord.rest.later.patch(`/channels/${parent.message}`, { body });
  try {
    await open();
  } catch (error) {
    if (codeOf(error) !== UNKNOWN_CHANNEL) throw error;
    knownTo(discord).delete(parent.message);
    if (!(await haveThread(discord, parent))) await open();
  }
}

/**
 * Locked only where the bot may open it again. Where it may not, the thread is put away all the same, and opens as soon as
 * somebody writes.
 */
async function close(discord: Discord, { channel, message }: Parent): Promise<void> {
  const put = (body: object) => discord.rest.later.patch(`/channels/${message}`, { body });
  const locked = (await lacking(discord, channel, ['Manage Threads']))?.length === 0;
  try {
    await put({ archived: true, ...(locked ? { locked } : {}) });
  } catch (error) {
    // Put away before, by us or by Discord itself after a week: it is opened to be locked.
    if (codeOf(error) !== 50_083) throw error;
    if (locked) await put({ archived: false }).then(() => put({ archived: true, locked }));
  }
}
