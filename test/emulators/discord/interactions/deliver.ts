import type { Gateway } from '../gateway/gateway.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { Refusal } from '../refusal.ts';
import type { Interaction } from '../shapes.ts';
import type { Realm } from '../state/realm.ts';
import { shown } from '../wire.ts';
import type { Held, Interactions } from './interactions.ts';

const PLAYED = ['', '', 'command', 'click', 'completion', 'form'];

/** Hands interactions to the app and waits for the first answer, as long as Discord does. */
export class Deliveries {
  readonly #realm: Realm;
  readonly #interactions: Interactions;
  readonly #gateway: Gateway;
  readonly #endpoint: Endpoint;
  readonly #ended = new AbortController();
  base = (): string => '';
  away = (): boolean => false;

  constructor(realm: Realm, interactions: Interactions, gateway: Gateway, endpoint: Endpoint) {
    this.#realm = realm;
    this.#interactions = interactions;
    this.#gateway = gateway;
    this.#endpoint = endpoint;
  }

  /** Resolves with the first answer, or when Discord has waited long enough. */
  async deliver(held: Held): Promise<Interaction> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#ended.signal]);
    const { clock, patienceMs } = this.#realm;
    const tooLate = clock.wait(patienceMs, signal).then(
      () => this.#late(held),
      () => {},
    );
    const lost = this.#hand(held, over.signal).then((handed) => (handed ? tooLate : undefined));
    await Promise.race([held.answered, tooLate, lost]);
    over.abort();
    return this.#result(held);
  }

  /** Hands in the same once more; only the first answer to either counts. */
  async again(held: Held): Promise<void> {
    await this.#hand(held, this.#ended.signal);
  }

  #late(held: Held): void {
    if (!held.callback)
      this.#realm.note(`${PLAYED[held.type]} ${held.id}: no first answer within ${this.#realm.patienceMs / 1000} s`);
  }

  /** False where nobody is there to take it. */
  async #hand(held: Held, signal: AbortSignal): Promise<boolean> {
    if (this.away()) return false;
    if (this.#realm.interactionsUrl === null) return this.#gateway.dispatch('INTERACTION_CREATE', held.payload) > 0;
    if (!(await this.#endpoint.settled())) return false;
    try {
      const answer = await this.#endpoint.deliver(held.payload, signal);
      if (answer) this.#takeReply(held, answer);
      return true;
    } catch (error) {
      if (!signal.aborted) this.#realm.note(`${PLAYED[held.type]} ${held.id}: ${String(error)}`);
      return false;
    }
  }

  #takeReply(
    held: Held,
    { body, files }: { body: Held['payload']; files: Parameters<Interactions['answer']>[2]['files'] },
  ) {
    const what = 'the reply to an interaction';
    try {
      this.#interactions.answer(held.id, held.token, { body, files, base: this.base(), what });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#realm.note(`${what}: ${error.sentence}`);
      held.settle();
    }
  }

  #result(held: Held): Interaction {
    const { id, callback, payload } = held;
    const acked = callback !== null;
    return {
      id,
      acked,
      callback,
      ackMs: (held.answeredAt ?? this.#realm.now()).getTime() - held.at.getTime(),
      payload,
      shown: () => (held.original && !held.original.deleted ? shown(this.#realm, held.original) : null),
    };
  }

  close(): void {
    this.#ended.abort();
  }
}
