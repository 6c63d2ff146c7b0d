import { Refusal } from '../refusal.ts';
import type { Realm } from '../state/realm.ts';

/** Changes of messages older than an hour: so many in a channel in such a time (userdoccers, Message, Edit Message). */
export class OldEdits {
  readonly #realm: Realm;
  readonly #most: number;
  readonly #perMs: number;
  readonly #made = new Map<string, number[]>();

  constructor(realm: Realm, { most, perMs }: { most: number; perMs: number }) {
    this.#realm = realm;
    this.#most = most;
    this.#perMs = perMs;
  }

  /** @throws Refusal 30046 where there were too many lately. */
  heed(channel: string): void {
    const now = this.#realm.now().getTime();
    const lately = (this.#made.get(channel) ?? []).filter((at) => at > now - this.#perMs);
    this.#made.set(channel, lately);
    const [first] = lately;
    if (first !== undefined && lately.length >= this.#most) throw new Refusal(30046, [], first + this.#perMs - now);
  }

  count(channel: string): void {
    this.#made.set(channel, [...(this.#made.get(channel) ?? []), this.#realm.now().getTime()]);
  }
}
