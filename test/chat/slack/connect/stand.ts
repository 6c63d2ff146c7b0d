import type { App } from '@slack/bolt';
import { expect } from 'vitest';
import { endAsk, takeAsk } from '#src/chat/inbox.ts';
import { tellGivenUp } from '#src/chat/slack/given-up.ts';
import { type OpenedSlack, openSlack } from '#src/chat/slack/open.ts';
import type { Rooms } from '#src/chat/slack/rooms.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import { type RegisteredProcess, registerProcess } from '#src/store/processes.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { StoryClock } from '#test/stories/clock.ts';
import { type Heard, heard } from './inner.ts';

/** A door that a test opens: what waits for it goes on then. */
export interface Gate {
  passed: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** One process of the product, as far as Slack is concerned. */
export interface Process {
  opened: OpenedSlack;
  row: RegisteredProcess;
}

/** A Slack, a database, and processes whose handlers the test brings. */
export class Stand implements AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly heard: Heard;
  readonly clock: StoryClock;
  readonly #processes: Process[] = [];

  private constructor(slack: SlackEmulator, here: Heard, clock: StoryClock) {
    this.slack = slack;
    this.heard = here;
    this.clock = clock;
  }

  static async open(): Promise<Stand> {
    const clock = new StoryClock('2026-11-23T09:00:00+01:00');
    const slack = await startSlack({ clock, patienceMs: 60_000 });
    slack.addUser({ id: 'U0NINA', name: 'nina' });
    slack.addChannel({ id: 'C0OPS', name: 'ops', members: ['U0NINA'] });
    return new Stand(slack, await heard(), clock);
  }

  get ground() {
    return { ...this.heard.ground, clock: this.clock };
  }

  get db() {
    return this.heard.database.db;
  }

  /** Starts a process; without `start`, only makes it. */
  async process(rooms: Partial<Rooms>): Promise<Process> {
    const { db, clock, ground } = this;
    const row = await registerProcess({ db, clock, log: ground.log, roles: ['web'], version: 'test' });
    const opened = openSlack(
      {
        ground,
        world: () => Promise.reject(new Error('nobody asks for it here')),
        config: this.slack.config,
        signals: { listen: () => () => {} },
        process: row.id,
        console: null,
        oneMachine: true,
      },
      { adapter: () => null, handle: [], perform: {}, tellGivenUp, follow: [], every: [], ...rooms },
    );
    const process = { opened, row };
    this.#processes.push(process);
    return process;
  }

  /** A process that Slack has let in. */
  async inSlack(rooms: Partial<Rooms>): Promise<Process> {
    const process = await this.process(rooms);
    process.opened.start();
    await expect.poll(() => process.opened.state().sockets, { timeout: 20_000 }).toBe(2);
    return process;
  }

  async end(process: Process, graceMs = 5000): Promise<void> {
    this.#processes.splice(this.#processes.indexOf(process), 1);
    await process.opened.stop({ graceMs });
    await process.row.leave();
  }

  asks() {
    return this.db.selectFrom('asks').selectAll().orderBy('id').execute();
  }

  alerts() {
    return this.db.selectFrom('alerts').select(['key', 'kind', 'state', 'error_message']).orderBy('id').execute();
  }

  /** How often a socket was asked for. */
  opened = (): number => this.slack.calls.filter(({ method }) => method === 'apps.connections.open').length;

  nina = () => this.slack.as('U0NINA');

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of [...this.#processes]) await this.end(process, 0);
    await this.slack[Symbol.asyncDispose]();
    await this.heard.database.drop();
    expect(this.slack.amiss).toEqual([]);
  }
}

/** Takes every `/cowork` as an ask, acknowledges it, and does it afterwards, as the product's own handlers do. */
export const asking = (done: string[], act: () => Promise<void> = async () => {}): Partial<Rooms> => ({
  handle: [
    (app: App, slack: Slack) => {
      app.command('/cowork', async ({ body, ack }) => {
        const { trigger_id, user_id, text } = body;
        const payload = { words: text };
        const key = `command:${trigger_id}`;
        const of = { platform: 'slack', kind: 'command', sender: user_id, person: null, place: null } as const;
        const ask = await takeAsk(slack.ground, slack.process, { ...of, key, payload });
        await ack({ text: 'noted' });
        if (ask) slack.after({ ask: ask.id }, () => slack.perform(ask));
      });
    },
  ],
  perform: {
    command: async (slack, ask) => {
      await act();
      done.push(`${(ask.payload as { words: string }).words} by ${slack.process}`);
      await endAsk(slack.ground, ask, 'done');
    },
  },
});
