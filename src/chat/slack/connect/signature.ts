import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const AGE_S = 300;

export interface Signed {
  /** `x-slack-request-timestamp`: seconds since 1970, as text. */
  timestamp: string | undefined;
  /** `x-slack-signature`: `v0=` and 64 hex digits. */
  signature: string | undefined;
}

/** Whether the headers can be those of a request made within five minutes of `now`, on either side. */
export function isTimely({ timestamp, signature }: Signed, now: Date): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (signature === undefined || !/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) <= AGE_S;
}

/** Whether Slack signed exactly these bytes (scheme v0), compared in constant time. */
export function isSigned({ timestamp, signature }: Signed, body: Buffer, secret: string): boolean {
  const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from((signature ?? '').slice('v0='.length), 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** What a request is remembered by; the signature itself is not kept. */
export const replayKey = ({ signature }: Signed): string =>
  `request:${createHash('sha256')
    .update(signature ?? '')
    .digest('hex')
    .slice(0, 40)}`;
