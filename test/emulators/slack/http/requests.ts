import type { Ack, Delivery, Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type SignedRequest, signedRequest } from './signed.ts';

/** What came back to a request, as it is. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Hands payloads to the app's request URL, signed. */
export class Requests {
  readonly #workspace: Workspace;
  readonly #ended = new AbortController();
  /** Where the app listens; null until a story says. */
  url: string | null;

  constructor(workspace: Workspace, url: string | null) {
    this.#workspace = workspace;
    this.url = url;
  }

  /** Sends a request as it is, however it was made. */
  async send({ headers, body }: SignedRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    if (this.url === null) throw new Error('no request URL is set: set slack.eventsUrl first');
    const response = await fetch(this.url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal,
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  }

  /** One attempt, as Slack makes it: anything but 200 within three seconds counts as failed. */
  async deliver({ type, payload, retry }: Delivery): Promise<Ack> {
    const { clock, tokens, patienceMs } = this.#workspace;
    const since = clock.now().getTime();
    const request = signedRequest(bodyOf(type, payload), tokens.signing, since);
    if (retry) {
      request.headers['x-slack-retry-num'] = `${retry.attempt}`;
      request.headers['x-slack-retry-reason'] = retry.reason;
    }
    const over = new AbortController();
    const waiting = new AbortController();
    const sent = this.send(request, over.signal).then(
      (answer): Ack => {
        const ms = clock.now().getTime() - since;
        const noRetry = answer.headers['x-slack-no-retry'] === '1';
        if (answer.status === 200) return { acked: true, ms, body: read(answer.text), status: 200, noRetry };
        this.#workspace.note(`${type}: answered with ${answer.status}`);
        return { acked: false, ms, body: null, status: answer.status, reason: 'http_error', noRetry };
      },
      (): Ack => ({ acked: false, ms: clock.now().getTime() - since, body: null, reason: 'connection_failed' }),
    );
    const timedOut = clock.wait(patienceMs, waiting.signal).then(
      (): Ack => {
        this.#workspace.note(`${type}: no acknowledgement within ${patienceMs / 1000} s`);
        return { acked: false, ms: patienceMs, body: null, reason: 'http_timeout' };
      },
      (): Ack => ({ acked: false, ms: 0, body: null, reason: 'http_timeout' }),
    );
    const ack = await Promise.race([sent, timedOut]);
    waiting.abort();
    if (ack.reason === 'http_timeout') over.abort();
    return ack;
  }

  close(): void {
    this.#ended.abort();
  }
}

/** Commands come as a form, acts as JSON in a form, events as JSON. */
export function bodyOf(type: Delivery['type'], payload: Json): string {
  if (type === 'events_api') return JSON.stringify(payload);
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
}

const read = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
