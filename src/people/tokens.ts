import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, safe in a URL and a cookie. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored in place of a token. A plain hash is enough: 256 random bits cannot be guessed from it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Compares two secrets in a time that tells nothing about them. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
