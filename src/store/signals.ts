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
   * Sends shortly after (10 ms, and once more after 100 ms for a transaction that was still open then), joining equal
   * ones. Never inside a transaction: PostgreSQL lets only one committing transaction with a NOTIFY pass at a time,
   * which halved the rate of decisions. Listeners in this process hear it without the database.
   */
  send(channel: Channel, payload: string): void;
  /** Sends at once, for what is committed already. */
  announce(channel: Channel, payload: string): void;
}

const FIRST_MS = 10;
const SECOND_MS = 100;

export class SignalHub implements Signals {
  readonly #listeners = new Map<Channel, Set<Heard>>(CHANNELS.map((channel) => [channel, new Set()]));
  readonly #waiting = new Map<string, NodeJS.Timeout>();
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
    const key = `${channel} ${payload}`;
    if (this.#stopped || this.#waiting.has(key)) return;
    const second = () => {
      this.#waiting.delete(key);
      this.#deliver(channel, payload);
    };
    const first = () => {
      this.#deliver(channel, payload);
      this.#waiting.set(key, setTimeout(second, SECOND_MS - FIRST_MS).unref());
    };
    this.#waiting.set(key, setTimeout(first, FIRST_MS).unref());
  }

  announce(channel: Channel, payload: string): void {
    if (!this.#stopped) this.#deliver(channel, payload);
  }

  /** Sends what still waits, at once, and nothing afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const keys = [...this.#waiting.keys()];
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    await Promise.all(keys.map((key) => this.#notify(...(key.split(/ (.*)/s) as [string, string]))));
  }

  #deliver(channel: Channel, payload: string): void {
    this.#tell(channel, payload);
    void this.#notify(channel, payload);
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

  async #notify(channel: string, payload: string): Promise<void> {
    // Lost signals are found by the slow look; the session logs its own trouble.
    await this.#query('select pg_notify($1, $2)', [channel, payload]).catch(() => {});
  }
}
