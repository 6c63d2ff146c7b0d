import { REST, type RESTOptions } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import type { DiscordRest } from '../discord.ts';
import { sendEncoded } from './send-encoded.ts';

/** Of one attempt, and of a whole call with its place in the queue; an interaction waits for three seconds. */
const NOW = { timeout: 2500, retries: 1, longestWaitMs: 1500, wholeMs: 6000 };
/** Not one attempt more. A call with files says itself how long it may take, up to the life of an interaction. */
const ONCE = { timeout: 15 * 60_000, retries: 0, longestWaitMs: 1500, wholeMs: 6000 };
/** What is too much for one call of the outbox comes back to it, so that the place is not held meanwhile. */
const LATER = { timeout: 10_000, retries: 0, longestWaitMs: 5000, wholeMs: 20_000 };

/** Refused answers in ten minutes after which the library warns; at 10,000 Discord shuts an address out. */
const WARN_AFTER = 500;

/** Of a bot's calls in a second; answers to interactions, first and later, do not count (developer documentation, "Endpoints"). */
const GLOBAL = 50;

interface Patience {
  timeout: number;
  retries: number;
  longestWaitMs: number;
  wholeMs: number;
}

/** Options of every queue of ours; a limit that takes longer than `longestWaitMs` is told to whoever called. */
export const restOptions = (
  { apiUrl }: Pick<DiscordConfig, 'apiUrl'>,
  { timeout, retries, longestWaitMs }: Omit<Patience, 'wholeMs'>,
): Partial<RESTOptions> => ({
  ...(apiUrl === null ? {} : { api: apiUrl }),
  ...{ timeout, retries, invalidRequestWarningInterval: WARN_AFTER, makeRequest: sendEncoded },
  // How long a 429 itself asks one to wait is not in the first of these, and could be an hour.
  rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > longestWaitMs,
});

/** The library's queue, which keeps its token after a refusal and ends every call in time. */
class Queue extends REST {
  readonly #wholeMs: number;

  constructor(options: Partial<RESTOptions>, wholeMs: number) {
    super(options);
    this.#wholeMs = wholeMs;
  }

  /** The library forgets the token after one 401, and then no call goes out any more, however well the token is. */
  override setToken(token: string | null): this {
    return token === null ? this : super.setToken(token);
  }

  /** The library's own time-out ends with the headers of an answer; a body may keep one waiting for minutes. */
  override queueRequest(request: Parameters<REST['queueRequest']>[0]): ReturnType<REST['queueRequest']> {
    return super.queueRequest({ signal: AbortSignal.timeout(this.#wholeMs), ...request });
  }
}

/** One queue of the bot's own calls, with what it says about limits in our log. */
export function makeQueue(
  config: Pick<DiscordConfig, 'apiUrl' | 'botToken'>,
  log: Logger,
  { globalRequestsPerSecond, ...patience }: Patience & { globalRequestsPerSecond: number },
): REST {
  const options = { ...restOptions(config, patience), globalRequestsPerSecond };
  const queue = new Queue(options, patience.wholeMs).setToken(config.botToken);
  queue.on('rateLimited', ({ method, route, timeToReset, global, scope }) =>
    log.info(
      { method, route: withoutSecrets(route), ms: timeToReset, global, scope },
      'Discord limits our calls; this one waits or comes back.',
    ),
  );
  queue.on('invalidRequestWarning', ({ count, remainingTime }) =>
    log.error(
      { count, ms: remainingTime },
      'Discord refuses many of our calls; at 10,000 in ten minutes it shuts this address out. The token or a permission is wrong.',
    ),
  );
  return queue;
}

export const makeRest = (config: Pick<DiscordConfig, 'apiUrl' | 'botToken'>, log: Logger): DiscordRest => ({
  // Nearly all of its calls answer interactions; the library would hold even first answers back at fifty a second.
  now: makeQueue(config, log, { ...NOW, globalRequestsPerSecond: Number.POSITIVE_INFINITY }),
  once: makeQueue(config, log, { ...ONCE, globalRequestsPerSecond: GLOBAL }),
  later: makeQueue(config, log, { ...LATER, globalRequestsPerSecond: GLOBAL }),
});
