import { expect } from 'vitest';
import type { Json, SlackEmulator } from '#test/emulators/slack/emulator.ts';
import { IN_SLACK, InSlack, type InSlackOptions, OPS } from './in-slack.ts';
import type { World } from './world.ts';

export { OPS };
/** A channel that the bot is not in. */
export const ASIDE = 'C0ASIDE';
/** Besides the people of the home Lee, a full member who is not listed, Gus, a guest, and Zoe of another workspace. */
export const IDS = { ...IN_SLACK, lee: 'U0LEE', gus: 'U0GUS', zoe: 'U0ZOE' } as const;
const KINDS = { lee: 'member', gus: 'guest', zoe: 'stranger' } as const;

/** The whole product in a strict Slack, with people at their windows who read what they are answered. */
export class Office implements AsyncDisposable {
  readonly #inSlack: InSlack;

  private constructor(inSlack: InSlack) {
    this.#inSlack = inSlack;
  }

  static async open(options: InSlackOptions = {}): Promise<Office> {
    const inSlack = await InSlack.open({ ...options, emulator: { paced: false, ...options.emulator } });
    const { slack } = inSlack;
    for (const name of ['lee', 'gus', 'zoe'] as const) {
      slack.addUser({ id: IDS[name], name, kind: KINDS[name] });
      slack.invite(OPS, IDS[name]);
    }
    slack.addChannel({ id: ASIDE, name: 'aside', members: Object.values(IDS) });
    slack.kick(ASIDE);
    return new Office(inSlack);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inSlack[Symbol.asyncDispose]();
  }

  get slack(): SlackEmulator {
    return this.#inSlack.slack;
  }

  get world(): World {
    return this.#inSlack.world;
  }

  /** What was asked has come to its end, and was answered: an ask ends before its answer. */
  async done(): Promise<void> {
    await this.world.until('everything asked in Slack is done', async () => {
      const asks = await this.world.db.selectFrom('asks').select('state').execute();
      return asks.every(({ state }) => state === 'done');
    });
    await this.world.product.slack?.settle();
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
    let looks = 0;
    await this.world.until(`an App Home that says ${wanted}`, async () => {
      if (wanted.test(now())) return true;
      looks += 1;
      // What was drawn a moment ago rests before it is drawn anew.
      if (looks % 20 === 0) await this.world.pass('5s');
      return false;
    });
    return now();
  }
}

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
