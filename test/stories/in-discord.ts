import { expect } from 'vitest';
import { type DiscordEmulator, type DiscordPerson, startDiscord } from '#test/emulators/discord/emulator.ts';
import { StoryClock } from './clock.ts';
import { TEAM } from './home.ts';
import { STORY_BEGINS, World, type WorldOptions } from './world.ts';

/** Discord's ids of the people of a story's home, by their keys. */
export const IN_DISCORD = {
  maya: '310000000000000001',
  jon: '310000000000000002',
  ana: '310000000000000003',
  sam: '310000000000000004',
  vic: '310000000000000005',
} as const;
export type Member = keyof typeof IN_DISCORD;

/** The channel that everything of a story is told in. */
export const OPS = '210000000000000001';

/** A small home's team, with everybody's Discord id, and one channel in Discord for everything. */
export const DISCORD_TEAM = {
  people: Object.fromEntries(
    Object.entries(TEAM.people).map(([key, person]) => [key, { ...person, discord: IN_DISCORD[key as Member] }]),
  ),
  channels: { 'cowork-ops': [`discord:${OPS}`], reviews: [`discord:${OPS}`] },
};

/** So long a busy machine may take for what Discord allows three seconds; the limit itself is the subject elsewhere. */
export const PATIENCE_MS = 60_000;

export interface InDiscordOptions extends Omit<WorldOptions, 'discord' | 'clock' | 'chat'> {
  mode?: 'gateway' | 'http';
  /** Of the emulator: what else is to be different. */
  emulator?: Omit<NonNullable<Parameters<typeof startDiscord>[0]>, 'clock' | 'mode'>;
  /** More channels, by id. */
  channels?: readonly string[];
  /** True: Discord refuses everything when the product starts. */
  isAway?: boolean;
  /** How much longer the product's own limits are; 1 where its pace is the subject, and nobody clicks. */
  stretch?: number;
}

/** The whole product in a strict Discord, at the story's time; nothing may be held against us at the end. */
export class InDiscord implements AsyncDisposable {
  readonly discord: DiscordEmulator;
  readonly world: World;

  private constructor(discord: DiscordEmulator, world: World) {
    this.discord = discord;
    this.world = world;
  }

  static async open({
    mode = 'gateway',
    emulator,
    channels = [],
    isAway,
    stretch = 5,
    at,
    team,
    ...options
  }: InDiscordOptions = {}): Promise<InDiscord> {
    // What the product itself allows two seconds for may take ten here.
    const clock = new StoryClock(at ?? STORY_BEGINS, { stretch });
    const discord = await startDiscord({ patienceMs: PATIENCE_MS, ...emulator, clock, mode });
    try {
      for (const [name, id] of Object.entries(IN_DISCORD)) discord.addUser({ id, name });
      discord.addChannel({ id: OPS, name: 'cowork-ops' });
      for (const id of channels) discord.addChannel({ id, name: `channel-${id.slice(-4)}` });
      discord.away(isAway ?? false);
      // The product's address is not known yet, and set on the emulator itself when it is.
      const place = {
        config: discord.config,
        isAway,
        set interactionsUrl(url: string | null) {
          discord.interactionsUrl = url;
        },
      };
      const world = await World.open({ ...options, team: { ...DISCORD_TEAM, ...team }, clock, discord: place });
      return new InDiscord(discord, world);
    } catch (error) {
      await discord[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Somebody of the home at their Discord window. */
  as = (person: Member): DiscordPerson => this.discord.as(IN_DISCORD[person]);

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.world[Symbol.asyncDispose]();
    } finally {
      await this.discord[Symbol.asyncDispose]();
    }
    expect(this.discord.amiss).toEqual([]);
  }
}
