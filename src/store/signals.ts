import type pg from 'pg';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/**
 * What processes tell each other: `cowork_jobs` (a job kind has work), `cowork_runs` (a run id moved), `cowork_home`
 * (another snapshot is active), `cowork_outbox` (somebody is to be told something), `cowork_console` (a channel of the
 * console changed; its name). Signals only say "look now"; whoever misses one finds the same on its next slow look.
 */
export const CHANNELS = ['cowork_jobs', 'cowork_runs', 'cowork_home', 'cowork_outbox', 'cowork_console'] as const;
export type Channel = (typeof CHANNELS)[number];
/** The payload, or null after a lost connection: anything may have happened, look at everything. */
export type Heard = (payload: string | null) => void;

export interface Signals {
  /** Calls back for every signal of any process, this one included. Returns the function that ends it. */
  listen(channel: Channel, heard: Heard): () => void;
  /**
   * Sends at once what is committed already (`afterCommit`), and equal ones that follow within 100 ms as one. Never a
   * NOTIFY in the transaction itself: PostgreSQL lets only one such transaction commit at a time, which halved the rate of
   * decisions. Listeners in this process hear it without the database.
   */
  send(channel: Channel, payload: string): void;
  /** Sends each at once. */
  announce(channel: Channel, payload: string): void;
}

const REST_MS = 100;

export class SignalHub implements Signals {
  readonly #listeners = new Map<Channel, Set<Heard>>(CHANNELS.map((channel) => [channel, new Set()]));
  /** What was sent a moment ago, until an equal one may follow. */
  readonly #resting = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<string, [Channel, string]>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #log: Logger;
  readonly #query: (text: string, values: unknown[]) => Promise<void>;
  readonly #own = new Set<number>();
  #stopped = false;

  /** `query` runs on the listening session's connection, over which signals also go out. */
  constructor(query: (text: string, values: unknown[]) => Promise<void>, log: Logger) {
    this.#query = query;
    this.#log = log;
  }

  /** To be run on every new connection of the session. */
  async attach(client: pg.Client): Promise<void> {
    const backend = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    for (const { pid } of backend.rows) this.#own.add(pid);
    client.on('notification', ({ channel, payload, processId }) => {
      // Our own come back to us; this process heard them when they were sent.
      if (!this.#own.has(processId)) this.#tell(channel as Channel, payload ?? '');
    });
    for (const channel of CHANNELS) await client.query(`listen ${channel}`);
    for (const channel of CHANNELS) this.#tell(channel, null);
  }

  listen(channel: Channel, heard: Heard): () => void {
    this.#listeners.get(channel)?.add(heard);
    return () => this.#listeners.get(channel)?.delete(heard);
  }

  send(channel: Channel, payload: string): void {
    if (this.#stopped) return;
    const key = `${channel} ${payload}`;
    if (this.#resting.has(key)) {
      this.#waiting.set(key, [channel, payload]);
      return;
    }
    const rested = () => {
      this.#resting.delete(key);
      if (this.#waiting.delete(key)) this.send(channel, payload);
    };
    this.#resting.set(key, setTimeout(rested, REST_MS).unref());
    this.#deliver(channel, payload);
  }

  announce(channel: Channel, payload: string): void {
    if (!this.#stopped) this.#deliver(channel, payload);
  }

  /** Sends what still waits, at once, and nothing afterwards. Resolves when everything has been sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#resting.values()) clearTimeout(timer);
    for (const [channel, payload] of this.#waiting.values()) this.#notify(channel, payload);
    this.#waiting.clear();
    await Promise.all(this.#underWay);
  }

  #deliver(channel: Channel, payload: string): void {
    this.#tell(channel, payload);
    this.#notify(channel, payload);
  }

  #tell(channel: Channel, payload: string | null): void {
    for (const heard of this.#listeners.get(channel) ?? []) {
      try {
        heard(payload);
      } catch (error) {
        this.#log.error({ err: error }, `a listener of ${channel} failed: ${messageOf(error)}`);
      }
    }
  }

  #notify(channel: Channel, payload: string): void {
    // Lost signals are found by the slow look; the session logs its own trouble.
    const sent = this.#query('select pg_notify($1, $2)', [channel, payload]).catch(() => {});
    this.#underWay.add(sent);
    void sent.then(() => this.#underWay.delete(sent));
  }
}
