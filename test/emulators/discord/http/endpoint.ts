import { Refusal } from '../refusal.ts';
import { readBody } from '../rest/body.ts';
import type { Upload } from '../rest/call.ts';
import type { Json } from '../shapes.ts';
import type { Realm } from '../state/realm.ts';
import { badlySigned, type SignedRequest, signedRequest } from './signed.ts';

/** What came back to a request, as it is. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

interface RawAnswer extends HttpAnswer {
  bytes: Buffer<ArrayBuffer>;
}

/** The app's address for interactions. */
export class Endpoint {
  readonly #realm: Realm;
  readonly #ended = new AbortController();
  /** Whether the address passed the probe; none is asked for until one is set. */
  #passed: Promise<boolean> = Promise.resolve(false);

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** Sends a request as it is, however it was made. */
  async send(
    { headers, body }: SignedRequest,
    url = this.#realm.interactionsUrl,
    signal?: AbortSignal,
  ): Promise<RawAnswer> {
    if (url === null) throw new Error('no address for interactions is set: set discord.interactionsUrl first');
    const signals = [this.#ended.signal, ...(signal ? [signal] : [])];
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: bytes.toString('utf8'),
      bytes,
    };
  }

  signed(body: string | Json, at = this.#realm.now()): SignedRequest {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return signedRequest(text, this.#realm.keys.privateKey, at.getTime());
  }

  /** Discord's probe of a new address: a ping, which is to be answered with a pong, and one with a bad signature: 401. */
  async #probe(url: string): Promise<boolean> {
    const realm = this.#realm;
    const ping = () =>
      this.signed({ id: realm.newId(), application_id: realm.application, type: 1, token: 'aW50', version: 1 });
    try {
      const good = await this.send(ping(), url);
      const bad = await this.send(badlySigned(ping()), url);
      const pong = good.status === 200 && (JSON.parse(good.text) as Json).type === 1;
      if (pong && bad.status === 401) return true;
      realm.note(
        `the interactions endpoint failed the probe: ${good.status} to a ping, ${bad.status} to a bad signature`,
      );
    } catch (error) {
      realm.note(`the interactions endpoint failed the probe: ${String(error)}`);
    }
    return false;
  }

  /** Sets the address; false where it did not pass the probe, and then it is not kept. */
  set(url: string | null): Promise<boolean> {
    if (url === null) {
      this.#realm.interactionsUrl = null;
      return Promise.resolve(true);
    }
    const before = this.#realm.interactionsUrl;
    this.#realm.interactionsUrl = url;
    this.#passed = this.#probe(url).then((passed) => {
      if (!passed && this.#realm.interactionsUrl === url) this.#realm.interactionsUrl = before;
      return passed;
    });
    return this.#passed;
  }

  /** Resolves when the probe of the address has ended. */
  settled = (): Promise<boolean> => this.#passed;

  /**
   * One attempt to hand in an interaction; there is never a second. The answer is the first answer to it, null where the app
   * said (202) that it will answer by the callback.
   */
  async deliver(payload: Json, signal: AbortSignal): Promise<{ body: Json; files: Upload[] } | null> {
    const { status, bytes, headers } = await this.send(this.signed(payload), undefined, signal);
    if (status === 202) return null;
    if (status !== 200) throw new Error(`answered with ${status}`);
    try {
      const { body, files } = await readBody(headers['content-type'] ?? '', bytes);
      if (typeof body === 'object' && body !== null) return { body: body as Json, files };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    throw new Error('answered with what is no JSON');
  }

  close(): void {
    this.#ended.abort();
  }
}
