import { type KeyObject, sign } from 'node:crypto';

/** A request as Discord sends it to an app. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** Signs a body as Discord does: Ed25519 over the time in seconds and the raw body. `at` in milliseconds. */
export function signedRequest(body: string, key: KeyObject, at: number): SignedRequest {
  const time = `${Math.floor(at / 1000)}`;
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
      'x-signature-ed25519': sign(null, Buffer.from(time + body), key).toString('hex'),
      'x-signature-timestamp': time,
    },
    body,
  };
}

/** The same with a signature of nobody's. */
export const badlySigned = (request: SignedRequest): SignedRequest => ({
  ...request,
  headers: { ...request.headers, 'x-signature-ed25519': 'ab'.repeat(64) },
});
