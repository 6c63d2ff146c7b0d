import { sql } from 'kysely';
import type { Ground } from '../../ground.ts';
import type { MessageView } from '../../message/view.ts';
import type { Db } from '../../store/db.ts';
import { channelsOf } from '../channels.ts';

/** A channel of the console as a person finds it in the list. */
export interface ChannelEntry {
  /** `cowork-ops`, or `@maya` for what is said to one person. */
  channel: string;
  direct: boolean;
  /** When anything was last posted into it; null while it is empty. */
  lastAt: Date | null;
  /** The highest change in it, 0 while it is empty: with what a reader has seen, whether there is anything new. */
  change: number;
}

export interface ConsoleMessage {
  id: number;
  view: MessageView;
  postedAt: Date;
  /** When it was last changed in place. */
  changedAt: Date | null;
  /** The highest change of the message and the lines below it. */
  change: number;
  /** The lines below it, oldest first; of many only the newest `LINES`. */
  thread: ConsoleLine[];
  /** How many older lines were left out. */
  olderLines: number;
}

export interface ConsoleLine {
  id: number;
  view: MessageView;
  postedAt: Date;
}

export interface ChannelPage {
  channel: string;
  /** Oldest first, as they are read. */
  messages: ConsoleMessage[];
  /** The highest change of the channel when this was read: where `changesSince` goes on. */
  change: number;
  /** The `before` of the next older page, null where nothing is older. */
  older: number | null;
}

export interface Changes {
  /** Every message that is new, was changed, or has a new line, whole, by id. */
  messages: ConsoleMessage[];
  /** Where to go on. */
  change: number;
  /** There was more than fits into one answer: ask again at once. */
  more: boolean;
  /** There was far more than a page shows, and none of it is here: read the page anew. */
  behind: boolean;
}

const PAGE = 50;
const LINES = 20;
const CHANGES = 200;
/** Whoever has missed more changes than these is better served by the page as it is now. */
const BEHIND = 400;

/** Whether a person (null: nobody in particular) may read this channel: what is said to one is for that one only. */
export const mayReadChannel = (channel: string, person: string | null): boolean =>
  !channel.startsWith('@') || (person !== null && channel === `@${person}`);

/** The channels that a person finds: their own first, those of today's home, then any that still holds messages. */
export async function channelList({ db, homes }: Ground, person: string | null): Promise<ChannelEntry[]> {
  const { home } = await homes.active();
  const written = await writtenChannels(db);
  const old = [...written.keys()].filter((channel) => !channel.startsWith('@')).sort();
  const names = [...new Set([...channelsOf(home), ...old, ...(person === null ? [] : [`@${person}`])])];
  return names.map((channel) => ({
    channel,
    direct: channel.startsWith('@'),
    ...(written.get(channel) ?? { lastAt: null, change: 0 }),
  }));
}

/** Each channel is one step through its index, however many messages it holds. */
async function writtenChannels(db: Db): Promise<Map<string, { lastAt: Date | null; change: number }>> {
  const { rows } = await sql<{ channel: string; change: number; last_at: Date }>`
    with recursive names (channel) as (
      (select channel from console_messages order by channel limit 1)
      union all
      select (select next.channel from console_messages next
              where next.channel > names.channel order by next.channel limit 1)
      from names where names.channel is not null)
    select channel, change, last_at from names
    cross join lateral (select change from console_messages where channel = names.channel
                        order by change desc limit 1) as changed
    cross join lateral (select posted_at as last_at from console_messages where channel = names.channel
                        order by id desc limit 1) as posted
    where channel is not null`.execute(db);
  return new Map(rows.map(({ channel, change, last_at }) => [channel, { lastAt: last_at, change }]));
}

/** The newest messages of a channel, or those before one (`older` of the page after it), at most 200. */
export async function channelPage(
  db: Db,
  channel: string,
  { before, limit = PAGE }: { before?: number | undefined; limit?: number | undefined } = {},
): Promise<ChannelPage> {
  const most = Math.max(1, Math.min(limit, 200));
  // Read before the messages: what changes in between is then told again rather than never.
  const change = await highestChange(db, channel);
  const rows = await db
    .selectFrom('console_messages')
    .select('id')
    .where('channel', '=', channel)
    .where('thread_of', 'is', null)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(most + 1)
    .execute();
  const ids = rows.slice(0, most).map(({ id }) => id);
  const older = rows.length > most ? (ids.at(-1) ?? null) : null;
  return { channel, messages: await wholeMessages(db, ids), change, older };
}

/** What has changed in a channel after a change that the reader has seen. */
export async function changesSince(db: Db, channel: string, change: number): Promise<Changes> {
  const rows = await db
    .selectFrom('console_messages')
    .select(['id', 'thread_of', 'change'])
    .where('channel', '=', channel)
    .where('change', '>', change)
    .orderBy('change')
    .limit(BEHIND + 1)
    .execute();
  if (rows.length > BEHIND) return { messages: [], change, more: false, behind: true };
  const told = rows.slice(0, CHANGES);
  const ids = [...new Set(told.map(({ id, thread_of }) => thread_of ?? id))];
  return {
    messages: await wholeMessages(db, ids),
    change: told.at(-1)?.change ?? change,
    more: rows.length > CHANGES,
    behind: false,
  };
}

async function highestChange(db: Db, channel: string): Promise<number> {
  const row = await db
    .selectFrom('console_messages')
    .select('change')
    .where('channel', '=', channel)
    .orderBy('change', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.change ?? 0;
}

async function wholeMessages(db: Db, ids: readonly number[]): Promise<ConsoleMessage[]> {
  if (ids.length === 0) return [];
  const [messages, threads] = await Promise.all([
    db.selectFrom('console_messages').selectAll().where('id', 'in', ids).orderBy('id').execute(),
    linesOf(db, ids),
  ]);
  return messages.map((row) => {
    const lines = threads.get(row.id);
    return {
      id: row.id,
      view: row.view,
      postedAt: row.posted_at,
      changedAt: row.changed_at,
      change: Math.max(row.change, lines?.change ?? 0),
      thread: lines?.newest ?? [],
      olderLines: lines?.older ?? 0,
    };
  });
}

interface Lines {
  newest: ConsoleLine[];
  older: number;
  change: number;
}

async function linesOf(db: Db, ids: readonly number[]): Promise<Map<number, Lines>> {
  const { rows } = await sql<{
    thread_of: number;
    id: number;
    view: MessageView;
    posted_at: Date;
    total: number;
    newest_change: number;
  }>`
    select thread_of, id, view, posted_at, total, newest_change from (
      select *, row_number() over (partition by thread_of order by id desc) as place,
             count(*) over (partition by thread_of) as total,
             max(change) over (partition by thread_of) as newest_change
      from console_messages where thread_of in (${sql.join(ids)})) as lines
    where place <= ${LINES} order by id`.execute(db);
  const threads = new Map<number, Lines>();
  for (const { thread_of, id, view, posted_at, total, newest_change } of rows) {
    const thread = threads.get(thread_of) ?? { newest: [], older: 0, change: Number(newest_change) };
    thread.newest.push({ id, view, postedAt: posted_at });
    thread.older = Number(total) - thread.newest.length;
    threads.set(thread_of, thread);
  }
  return threads;
}
