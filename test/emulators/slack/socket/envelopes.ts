import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Ack, Delivery } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Sockets } from './sockets.ts';

interface Pending {
  since: number;
  socket: WebSocket;
  settle(ack: Ack): void;
}

/** Hands payloads to any one open socket and waits for the acknowledgement of each. */
export class Envelopes {
  readonly #workspace: Workspace;
  readonly #sockets: Sockets;
  readonly #pending = new Map<string, Pending>();
  readonly #late = new Map<string, { type: string; since: number }>();

  constructor(workspace: Workspace, sockets: Sockets) {
    this.#workspace = workspace;
    this.#sockets = sockets;
    sockets.onMessage = (text) => this.#take(text);
  }

  /** Envelopes that were sent and not yet acknowledged. */
  get unacked(): number {
    return this.#pending.size;
  }

  /** One attempt. What a closing socket took with it is waited for in vain: only Slack's own time-out ends it. */
  async deliver({ type, payload, retry, acceptsResponse }: Delivery): Promise<Ack> {
    const socket = this.#sockets.next();
    if (!socket) return { acked: false, ms: 0, body: null, reason: 'connection_failed' };
    const { clock, patienceMs } = this.#workspace;
    const envelope_id = randomUUID();
    const since = clock.now().getTime();
    const over = new AbortController();
    const answered = new Promise<Ack>((resolve) => {
      this.#pending.set(envelope_id, { since, socket, settle: resolve });
    });
    socket.send(
      JSON.stringify({
        envelope_id,
        type,
        accepts_response_payload: acceptsResponse,
        payload,
        ...(retry ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {}),
      }),
    );
    const timedOut = clock.wait(patienceMs, over.signal).then(
      (): Ack => {
        this.#pending.delete(envelope_id);
        this.#late.set(envelope_id, { type, since });
        this.#workspace.note(`${type}: no acknowledgement within ${patienceMs / 1000} s`);
        return { acked: false, ms: patienceMs, body: null, reason: 'timeout' };
      },
      (): Ack => ({ acked: false, ms: 0, body: null, reason: 'timeout' }),
    );
    const ack = await Promise.race([answered, timedOut]);
    over.abort();
    return ack;
  }

  /** Ends all waiting; nothing is held against anybody. */
  close(): void {
    for (const { settle, since } of this.#pending.values()) {
      settle({ acked: false, ms: this.#workspace.now().getTime() - since, body: null, reason: 'connection_failed' });
    }
    this.#pending.clear();
  }

  #take(text: string): void {
    const answer = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
    const id = answer.envelope_id ?? '';
    const pending = this.#pending.get(id);
    const ms = (since: number) => this.#workspace.now().getTime() - since;
    if (pending) {
      this.#pending.delete(id);
      pending.settle({ acked: true, ms: ms(pending.since), body: answer.payload ?? null });
      return;
    }
    const late = this.#late.get(id);
    if (late) this.#workspace.note(`${late.type}: acknowledged too late, after ${ms(late.since)} ms`);
    else this.#workspace.note(`socket: an acknowledgement of an envelope that was acknowledged before, or never sent`);
  }
}
