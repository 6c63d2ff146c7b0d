import { randomBytes } from 'node:crypto';

const EPOCH_MS = 1_420_070_400_000n;

/** Discord's ids: the time since 2015 in their upper bits, never the same twice and never going back. */
export class Snowflakes {
  #last = 0n;

  next(now: Date): string {
    const wanted = (BigInt(now.getTime()) - EPOCH_MS) << 22n;
    this.#last = wanted > this.#last ? wanted : this.#last + 1n;
    return `${this.#last}`;
  }
}

/** When an id was made. */
export const timeOf = (id: string): Date => new Date(Number((BigInt(id) >> 22n) + EPOCH_MS));

export const isSnowflake = (value: unknown): value is string => typeof value === 'string' && /^\d{15,20}$/.test(value);

/** A value that nobody can guess. */
export const secret = (bytes = 24): string => randomBytes(bytes).toString('base64url');
