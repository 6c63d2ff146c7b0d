import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** An id as Slack gives them: a letter for the kind, then capitals and digits. */
export function newId(kind: string): string {
  return kind + [...randomBytes(10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** A value that nobody can guess, for addresses and tickets. */
export const secret = (): string => randomBytes(18).toString('base64url');

/** Time stamps that are ids as well: seconds, a dot and six digits, never the same twice and never going back. */
export class Stamps {
  #last = 0;

  next(now: Date): string {
    const micro = Math.max(now.getTime() * 1000, this.#last + 100);
    this.#last = micro;
    return `${Math.floor(micro / 1e6)}.${`${micro % 1e6}`.padStart(6, '0')}`;
  }
}
