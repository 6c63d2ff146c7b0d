import type { Context } from 'hono';
import { type Changes, type ChannelEntry, changesSince, channelList } from '../../chat/console/read.ts';
import { CoworkError, refused } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Signals } from '../../store/signals.ts';
import { unmaskCsrf } from '../csrf-mask.ts';
import type { Viewer } from '../pages/layout.ts';
import type { Sessions } from '../session.ts';
import { requireChannel } from './facts.ts';
import { type Due, LiveStream, type Looked } from './live-stream.ts';
import { messageArticle, type Reading } from './message.ts';
import { SharedReads } from './shared-reads.ts';
import { Turns } from './turns.ts';

const BEAT_MS = 15_000;
/** Browsers open six connections to a server; one has to be left for pages and forms. */
const PER_SESSION = 5;
/** Everybody together, so that nobody exhausts the server by opening pages. */
const IN_ALL = 500;
/** Reads of all of them at once. Each takes at most two connections of the ten that pages, forms and delivery share. */
const READS = 4;

/** To a page that has missed so much that it is to be drawn anew. */
const BEHIND: Looked = { frames: 'event: behind\ndata: {}\n\n', more: false, last: true };

interface Following {
  stream: LiveStream;
  channel: string;
  /** Whose session it is; '' for nobody's. */
  session: string;
}

/**
 * The pages that follow a channel as it changes. All of them share the process's one listening session, wake in the turn in
 * which a signal comes, and share what is then read; every 15 s each looks anyway, for signals can be lost.
 */
export class LiveChannels {
  readonly #ground: Ground;
  readonly #signals: Pick<Signals, 'listen'>;
  readonly #sessions: Sessions;
  readonly #following = new Set<Following>();
  readonly #turns = new Turns(READS);
  readonly #changes = new SharedReads<Changes>(this.#turns);
  readonly #lists = new SharedReads<ChannelEntry[]>(this.#turns);
  #listening: AbortController | null = null;
  #stopped = false;

  constructor(ground: Ground, signals: Pick<Signals, 'listen'>, sessions: Sessions) {
    this.#ground = ground;
    this.#signals = signals;
    this.#sessions = sessions;
  }

  /** How many pages follow a channel now. */
  get size(): number {
    return this.#following.size;
  }

  /** Tells this page what happened in `channel` after the change `since`, and all that happens from now on. */
  async follow(context: Context, channel: string, since: number): Promise<ReadableStream<Uint8Array>> {
    const viewer = await this.#sessions.reader(context, { touch: false });
    requireChannel(channel, viewer.person);
    const session = unmaskCsrf(viewer.csrf) ?? '';
    this.#requireRoom(session);
    const told = new Map<string, number>();
    let change = since;
    const look = async (due: ReadonlySet<Due>): Promise<Looked> => {
      const changes = await this.#changed(channel, change, due);
      const list = due.has('others') || due.has('beat') ? await this.#list(viewer.person) : [];
      // Asked after reading and right before sending: nothing is sent to whoever left in between.
      const messages = await this.#turns.take(async () => {
        const reader = await this.#stillThere(context, channel, viewer.person, session);
        return this.#messages(changes, reader, channel);
      });
      if (changes.behind) return BEHIND;
      change = changes.change;
      return { frames: messages + othersFrame(list, channel, told), more: changes.more, last: false };
    };
    const following: Following = {
      stream: new LiveStream(this.#ground, look, () => this.#left(following)),
      channel,
      session,
    };
    this.#following.add(following);
    this.#listen();
    return following.stream.body;
  }

  /** Ends all of them, and takes no more. */
  stop(): void {
    this.#stopped = true;
    for (const { stream } of this.#following) stream.end();
  }

  #requireRoom(session: string): void {
    const own = [...this.#following].filter((one) => one.session === session).length;
    const full = session !== '' && own >= PER_SESSION;
    if (!this.#stopped && !full && this.#following.size < IN_ALL) return;
    const why = full
      ? `${own} pages of this browser follow the channels already, and more would hold it up. Close one, or reload this page to see what is new.`
      : 'The console cannot keep this page up to date now. Reload it to see what is new.';
    throw new CoworkError('unavailable', why);
  }

  async #changed(channel: string, since: number, due: ReadonlySet<Due>): Promise<Changes> {
    if (!due.has('own') && !due.has('beat')) return { messages: [], change: since, more: false, behind: false };
    return this.#changes.read(`${since} ${channel}`, () => changesSince(this.#ground.db, channel, since));
  }

  #list(person: string | null): Promise<ChannelEntry[]> {
    return this.#lists.read(person ?? '', () => channelList(this.#ground, person));
  }

  async #stillThere(context: Context, channel: string, person: string | null, session: string): Promise<Viewer> {
    const now = await this.#sessions.reader(context, { touch: false });
    if (now.person !== person || unmaskCsrf(now.csrf) !== session) throw refused('This session has ended.');
    requireChannel(channel, person);
    return now;
  }

  async #messages({ messages, change }: Changes, { csrf, person }: Viewer, channel: string): Promise<string> {
    if (messages.length === 0) return '';
    const { team } = (await this.#ground.homes.active()).home;
    const here = { now: this.#ground.clock.now(), zone: team.timezone };
    const reading: Reading = { ...here, csrf, channel, asked: null, me: person };
    const drawn = await Promise.all(
      messages.map(async (message) => ({
        id: message.id,
        change: message.change,
        html: String(await messageArticle(message, reading)),
      })),
    );
    return frame('messages', { change, messages: drawn }, change);
  }

  /** Listens while anybody does. */
  #listen(): void {
    if (this.#listening) return;
    const listening = new AbortController();
    this.#listening = listening;
    const ends = [
      this.#signals.listen('cowork_console', (channel) => this.#heard(channel)),
      // Whoever has left cowork.yaml is to be told no more.
      this.#signals.listen('cowork_home', () => this.#mark('beat')),
    ];
    listening.signal.addEventListener('abort', () => {
      for (const end of ends) end();
    });
    void this.#beats(listening.signal);
  }

  async #beats(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#ground.clock.wait(BEAT_MS, signal);
        this.#mark('beat');
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #mark(due: Due): void {
    for (const { stream } of [...this.#following]) stream.mark(due);
  }

  #heard(channel: string | null): void {
    for (const { stream, channel: own } of this.#following) {
      if (channel === null || channel === own) stream.mark('own');
      if (channel === null || channel !== own) stream.mark('others');
    }
  }

  #left(following: Following): void {
    this.#following.delete(following);
    if (this.#following.size > 0) return;
    this.#listening?.abort();
    this.#listening = null;
  }
}

/** What is new in other channels than the one that is open; the first time all of them, for what was missed meanwhile. */
function othersFrame(list: ChannelEntry[], own: string, told: Map<string, number>): string {
  const news = list.filter(({ channel, change }) => channel !== own && told.get(channel) !== change);
  for (const { channel, change } of news) told.set(channel, change);
  return news.length === 0
    ? ''
    : frame(
        'channels',
        news.map(({ channel, change }) => ({ channel, change })),
      );
}

/** JSON has no line breaks of its own, so one `data` line holds it. */
const frame = (event: string, data: unknown, id?: number): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n${id === undefined ? '' : `id: ${id}\n`}\n`;
