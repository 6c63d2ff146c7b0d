import { expect } from 'vitest';
import { type SlackEmulator, type SlackPerson, startSlack } from '#test/emulators/slack/emulator.ts';
import { StoryClock } from './clock.ts';
import { TEAM } from './home.ts';
import { STORY_BEGINS, World, type WorldOptions } from './world.ts';

/** Slack's ids of the people of a story's home, by their keys. */
export const IN_SLACK = { maya: 'U0MAYA', jon: 'U0JON', ana: 'U0ANA', sam: 'U0SAM', vic: 'U0VIC' } as const;
export type Colleague = keyof typeof IN_SLACK;

/** The channel that everything of a story is told in; everybody is in it. */
export const OPS = 'C0COWORKOPS';

/** A small home's team, with everybody's Slack id, and one channel in Slack for everything. */
export const SLACK_TEAM = {
  people: Object.fromEntries(
    Object.entries(TEAM.people).map(([key, person]) => [key, { ...person, slack: IN_SLACK[key as Colleague] }]),
  ),
  channels: { 'cowork-ops': [`slack:${OPS}`], reviews: [`slack:${OPS}`] },
};

/** So long a busy machine may take for what Slack allows three seconds; the limit itself is the subject elsewhere. */
export const PATIENCE_MS = 60_000;

export interface InSlackOptions extends Omit<WorldOptions, 'slack' | 'clock' | 'chat'> {
  mode?: 'socket' | 'http';
  /** Of the emulator: what else is to be different. */
  emulator?: Omit<NonNullable<Parameters<typeof startSlack>[0]>, 'clock' | 'mode'>;
  /** More channels with everybody in them, by id. */
  channels?: readonly string[];
  /** True: Slack refuses everything when the product starts. */
  isAway?: boolean;
  /** How much longer the product's own limits are; 1 where its pace is the subject, and nobody clicks. */
  stretch?: number;
}

/** The whole product in a strict Slack, at the story's time; nothing may be held against us at the end. */
export class InSlack implements AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly world: World;

  private constructor(slack: SlackEmulator, world: World) {
    this.slack = slack;
    this.world = world;
  }

  static async open({
    mode = 'socket',
    emulator,
    channels = [],
    isAway,
    stretch = 5,
    at,
    team,
    ...options
  }: InSlackOptions = {}): Promise<InSlack> {
    // What the product itself allows two seconds for may take ten here.
    const clock = new StoryClock(at ?? STORY_BEGINS, { stretch });
    const slack = await startSlack({ patienceMs: PATIENCE_MS, ...emulator, clock, mode });
    try {
      for (const [name, id] of Object.entries(IN_SLACK)) slack.addUser({ id, name });
      slack.addChannel({ id: OPS, name: 'cowork-ops', members: Object.values(IN_SLACK) });
      for (const id of channels) slack.addChannel({ id, name: id.toLowerCase(), members: Object.values(IN_SLACK) });
      slack.away(isAway ?? false);
      // The product's address is not known yet, and set on the emulator itself when it is.
      const place = {
        config: slack.config,
        isAway,
        set eventsUrl(url: string | null) {
          slack.eventsUrl = url;
        },
      };
      const world = await World.open({ ...options, team: { ...SLACK_TEAM, ...team }, clock, slack: place });
      return new InSlack(slack, world);
    } catch (error) {
      await slack[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Somebody of the home at their Slack window. */
  as = (person: Colleague): SlackPerson => this.slack.as(IN_SLACK[person]);

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.world[Symbol.asyncDispose]();
    } finally {
      await this.slack[Symbol.asyncDispose]();
    }
    expect(this.slack.amiss).toEqual([]);
  }
}
