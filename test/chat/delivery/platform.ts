import { type ChatAdapter, DeliveryError, type Platform, type Post } from '#src/chat/adapter.ts';
import { Bucket, type Pace } from '#src/chat/pace.ts';
import type { Clock } from '#src/clock.ts';
import { viewText } from '#src/message/plain.ts';
import type { MessageView } from '#src/message/view.ts';

/** What goes wrong with one call: before anything is written, or after. */
export type Fault = { when: 'before' | 'after'; error: Error } | 'hang';

export interface Shown {
  id: string;
  place: string;
  token: string;
  thread: string | null;
  text: string;
  at: Date;
  edits: number;
}

export const textOf = (view: MessageView): string => viewText(view, { now: new Date(0), zone: 'UTC' });

/**
 * A chat platform that takes nothing amiss silently: a twin of a token is a second message (as in Slack), and is noted; so
 * is a call that comes before its pace allows. Faults are taken one for each call, in order.
 */
export class FakePlatform {
  readonly platform: Platform;
  readonly pace: Pace;
  readonly idempotent: boolean;
  readonly messages = new Map<string, Shown>();
  readonly calls: { call: 'post' | 'edit' | 'find'; place: string; text: string; at: number }[] = [];
  /** What must never happen. */
  readonly amiss: string[] = [];
  readonly faults: Fault[] = [];
  /** Places where every call fails. */
  readonly away = new Map<string, DeliveryError>();
  /** Texts that are never taken. */
  refuses: RegExp | null = null;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  #ids = 0;

  constructor(clock: Clock, over: { platform?: Platform; pace?: Pace; idempotent?: boolean } = {}) {
    this.#clock = clock;
    this.platform = over.platform ?? 'slack';
    this.pace = over.pace ?? { everyMs: 0, burst: 1 };
    this.idempotent = over.idempotent ?? false;
  }

  get adapter(): ChatAdapter {
    return {
      platform: this.platform,
      pace: this.pace,
      idempotent: this.idempotent,
      post: (post) => this.#call('post', post.place, textOf(post.view), () => this.#post(post)),
      edit: (place, id, view, token) =>
        this.#call('edit', place, textOf(view), () => this.#edit(place, id, view, token)),
      find: (place, token, since, thread) =>
        this.#call('find', place, token, () => this.#find(place, token, since, thread)),
    };
  }

  /** Messages of a place that are no lines, as they read now. */
  at = (place: string): Shown[] => [...this.messages.values()].filter((one) => one.place === place && !one.thread);
  texts = (place: string): string[] => this.at(place).map(({ text }) => text);
  lines = (id: string): string[] =>
    [...this.messages.values()].filter(({ thread }) => thread === id).map(({ text }) => text);

  async #call<T>(call: 'post' | 'edit' | 'find', place: string, text: string, act: () => T): Promise<T> {
    const at = this.#clock.now().getTime();
    const bucket = this.#buckets.get(place) ?? new Bucket(this.pace);
    this.#buckets.set(place, bucket);
    if (bucket.restMs(at) > 0) this.amiss.push(`${place}: a call ${bucket.restMs(at)} ms before its pace allows it`);
    bucket.take(at);
    this.calls.push({ call, place, text, at });
    await new Promise((resolve) => setImmediate(resolve));
    const away = this.away.get(place);
    if (away) throw away;
    if (call !== 'find' && this.refuses?.test(text)) throw new DeliveryError('refused', 'invalid_blocks');
    const fault = this.faults.shift();
    if (fault === 'hang') return new Promise(() => {});
    if (fault?.when === 'before') throw fault.error;
    const answer = act();
    if (fault) throw fault.error;
    return answer;
  }

  #post({ place, token, view, thread }: Post): string {
    if (thread !== null && !this.messages.has(thread)) throw new DeliveryError('gone', 'thread_not_found');
    const twin = [...this.messages.values()].find((one) => one.token === token);
    if (twin && this.idempotent) return twin.id;
    if (twin) this.amiss.push(`${place}: told twice (${token})`);
    this.#ids += 1;
    const id = `${this.#ids}`;
    this.messages.set(id, { id, place, token, thread, text: textOf(view), at: this.#clock.now(), edits: 0 });
    return id;
  }

  #edit(place: string, id: string, view: MessageView, token: string): void {
    const message = this.messages.get(id);
    if (message?.place !== place) throw new DeliveryError('gone', 'message_not_found');
    if (message.token !== token)
      this.amiss.push(`${place}: message ${id} is changed as ${token}, not ${message.token}`);
    message.text = textOf(view);
    message.edits += 1;
  }

  #find(place: string, token: string, since: Date, thread: string | null): string | null {
    const found = [...this.messages.values()].find(
      (one) => one.place === place && one.token === token && one.thread === thread,
    );
    return found && found.at >= since ? found.id : null;
  }
}
