import { expect } from 'vitest';
import { runCli } from '#src/cli.ts';
import type { DiscordEmulator, DiscordPerson, DiscordShown, Interaction } from '#test/emulators/discord/emulator.ts';
import { IN_DISCORD, InDiscord, type InDiscordOptions, OPS } from './in-discord.ts';
import type { World } from './world.ts';

export { OPS };
/** A channel that the bot has no part in. */
export const ASIDE = '210000000000000002';
/** Besides the people of the home Lee, who is not listed, and Pia, who has not agreed to the server's rules yet. */
export const IDS = {
  ...IN_DISCORD,
  lee: '310000000000000011',
  pia: '310000000000000012',
} as const;

type Options = Parameters<DiscordPerson['command']>[1];

/** The whole product in a strict Discord with its commands registered, and people who read what they are answered. */
export class DiscordOffice implements AsyncDisposable {
  readonly #inDiscord: InDiscord;

  private constructor(inDiscord: InDiscord) {
    this.#inDiscord = inDiscord;
  }

  static async open(options: InDiscordOptions = {}): Promise<DiscordOffice> {
    const inDiscord = await InDiscord.open({ ...options, emulator: { paced: false, ...options.emulator } });
    const { discord } = inDiscord;
    discord.addUser({ id: IDS.lee, name: 'lee' });
    discord.addUser({ id: IDS.pia, name: 'pia', kind: 'pending' });
    discord.addChannel({ id: ASIDE, name: 'aside', permissions: ['SendMessages'] });
    const quiet = { out: () => undefined, err: () => undefined };
    const env = { ...discord.env, COWORK_DATA: inDiscord.world.data };
    expect(await runCli(['register', 'discord'], { env, folder: inDiscord.world.data, output: quiet })).toBe(0);
    return new DiscordOffice(inDiscord);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inDiscord[Symbol.asyncDispose]();
  }

  get discord(): DiscordEmulator {
    return this.#inDiscord.discord;
  }

  get world(): World {
    return this.#inDiscord.world;
  }

  as = (person: keyof typeof IDS): DiscordPerson => this.discord.as(IDS[person]);

  /** What was asked has come to its end, and was answered: an ask ends before its answer. */
  async done(): Promise<void> {
    await this.world.until('everything asked in Discord is done', async () => {
      const asks = await this.world.db.selectFrom('asks').select('state').execute();
      return asks.every(({ state }) => state === 'done');
    });
    await this.world.product.discord?.settle();
  }

  /** Uses a command and waits for its answer: what it says, and whether one person alone sees it. */
  async ask(person: keyof typeof IDS, name: string, options: Options = {}, channel = OPS): Promise<Heard> {
    const asked = await this.as(person).command(`cowork ${name}`, options, channel);
    return this.heard(asked, name);
  }

  async heard(asked: Interaction, what: string): Promise<Heard> {
    expect([what, asked.acked]).toEqual([what, true]);
    await this.done();
    const shown = asked.shown();
    return { said: said(shown), alone: ((shown?.flags ?? 0) & 64) !== 0, shown, asked };
  }
}

export interface Heard {
  said: string;
  alone: boolean;
  shown: DiscordShown | null;
  asked: Interaction;
}

/** Every text and label of a message, in reading order. */
export function said(shown: { components: unknown } | null | undefined): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const one = value as Record<string, unknown>;
      for (const key of ['content', 'label', 'placeholder']) if (typeof one[key] === 'string') found.push(one[key]);
      for (const inner of Object.values(one)) if (typeof inner === 'object') walk(inner);
    }
  };
  walk(shown?.components ?? []);
  return found
    .join(' ')
    .replace(/\\([\\`*_~|<>[\]()@:#+.-])/g, '$1')
    .replace(/\s+/g, ' ');
}
