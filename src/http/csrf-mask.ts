import { randomBytes } from 'node:crypto';

/**
 * The secret of a session as a page carries it: another text each time (a random pad, and the secret under it), so that
 * compressing a page beside foreign text tells nothing about the secret (BREACH). Empty stays empty.
 */
export function maskCsrf(csrf: string): string {
  const secret = Buffer.from(csrf);
  const pad = randomBytes(secret.length);
  return csrf === '' ? '' : `${pad.toString('base64url')}.${under(secret, pad).toString('base64url')}`;
}

/** The secret that a form carries, masked or plain; whether it is the right one is for `csrfMatches` to say. */
export function unmaskCsrf(given: string | undefined): string | undefined {
  const [pad, masked, ...more] = given?.split('.') ?? [];
  if (pad === undefined || masked === undefined || more.length > 0) return given;
  const [left, right] = [Buffer.from(pad, 'base64url'), Buffer.from(masked, 'base64url')];
  return left.length === right.length ? under(right, left).toString() : given;
}

const under = (text: Buffer, pad: Buffer): Buffer => Buffer.from(text.map((byte, index) => byte ^ (pad[index] ?? 0)));
