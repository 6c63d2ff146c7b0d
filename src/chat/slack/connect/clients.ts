import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackConfig } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import type { SlackClients } from '../slack.ts';
import { libraryLog } from './library-log.ts';

/** A trigger lives for three seconds: an answer that took longer would be of no use. */
const NOW_MS = 2500;
const ONCE_MS = 5000;
const LATER_MS = 10_000;

/**
 * What every client of ours has in common; a new object each time, since the libraries write into the one they are given.
 * `retries` is always said: unsaid, one of them sets a hundred. Never `headers`: they would go out in place of the token.
 */
export function clientOptions(
  config: Pick<SlackConfig, 'apiUrl'>,
  log: Logger,
  { retries, timeoutMs }: { retries: number; timeoutMs: number },
): WebClientOptions {
  return {
    ...(config.apiUrl === null ? {} : { slackApiUrl: config.apiUrl }),
    allowAbsoluteUrls: false,
    retryConfig: { retries, factor: 2, minTimeout: 100, maxTimeout: 500 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: libraryLog(log),
  };
}

/** For what a person waits for: two more attempts at most. */
export const nowOptions = (config: Pick<SlackConfig, 'apiUrl'>, log: Logger): WebClientOptions =>
  clientOptions(config, log, { retries: 2, timeoutMs: NOW_MS });

/** For what a person waits for and must not have twice: not one attempt more. */
export const onceOptions = (config: Pick<SlackConfig, 'apiUrl'>, log: Logger): WebClientOptions =>
  clientOptions(config, log, { retries: 0, timeoutMs: ONCE_MS });

/** For what is tried again by whoever asked for it, with knowledge that the library lacks. */
export const laterOptions = (config: Pick<SlackConfig, 'apiUrl'>, log: Logger): WebClientOptions =>
  clientOptions(config, log, { retries: 0, timeoutMs: LATER_MS });

/** The three clients of this workspace's bot. */
export const makeClients = (config: SlackConfig, log: Logger): SlackClients => ({
  now: new WebClient(config.botToken, nowOptions(config, log)),
  once: new WebClient(config.botToken, onceOptions(config, log)),
  later: new WebClient(config.botToken, laterOptions(config, log)),
});
