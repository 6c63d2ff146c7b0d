import type { Ack, Delivery, Json } from '../shapes.ts';
import { newId } from '../workspace/ids.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Slack's plan: at once, after a minute, after five. */
const RETRIES_MS = [0, 60_000, 300_000];

/** One event and how its attempts ended. */
export interface EventDelivery {
  id: string;
  type: string;
  body: Json;
  attempts: Ack[];
  /** Over: acknowledged, or given up. */
  done: boolean;
}

/** Hands events to the app, and again by Slack's plan where they were not acknowledged. */
export class Events {
  readonly #workspace: Workspace;
  readonly #deliver: (delivery: Delivery) => Promise<Ack>;
  readonly #ended = new AbortController();
  readonly all: EventDelivery[] = [];
  /** Event types that the app has subscribed to. */
  subscribed: Set<string>;

  constructor(workspace: Workspace, subscribed: readonly string[], deliver: (delivery: Delivery) => Promise<Ack>) {
    this.#workspace = workspace;
    this.#deliver = deliver;
    this.subscribed = new Set(subscribed);
  }

  /** Sends one if the app has subscribed to it; resolves when the first attempt has ended. */
  async emit(event: Json, over: Json = {}): Promise<EventDelivery | null> {
    const kind = event.channel_type === 'im' ? 'im' : `${event.channel_type}s`;
    const name = event.type === 'message' ? `message.${kind}` : String(event.type);
    return this.subscribed.has(name) ? this.send(this.#wrap(event, over)) : null;
  }

  /** Sends a whole body, subscribed or not. */
  async send(body: Json): Promise<EventDelivery> {
    const type = String((body.event as Json | undefined)?.type ?? body.type);
    const delivery: EventDelivery = { id: String(body.event_id ?? ''), type, body, attempts: [], done: false };
    this.all.push(delivery);
    const first = await this.#attempt(delivery);
    if (first.acked || first.noRetry) delivery.done = true;
    else this.#again(delivery, first).catch(() => undefined);
    return delivery;
  }

  async #attempt(delivery: EventDelivery, retry?: Delivery['retry']): Promise<Ack> {
    const { body: payload } = delivery;
    const ack = await this.#deliver({
      type: 'events_api',
      payload,
      acceptsResponse: false,
      ...(retry ? { retry } : {}),
    });
    delivery.attempts.push(ack);
    return ack;
  }

  async #again(delivery: EventDelivery, first: Ack): Promise<void> {
    let last = first;
    for (const [index, ms] of RETRIES_MS.entries()) {
      if (ms > 0) await this.#workspace.clock.wait(ms, this.#ended.signal);
      this.#ended.signal.throwIfAborted();
      last = await this.#attempt(delivery, { attempt: index + 1, reason: last.reason ?? 'unknown_error' });
      if (last.acked || last.noRetry) break;
    }
    delivery.done = true;
    if (!last.acked)
      this.#workspace.note(`event ${delivery.type}: given up after ${delivery.attempts.length} attempts`);
  }

  #wrap(event: Json, over: Json): Json {
    const { team, app, botUser, tokens } = this.#workspace;
    return {
      token: tokens.verification,
      team_id: team.id,
      context_team_id: team.id,
      context_enterprise_id: null,
      api_app_id: app,
      event: { event_ts: this.#workspace.stamp(), ...event },
      type: 'event_callback',
      event_id: newId('Ev'),
      event_time: Math.floor(this.#workspace.now().getTime() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team.id, user_id: botUser, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      ...over,
    };
  }

  /** A whole body for an event, to be sent by hand. */
  body = (event: Json, over: Json = {}): Json => this.#wrap(event, over);

  close(): void {
    this.#ended.abort();
  }
}
