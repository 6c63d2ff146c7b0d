import { createHash } from 'node:crypto';
import type { Clock } from '#src/clock.ts';

/** How many calls in how many milliseconds one route lets through for one channel, guild or webhook. */
const LIMITS: Record<string, [most: number, perMs: number]> = {
  'POST /channels/:id/messages': [5, 5000],
  'PATCH /channels/:id/messages/:id': [5, 5000],
  'DELETE /channels/:id/messages/:id': [5, 1000],
  'GET /channels/:id/messages': [5, 1000],
  'POST /channels/:id/messages/:id/threads': [50, 300_000],
  'POST /channels/:id/threads': [50, 300_000],
  'PATCH /channels/:id': [10, 10_000],
  'POST /users/@me/channels': [10, 10_000],
  'POST /webhooks/:app/:token': [5, 2000],
  'PATCH /webhooks/:app/:token/messages/:id': [5, 2000],
};
const ELSEWHERE: [number, number] = [20, 1000];
const GLOBAL_A_SECOND = 50;
/** So many 401, 403 and 429 in ten minutes, and Discord answers that address no more. */
const MOST_INVALID = 10_000;
const INVALID_MS = 600_000;

/** The part of a path by which Discord counts separately, besides the route. */
export function topResource(path: string): string {
  const [, kind, id, token] = path.split('/');
  if (kind === 'channels' || kind === 'guilds') return `${id}`;
  return kind === 'webhooks' ? `${id}:${token}` : '';
}

export interface Paced {
  /** Null where the call may be made. */
  refused: { afterMs: number; scope: 'user' | 'global' } | null;
  headers: Record<string, string>;
}

/** How fast Discord lets an app be: a bucket for each route and top resource, and fifty calls a second in all. */
export class Pace {
  readonly #clock: Clock;
  readonly #on: boolean;
  readonly #buckets = new Map<string, { used: number; resetAt: number }>();
  #second = { used: 0, resetAt: 0 };
  #invalid: number[] = [];

  constructor(clock: Clock, on: boolean) {
    this.#clock = clock;
    this.#on = on;
  }

  /** Bad answers in the last ten minutes. */
  get invalid(): number {
    const since = this.#clock.now().getTime() - INVALID_MS;
    this.#invalid = this.#invalid.filter((at) => at > since);
    return this.#invalid.length;
  }

  /** True: Discord answers no more. */
  get banned(): boolean {
    return this.invalid >= MOST_INVALID;
  }

  countInvalid(): void {
    this.#invalid.push(this.#clock.now().getTime());
  }

  /** Counts a call of a route (`POST /channels/:id/messages`). The first answers to interactions are counted nowhere. */
  take(route: string, path: string): Paced {
    if (!this.#on || route.endsWith('/callback')) return { refused: null, headers: {} };
    const now = this.#clock.now().getTime();
    if (now >= this.#second.resetAt) this.#second = { used: 0, resetAt: now + 1000 };
    if (this.#second.used >= GLOBAL_A_SECOND) {
      const headers = { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' };
      return { refused: { afterMs: this.#second.resetAt - now, scope: 'global' }, headers };
    }
    this.#second.used += 1;
    const [most, perMs] = LIMITS[route] ?? ELSEWHERE;
    const key = `${route} ${topResource(path)}`;
    const before = this.#buckets.get(key);
    const bucket = before && now < before.resetAt ? before : { used: 0, resetAt: now + perMs };
    this.#buckets.set(key, bucket);
    const refused = bucket.used >= most ? { afterMs: bucket.resetAt - now, scope: 'user' as const } : null;
    if (!refused) bucket.used += 1;
    return { refused, headers: headersOf(route, most, bucket, now) };
  }
}

const headersOf = (route: string, most: number, { used, resetAt }: { used: number; resetAt: number }, now: number) => ({
  'x-ratelimit-limit': `${most}`,
  'x-ratelimit-remaining': `${Math.max(0, most - used)}`,
  'x-ratelimit-reset': `${(resetAt / 1000).toFixed(3)}`,
  'x-ratelimit-reset-after': `${((resetAt - now) / 1000).toFixed(3)}`,
  'x-ratelimit-bucket': createHash('md5').update(route).digest('hex'),
});
