import type { Interactions } from '../interactions/interactions.ts';
import type { Json } from '../shapes.ts';
import type { Realm } from '../state/realm.ts';
import type { OldEdits } from './old-edits.ts';

/** A file that came with a request. */
export interface Upload {
  /** The number n of its part `files[n]`. */
  index: number;
  filename: string;
  content_type: string;
  bytes: Buffer;
}

/** One request, read. */
export interface Call {
  method: string;
  /** Decoded, without `/api/v10` and query. */
  path: string;
  /** What stands for each `:name` of the route, in order. */
  at: string[];
  query: URLSearchParams;
  body: unknown;
  files: Upload[];
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What every route has at hand. */
export interface Api {
  realm: Realm;
  interactions: Interactions;
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  gatewayUrl(): string;
  /** What `gateway/bot` says of shards and of how often an app may come. */
  starts(): Json;
  /** Sets or takes away where interactions go by HTTP; false where the address did not pass Discord's probe. */
  setInteractionsUrl(url: string | null): Promise<boolean>;
  oldEdits: OldEdits;
  /** How long a nonce is remembered. */
  nonceMs: number;
  /** Counts commands that were made anew. @throws Refusal 30034 above so many a day. */
  countCreates(scope: 'guild' | 'global', made: number, most: number): void;
}

export interface Route {
  method: string;
  /** `/channels/:id/messages` */
  route: string;
  /** False: its address itself is the secret, no token is asked for. */
  auth?: boolean;
  handle(call: Call, api: Api): Answer | Promise<Answer>;
}

/** The body as an object. */
export const bodyOf = ({ body }: Pick<Call, 'body'>): Json =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Json) : {};
