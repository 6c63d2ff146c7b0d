import { expect } from 'vitest';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { channel, type Read } from './chat.ts';
import { StoryClock } from './clock.ts';
import { said as saidInDiscord } from './discord-office.ts';
import { type HomePieces, TEAM } from './home.ts';
import { IN_DISCORD, OPS as IN_GUILD, type Member, PATIENCE_MS } from './in-discord.ts';
import { IN_SLACK, OPS as IN_WORKSPACE } from './in-slack.ts';
import { said as saidInSlack } from './slack-office.ts';
import { STORY_BEGINS, World } from './world.ts';

const people = Object.fromEntries(
  Object.entries(TEAM.people).map(([key, person]) => [
    key,
    { ...person, slack: IN_SLACK[key as Member], discord: IN_DISCORD[key as Member] },
  ]),
);
const both = [`discord:${IN_GUILD}`, `slack:${IN_WORKSPACE}`];

/** A small home's team, with everybody's id in each chat, and one channel in each for everything. */
export const TEAM_IN_BOTH = { people, channels: { 'cowork-ops': both, reviews: both }, alerts: { fallback: both } };

/** Where one message stands at a time: the channel of Slack, that of Discord, and the console's. */
export interface Everywhere {
  slack: { channel: string; ts: string; says: string; raw: string };
  discord: { channel: string; message: string; says: string; raw: string };
  console: Read;
}

/** The whole product in a strict Slack and a strict Discord at once; everybody is in both, under ids of their own. */
export class BothChats implements AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly discord: DiscordEmulator;
  readonly world: World;

  private constructor(slack: SlackEmulator, discord: DiscordEmulator, world: World) {
    this.slack = slack;
    this.discord = discord;
    this.world = world;
  }

  static async open(pieces: HomePieces = {}): Promise<BothChats> {
    const clock = new StoryClock(STORY_BEGINS, { stretch: 5 });
    const own = { clock, patienceMs: PATIENCE_MS, paced: false };
    const slack = await startSlack(own);
    const discord = await startDiscord(own);
    try {
      for (const [name, id] of Object.entries(IN_SLACK)) slack.addUser({ id, name });
      slack.addChannel({ id: IN_WORKSPACE, name: 'cowork-ops', members: Object.values(IN_SLACK) });
      for (const [name, id] of Object.entries(IN_DISCORD)) discord.addUser({ id, name });
      discord.addChannel({ id: IN_GUILD, name: 'cowork-ops' });
      const chats = { slack: { config: slack.config }, discord: { config: discord.config } };
      const world = await World.open({ ...pieces, team: { ...TEAM_IN_BOTH, ...pieces.team }, clock, ...chats });
      return new BothChats(slack, discord, world);
    } catch (error) {
      await discord[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.world[Symbol.asyncDispose]();
    } finally {
      await this.discord[Symbol.asyncDispose]();
      await this.slack[Symbol.asyncDispose]();
    }
    expect([this.slack.amiss, this.discord.amiss]).toEqual([[], []]);
  }

  /** Somebody at their Slack window. */
  inSlack = (person: Member) => this.slack.as(IN_SLACK[person]);
  /** The same person at their Discord window. */
  inDiscord = (person: Member) => this.discord.as(IN_DISCORD[person]);

  /** Everything that stands in both channels, as text. */
  get everything(): string {
    return JSON.stringify([this.slack.messages(IN_WORKSPACE), this.discord.messages(IN_GUILD)]);
  }

  #seek(about: string, says: RegExp, room: string) {
    const slack = this.slack
      .messages(IN_WORKSPACE)
      .map(({ ts, text, blocks }) => ({ ts, says: `${text} ${saidInSlack(blocks)}`, raw: JSON.stringify(blocks) }))
      .filter(({ says }) => says.includes(about));
    const discord = this.discord
      .messages(IN_GUILD)
      .map((one) => ({ message: one.id, says: saidInDiscord(one), raw: JSON.stringify(one.components) }))
      .filter(({ says }) => says.includes(about));
    return channel(this.world, room).then((messages) => {
      const console = messages.filter(({ text }) => text.includes(about));
      const all = [slack, discord, console.map((one) => ({ ...one, says: one.text }))];
      return { slack, discord, console, so: all.every((each) => each.some((one) => says.test(one.says))), all };
    });
  }

  /** Waits until the one message about something says this in Slack, in Discord and in the console, and gives all three. */
  async everywhere(about: string, says: RegExp, room = 'reviews'): Promise<Everywhere> {
    let found = await this.#seek(about, says, room);
    const last = () => found.all.map((each) => each.map((one) => one.says).join(' / ')).join('\n');
    await this.world
      .until(`${about} that says ${says} everywhere`, async () => {
        found = await this.#seek(about, says, room);
        return found.so;
      })
      .catch((error) => {
        throw new Error(`${error.message}; it says\n${last()}`);
      });
    expect([found.slack.length, found.discord.length, found.console.length]).toEqual([1, 1, 1]);
    const [slack, discord, console] = [found.slack[0], found.discord[0], found.console[0]];
    if (!slack || !discord || !console) throw new Error('one of three is missing');
    return {
      slack: { channel: IN_WORKSPACE, ...slack },
      discord: { channel: IN_GUILD, ...discord },
      console,
    };
  }

  /** What one person was told privately in Slack and in Discord, the newest last. */
  told = (person: Member): { slack: string[]; discord: string[] } => ({
    slack: this.slack.ephemerals(IN_SLACK[person]).map(({ blocks }) => saidInSlack(blocks)),
    discord: this.discord.privates(IN_DISCORD[person]).map(saidInDiscord),
  });

  /** Everything that was asked in either has come to its end and was answered. */
  async done(): Promise<void> {
    await this.world.until('everything asked is done', async () => {
      const asks = await this.world.db.selectFrom('asks').select('state').execute();
      return asks.every(({ state }) => state === 'done');
    });
    await Promise.all([this.world.product.slack?.settle(), this.world.product.discord?.settle()]);
  }

  /** Presses a button in Discord that asks first, and answers yes. */
  async pressInDiscord(person: Member, at: Everywhere['discord'], label: string) {
    const question = await this.inDiscord(person).click({ channel: at.channel, message: at.message }, label);
    expect(question).toMatchObject({ acked: true, callback: { type: 4 } });
    return this.inDiscord(person).click({ private: true }, label);
  }

  /** Presses a button in Slack, whose own question is part of the button. */
  pressInSlack = (person: Member, { channel: at, ts }: Everywhere['slack'], label: string) =>
    this.inSlack(person).click({ channel: at, ts }, label);

  /** Presses a button in Slack that opens a form, fills it in and sends it. */
  async fillInSlack(person: Member, at: Everywhere['slack'], label: string, values: Record<string, string>) {
    await this.pressInSlack(person, at, label);
    // It opens by a call of its own, after the press is acknowledged.
    await this.world.until('a form in Slack', async () =>
      this.slack.modals(IN_SLACK[person]).some(({ submit }) => submit),
    );
    return this.inSlack(person).submit(values);
  }

  /** A run that waits for review, and its message in all three places. */
  async waiting(workflow: string): Promise<{ run: string; review: string; at: Everywhere }> {
    const { run_id } = await this.world.runToEnd(workflow);
    const row = await this.world.db
      .selectFrom('reviews')
      .select('id')
      .where('run_id', '=', run_id)
      .executeTakeFirstOrThrow();
    const review = `R-${row.id}`;
    return { run: run_id, review, at: await this.everywhere(review, /Can decide/) };
  }

  /** Who decided what of a review, by which way, in order. */
  decisions = (review: string) =>
    this.world.db
      .selectFrom('decisions')
      .select(['person', 'via', 'verdict'])
      .where('review_id', '=', Number(review.slice(2)))
      .orderBy('id')
      .execute();
}
