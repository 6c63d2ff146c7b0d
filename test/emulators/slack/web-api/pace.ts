import type { Clock } from '#src/clock.ts';

const BURST = 5;
const SECOND_MS = 1000;

/** Calls a minute of each tier. */
const TIERS: Record<number, number> = { 1: 1, 2: 20, 3: 50, 4: 100 };
const TIER_OF: Record<string, number> = {
  'apps.connections.open': 1,
  'chat.update': 3,
  'chat.delete': 3,
  'conversations.history': 3,
  'conversations.replies': 3,
  'conversations.info': 3,
  'chat.postEphemeral': 4,
  'users.info': 4,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
  'files.info': 4,
  'views.open': 4,
  'views.push': 4,
  'views.update': 4,
  'views.publish': 4,
  'users.list': 2,
  'conversations.list': 2,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'usergroups.users.update': 2,
  'usergroups.enable': 2,
  'usergroups.disable': 2,
};

interface Bucket {
  left: number;
  at: number;
}

/** How fast Slack lets an app be: one post a second into a channel with bursts of five, and the tiers where asked for. */
export class Pace {
  readonly #clock: Clock;
  readonly #channels: boolean;
  readonly #tiers: boolean;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, on: { channels: boolean; tiers: boolean }) {
    this.#clock = clock;
    this.#channels = on.channels;
    this.#tiers = on.tiers;
  }

  /** `place`: the channel that is called for. Whole seconds to wait, or null where the call may be made. */
  refuse(method: string, place: unknown): number | null {
    const own = this.#channels && method === 'chat.postMessage' && typeof place === 'string';
    if (own) return this.#take(`${method} ${place}`, BURST, SECOND_MS);
    const tier = this.#tiers ? TIERS[TIER_OF[method] ?? 0] : undefined;
    return tier === undefined ? null : this.#take(method, tier, 60_000 / tier);
  }

  #take(key: string, most: number, eachMs: number): number | null {
    const now = this.#clock.now().getTime();
    const before = this.#buckets.get(key) ?? { left: most, at: now };
    const left = Math.min(most, before.left + Math.max(0, now - before.at) / eachMs);
    if (left < 1) {
      this.#buckets.set(key, { left, at: now });
      return Math.max(1, Math.ceil(((1 - left) * eachMs) / 1000));
    }
    this.#buckets.set(key, { left: left - 1, at: now });
    return null;
  }
}
