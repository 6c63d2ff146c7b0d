import { expect, vi } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { tellGivenUp } from '#src/chat/slack/given-up.ts';
import { type OpenedSlack, openSlack } from '#src/chat/slack/open.ts';
import { handleReceived, performReceived } from '#src/chat/slack/receive/index.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import type { Logger } from '#src/log.ts';
import { silentLog } from '#src/log.ts';
import type { Notice } from '#src/store/outbox.ts';
import { type RegisteredProcess, registerProcess } from '#src/store/processes.ts';
import type { Workflow } from '#src/workflows/home.ts';
import { raise, worldOf } from '#test/chat/stage.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import type { Interaction, Json, View } from '#test/emulators/slack/shapes.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

export const REVIEWS = 'C0REVIEWS';
/** Slack's ids of the people of the stage, by key; Vic has none, so Slack's `U0VIC` is nobody we know. */
export const IDS = { maya: 'U0MAYA', jon: 'U0JON', ana: 'U0ANA', sam: 'U0SAM' } as const;
const OTHERS = { U0UMA: 'member', U0GUS: 'guest', U0STR: 'stranger', U0GONE: 'gone' } as const;

const person = (name: string, roles: string[], slack: string) => ({
  ...{ name, roles, slack },
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
});

export const linkedTeam = (over: Record<string, unknown> = {}) =>
  teamOf({
    people: {
      maya: person('Maya Lindt', ['owner', 'approver'], IDS.maya),
      jon: person('Jon Okafor', ['admin', 'approver'], IDS.jon),
      ana: person('Ana Ruiz', ['approver'], IDS.ana),
      sam: person('Sam Poe', ['scheduler'], IDS.sam),
    },
    ...over,
  });

export const PATIENCE = { timeout: 20_000, interval: 10 };

/** The reviews of a real database, a strict Slack in which they stand, and this room between them. */
export class Stand implements AsyncDisposable {
  readonly stage: Stage;
  readonly slack: SlackEmulator;
  readonly logged: { about: unknown; words: string }[] = [];
  #opened: OpenedSlack | null = null;
  #row: RegisteredProcess | null = null;

  private constructor(stage: Stage, slack: SlackEmulator) {
    this.stage = stage;
    this.slack = slack;
  }

  static async open(home: { team?: Record<string, unknown>; workflows?: Workflow[] } = {}): Promise<Stand> {
    const stage = await Stage.open();
    await stage.activate(linkedTeam(home.team), ...(home.workflows ?? [workflowOf()]));
    const slack = await startSlack({ paced: false, patienceMs: 60_000 });
    for (const [name, id] of Object.entries(IDS)) slack.addUser({ id, name });
    for (const [id, kind] of Object.entries(OTHERS)) slack.addUser({ id, name: id.toLowerCase(), kind });
    const members = [...Object.values(IDS), 'U0UMA', 'U0GUS', 'U0STR'];
    slack.addChannel({ id: REVIEWS, name: 'reviews', members });
    const stand = new Stand(stage, slack);
    await stand.start();
    return stand;
  }

  async start(): Promise<void> {
    const { ground } = this.stage;
    this.#row = await registerProcess({
      ...{ db: ground.db, clock: ground.clock, log: silentLog, roles: ['web'], version: 'test' },
    });
    this.#opened = openSlack(
      {
        ground: { ...ground, log: this.#log() },
        world: async () => worldOf(this.stage),
        config: this.slack.config,
        signals: { listen: () => () => {} },
        process: this.#row.id,
        console: 'https://cowork.acme.example',
        oneMachine: true,
      },
      {
        ...{ adapter: () => null, tellGivenUp, follow: [], every: [], handle: [handleReceived] },
        perform: { click: performReceived, form: performReceived },
      },
    );
    const opened = this.#opened;
    opened.start();
    await vi.waitFor(() => expect(opened.state().sockets).toBe(2), PATIENCE);
  }

  async end(graceMs = 5000): Promise<void> {
    await this.#opened?.stop({ graceMs });
    await this.#row?.leave();
    this.#opened = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end(0);
    await this.slack[Symbol.asyncDispose]();
    await this.stage[Symbol.asyncDispose]();
    expect(this.slack.amiss).toEqual([]);
  }

  #log(): Logger {
    const note = (about: unknown, words?: unknown) => void this.logged.push({ about, words: String(words ?? about) });
    return Object.assign(Object.create(silentLog), { warn: note, error: note }) as Logger;
  }

  get opened(): OpenedSlack {
    if (!this.#opened) throw new Error('Slack is not open here');
    return this.#opened;
  }

  as = (key: keyof typeof IDS) => this.slack.as(IDS[key]);

  /** Says a notice in the channel, as delivery would; answers where. */
  async post(notice: Notice): Promise<{ channel: string; ts: string }> {
    const drawn = await drawNotice(this.stage.ground, notice, {});
    if (!drawn) throw new Error('nothing to say');
    const message = renderSlack(drawn.view, await this.opened.slack.draw('message'));
    const { ts } = await this.opened.slack.clients.later.chat.postMessage({ channel: REVIEWS, ...message });
    return { channel: REVIEWS, ts: ts ?? '' };
  }

  /** An item that waits, and its message. */
  async review(over: Parameters<Stage['item']>[1] = {}, files?: Parameters<Stage['item']>[0]) {
    const item = await this.stage.item(files, over);
    return { ...item, name: `R-${item.id}`, at: await this.post({ kind: 'review', review_id: item.id }) };
  }

  async alert(over: Parameters<typeof raise>[1] = {}) {
    const id = await raise(this.stage, over);
    return { id, name: `A-${id}`, at: await this.post({ kind: 'alert', alert_id: id }) };
  }

  row = (id: number) => this.stage.db.selectFrom('reviews').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  asks = () => this.stage.db.selectFrom('asks').selectAll().orderBy('id').execute();

  /** Everything that was asked has come to its end. */
  async done(count?: number): Promise<void> {
    await vi.waitFor(async () => {
      const asks = await this.asks();
      expect(asks.filter(({ state }) => state === 'done')).toHaveLength(count ?? Math.max(1, asks.length));
    }, PATIENCE);
  }

  /** What somebody is told privately because of `act`, in words. */
  async told(user: string, act: () => Promise<unknown>): Promise<string> {
    const before = this.slack.ephemerals(user).length;
    await act();
    await vi.waitFor(() => expect(this.slack.ephemerals(user).length).toBeGreaterThan(before), PATIENCE);
    return wordsIn(this.slack.ephemerals(user).at(-1));
  }

  /** The top modal, once it says this. */
  async modal(user: string, says: string | RegExp): Promise<View> {
    const top = () => this.slack.modals(user).at(-1);
    await vi.waitFor(() => expect(wordsIn(top())).toMatch(says), PATIENCE);
    const found = top();
    if (!found) throw new Error('no modal is open');
    return found;
  }
}

/** Every text that stands in something drawn. */
export function wordsIn(drawn: unknown): string {
  if (Array.isArray(drawn)) return drawn.map(wordsIn).filter(Boolean).join(' ');
  if (typeof drawn !== 'object' || drawn === null) return '';
  return Object.entries(drawn as Json)
    .map(([key, value]) => (typeof value === 'string' ? (key === 'text' ? value : '') : wordsIn(value)))
    .filter(Boolean)
    .join(' ');
}

export const wasAcked = (interaction: Interaction) => expect(interaction).toMatchObject({ acked: true });
