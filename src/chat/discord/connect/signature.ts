import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

const AGE_S = 300;

export interface Signed {
  /** `x-signature-timestamp`: seconds since 1970, as text. */
  timestamp: string | undefined;
  /** `x-signature-ed25519`: 128 hex digits. */
  signature: string | undefined;
}

/** The application's public key, from its 64 hex digits. */
export const readPublicKey = (hex: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
    format: 'jwk',
  });

/** Whether the headers can be those of a request made within five minutes of `now`, on either side. */
export function isTimely({ timestamp, signature }: Signed, now: Date): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (signature === undefined || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) <= AGE_S;
}

/** Whether Discord signed exactly these bytes with this time-stamp. */
export function isSigned({ timestamp, signature }: Signed, body: Buffer, key: KeyObject): boolean {
  const signed = Buffer.concat([Buffer.from(timestamp ?? ''), body]);
  return verify(null, signed, key, Buffer.from(signature ?? '', 'hex'));
}

/** What a request is remembered by: its bytes and its time, since a signature may be written in more than one way. */
export const replayKey = ({ timestamp }: Signed, body: Buffer): string =>
  `request:${createHash('sha256')
    .update(timestamp ?? '')
    .update(body)
    .digest('hex')
    .slice(0, 40)}`;
