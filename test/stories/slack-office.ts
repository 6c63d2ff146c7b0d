import { expect } from 'vitest';
import type { Interaction, Json, View } from '#test/emulators/slack/emulator.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { StoryClock } from './clock.ts';
import { TEAM } from './home.ts';
import { STORY_BEGINS, World, type WorldOptions } from './world.ts';

export const OPS = 'C0OPS';
/** A channel that the bot is not in. */
export const ASIDE = 'C0ASIDE';
/** Slack ids of the story's people; Lee is a full member and not listed, Gus a guest, Zoe of another workspace. */
export const IDS = {
  maya: 'U0MAYA1',
  jon: 'U0JON01',
  ana: 'U0ANA01',
  sam: 'U0SAM01',
  vic: 'U0VIC01',
  lee: 'U0LEE01',
  gus: 'U0GUS01',
  zoe: 'U0ZOE01',
} as const;

/** The story's team with the Slack ids of its people. */
export const teamInSlack = (over: Record<string, unknown> = {}) => ({
  people: Object.fromEntries(
    Object.entries(TEAM.people).map(([key, one]) => [key, { ...one, slack: IDS[key as keyof typeof IDS] }]),
  ),
  channels: { ops: [`slack:${OPS}`] },
  reviews: { ops_lead: 'jon', channel: 'ops' },
  alerts: { P1: { channel: 'ops' }, P2: { channel: 'ops' }, P3: { channel: 'ops' } },
  ...over,
});

/** The whole product in a strict Slack, with people at their windows. */
export class Office implements AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly world: World;

  private constructor(slack: SlackEmulator, world: World) {
    this.slack = slack;
    this.world = world;
  }

  static async open(
    options: WorldOptions & { mode?: 'socket' | 'http'; scopes?: readonly string[] } = {},
  ): Promise<Office> {
    const { mode = 'socket', scopes, team = {}, ...rest } = options;
    // Signatures have an age, so both go by one clock.
    const clock = new StoryClock(rest.at ?? STORY_BEGINS);
    const slack = await startSlack({ clock, mode, paced: false, ...(scopes ? { scopes } : {}) });
    for (const [name, id] of Object.entries(IDS)) {
      slack.addUser({ id, name, kind: name === 'gus' ? 'guest' : name === 'zoe' ? 'stranger' : 'member' });
    }
    slack.addChannel({ id: OPS, name: 'ops', members: Object.values(IDS) });
    slack.addChannel({ id: ASIDE, name: 'aside', members: Object.values(IDS) });
    slack.kick(ASIDE);
    try {
      return new Office(slack, await World.open({ ...rest, clock, team: teamInSlack(team), slack }));
    } catch (error) {
      await slack[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { amiss } = this.slack;
    await this.world[Symbol.asyncDispose]();
    await this.slack[Symbol.asyncDispose]();
    expect(amiss).toEqual([]);
  }

  /** What was asked has come to its end. */
  async done(): Promise<void> {
    await this.world.until('everything asked in Slack is done', async () => {
      const { rows } = { rows: await this.world.db.selectFrom('asks').select('state').execute() };
      return rows.every(({ state }) => state === 'done');
    });
  }

  /** Types a command and waits for the private answer; its text and everything that its blocks say. */
  async ask(
    person: keyof typeof IDS,
    words: string,
    channel = OPS,
  ): Promise<{ text: string; said: string; blocks: Json[] }> {
    const before = this.slack.ephemerals(IDS[person]).length;
    const typed = await this.slack.as(IDS[person]).command(words, channel);
    expect([words, typed.acked]).toEqual([words, true]);
    await this.world.until(`an answer to ${words}`, async () => this.slack.ephemerals(IDS[person]).length > before);
    await this.done();
    const { text, blocks } = this.slack.ephemerals(IDS[person]).at(-1) ?? { text: '', blocks: [] };
    return { text, said: said(blocks), blocks };
  }

  /** Waits until the top modal of somebody says this, and returns all that it says. */
  async modal(person: keyof typeof IDS, wanted: RegExp): Promise<string> {
    const top = () => said(this.slack.modals(IDS[person]).at(-1)?.blocks ?? []);
    await this.world.until(`a modal that says ${wanted}; it says ${top()}`, async () => wanted.test(top()));
    return top();
  }

  /** Waits until the App Home of somebody says this, and returns all that it says. */
  async home(person: keyof typeof IDS, wanted: RegExp): Promise<string> {
    const now = () => said(this.slack.home(IDS[person])?.blocks ?? []);
    await this.world.until(`an App Home that says ${wanted}`, async () => wanted.test(now()));
    return now();
  }
}

export type { Interaction, View };

/** Every text in the blocks, in reading order, with `@U…` for a mention. */
export function said(blocks: unknown): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const one = value as Record<string, unknown>;
      if (one.type === 'user') found.push(`@${String(one.user_id)}`);
      if (typeof one.text === 'string') found.push(one.text);
      if (one.type === 'date' && typeof one.fallback === 'string') found.push(one.fallback);
      for (const [key, inner] of Object.entries(one)) if (key !== 'confirm' && typeof inner === 'object') walk(inner);
    }
  };
  walk(blocks);
  return found.join(' ').replace(/\s+/g, ' ');
}
