import { type CommonFacts, commonFacts } from '../../../reports/triage-fact.ts';
import type { Signals } from '../../../store/signals.ts';
import { plainError } from '../../connect/plain-error.ts';
import { senderOf } from '../receive/sender.ts';
import type { Slack } from '../slack.ts';
import { LEAST_MS, type Refreshed, refreshHome } from './publish.ts';

/** Homes are kept true for so long after they were opened; opening one draws it anew in any case. */
const OPEN_MS = 12 * 3_600_000;
/** What no signal told of (a deadline that passes, a signal that was lost) is found so often. */
const LOOK_MS = 60_000;

/** Keeps the App Homes of this process's workspace true. */
export interface Homes {
  stop(): Promise<void>;
}

/** Republishes open homes when facts or the home's files change. Any number of processes may; each home is published by one. */
export function startHomes(slack: Slack, signals: Pick<Signals, 'listen'>): Homes {
  return new Followed(slack, signals);
}

class Followed implements Homes {
  readonly #slack: Slack;
  readonly #over = new AbortController();
  readonly #ends: (() => void)[];
  readonly #loop: Promise<void>;
  #wake = new AbortController();
  #failing = false;

  constructor(slack: Slack, signals: Pick<Signals, 'listen'>) {
    this.#slack = slack;
    const look = () => this.#wake.abort();
    this.#ends = (['cowork_outbox', 'cowork_home', 'cowork_runs'] as const).map((channel) =>
      signals.listen(channel, look),
    );
    this.#loop = this.#follow(this.#over.signal);
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    this.#over.abort();
    await this.#loop;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let pause = LOOK_MS;
    while (!signal.aborted) {
      await this.#waitFor(pause, AbortSignal.any([signal, this.#wake.signal]));
      if (signal.aborted) return;
      this.#wake = new AbortController();
      pause = await this.#round();
      // A storm of facts is looked at once in a while, not once for each.
      await this.#waitFor(LEAST_MS, signal);
    }
  }

  #waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
    this.#slack.ground.clock.wait(ms, signal).catch(() => undefined);

  /** One look at every home that may be seen; answers when the next is due at the latest. */
  async #round(): Promise<number> {
    try {
      const next = await this.#lookAtAll();
      this.#failing = false;
      return next;
    } catch (error) {
      const level = this.#failing ? 'debug' : 'warn';
      this.#slack.ground.log[level](plainError(error), 'The App Homes could not be looked at; it is tried again.');
      this.#failing = true;
      return LOOK_MS;
    }
  }

  async #lookAtAll(): Promise<number> {
    let next = LOOK_MS;
    const senders = await followed(this.#slack);
    if (senders.length === 0) return next;
    let common = await this.#read();
    for (const sender of senders) {
      if (this.#over.signal.aborted) break;
      // Another process may have published what is newer than these, but not so lately that it would rest.
      if (this.#now - common.at > LEAST_MS / 2) common = await this.#read();
      const done = await this.#look(sender, common.facts);
      if (done?.now === 'stale') next = LEAST_MS;
      if (done?.now !== 'later') continue;
      // The others would be refused as well.
      if (done.all) return Math.max(done.afterMs, LEAST_MS);
      next = Math.min(next, done.afterMs);
    }
    return next;
  }

  get #now(): number {
    return this.#slack.ground.clock.now().getTime();
  }

  async #read(): Promise<{ facts: CommonFacts; at: number }> {
    const at = this.#now;
    return { facts: await commonFacts(this.#slack.ground), at };
  }

  /** That one home fails is no reason to leave the others. */
  async #look(sender: string, common: CommonFacts): Promise<Refreshed | null> {
    try {
      const reader = await senderOf(this.#slack, { user: { id: sender } }, 'patient');
      // Nothing is taken from somebody because Slack was away for a moment.
      if (reader.sender === '' || reader.unsure) return null;
      return await refreshHome(this.#slack, reader, { common });
    } catch (error) {
      this.#slack.ground.log.warn(
        { sender, ...plainError(error) },
        'An App Home could not be drawn; it is tried again.',
      );
      return null;
    }
  }
}

/**
 * Whose homes are looked at: of what is open, those opened lately; however long ago it was opened, what was drawn under
 * another home of ours, and what nobody knows to have arrived. What shows nothing goes on showing it until it is opened
 * again, or whoever it belongs to is listed.
 */
async function followed({ ground }: Slack): Promise<string[]> {
  const since = new Date(ground.clock.now().getTime() - OPEN_MS);
  const { id, home } = await ground.homes.active();
  const listed = Object.values(home.team.people).flatMap(({ slack }) => slack ?? []);
  const rows = await ground.db
    .selectFrom('chat_homes')
    .select('sender')
    .where('platform', '=', 'slack')
    .where((where) =>
      where.or([
        where('view_hash', 'is', null),
        where('platform_hash', 'is', null),
        where.and([where('closed', '=', true), where('sender', 'in', [...listed, ''])]),
        where.and([
          where('closed', '=', false),
          where.or([where('opened_at', '>', since), where('snapshot_id', 'is distinct from', id)]),
        ]),
      ]),
    )
    // What may show too much comes first.
    .orderBy((order) => order('snapshot_id', 'is distinct from', id), 'desc')
    .orderBy('opened_at', 'desc')
    .execute();
  return rows.map(({ sender }) => sender);
}
