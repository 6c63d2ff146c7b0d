import { messageOf } from '../../../errors.ts';
import { personByName } from '../../../people/resolve.ts';
import { type CommonFacts, commonFacts } from '../../../reports/triage-fact.ts';
import type { ChatHomeRow } from '../../../store/schema.ts';
import type { Signals } from '../../../store/signals.ts';
import { senderOf } from '../receive/sender.ts';
import type { Slack } from '../slack.ts';
import { LEAST_MS, refreshHome } from './publish.ts';

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
    let next = LOOK_MS;
    try {
      const homes = await openHomes(this.#slack);
      if (homes.length === 0) return next;
      let common = await this.#read();
      for (const row of homes) {
        if (this.#over.signal.aborted) break;
        // Another process may have published what is newer than these, but not so lately that it would rest.
        if (this.#now - common.at > LEAST_MS / 2) common = await this.#read();
        next = Math.min(next, await this.#look(row, common.facts));
      }
    } catch (error) {
      this.#slack.ground.log.debug(`the App Homes could not be looked at: ${messageOf(error)}`);
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
  async #look({ sender }: ChatHomeRow, common: CommonFacts): Promise<number> {
    try {
      const reader = await senderOf(this.#slack, { user: { id: sender } });
      // Nothing is taken from somebody because Slack was away for a moment.
      if (reader.sender === '' || reader.unsure) return LOOK_MS;
      const done = await refreshHome(this.#slack, reader, { common });
      return done.now === 'later' ? done.afterMs : LOOK_MS;
    } catch (error) {
      this.#slack.ground.log.warn(
        { sender, err: messageOf(error) },
        'An App Home could not be drawn; it is tried again.',
      );
      return LOOK_MS;
    }
  }
}

/** Those opened lately, and those that still show something to somebody who is listed no more under that id. */
async function openHomes({ ground }: Slack): Promise<ChatHomeRow[]> {
  const since = ground.clock.now().getTime() - OPEN_MS;
  const { team } = (await ground.homes.active()).home;
  const rows = await ground.db
    .selectFrom('chat_homes')
    .selectAll()
    .where('platform', '=', 'slack')
    .orderBy('sender')
    .execute();
  return rows.filter(
    ({ opened_at, person, sender }) =>
      opened_at.getTime() > since || (person !== null && personByName(team, person)?.slack !== sender),
  );
}
