import { type Logger as LibraryLogger, LogLevel } from '@slack/web-api';
import { messageOf } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';

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
