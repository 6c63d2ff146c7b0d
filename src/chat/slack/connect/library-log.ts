import { type Logger as LibraryLogger, LogLevel } from '@slack/web-api';
import { messageOf } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';

/** Tokens of every kind, addresses that answer for somebody, and tickets of a socket. */
const SECRETS = /xox[a-z]*[-.][A-Za-z0-9.-]+|xapp-[A-Za-z0-9-]+|\b(?:https?|wss?):\/\/[^\s"'<>]+/g;

/** The same words without what opens a door: tokens, and addresses beyond their host. */
export const withoutSecrets = (text: string): string =>
  text.replace(SECRETS, (found) => {
    const host = /^[a-z]+:\/\/[^/?#\s"']+/.exec(found)?.[0];
    return host === undefined ? '[redacted]' : `${host}/…`;
  });

/** An error for the log: its words and where it came from; what the libraries hang on it may hold a token. */
export function plainError(error: unknown): { why: string; stack?: string | undefined } {
  const stack = error instanceof Error && error.stack ? withoutSecrets(error.stack).slice(0, 4000) : undefined;
  return { why: reasonsOf(error).map(withoutSecrets).join('; '), stack };
}

/** Several listeners of the app may have failed at once. */
const reasonsOf = (error: unknown): string[] =>
  error instanceof Error && 'originals' in error && Array.isArray(error.originals)
    ? error.originals.map(messageOf)
    : [messageOf(error)];

/**
 * What Slack's libraries say, for our log. Never their debug level, at which they print whole payloads; their "error" is
 * one failed attempt, of which what counts is told by whoever asked.
 */
export function libraryLog(log: Logger): LibraryLogger {
  const words = (said: unknown[]) => withoutSecrets(said.map((one) => wordsOf(one)).join(' ')).slice(0, 2000);
  return {
    debug: () => undefined,
    info: (...said: unknown[]) => log.debug({ by: 'slack library' }, words(said)),
    warn: (...said: unknown[]) => log.warn({ by: 'slack library' }, words(said)),
    error: (...said: unknown[]) => log.warn({ by: 'slack library' }, words(said)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

const wordsOf = (said: unknown): string =>
  typeof said === 'string' ? said : said instanceof Error ? messageOf(said) : JSON.stringify(said);
