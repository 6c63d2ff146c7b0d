import { elapsedOf } from '../../../clock.ts';
import type { Ground } from '../../../ground.ts';
import { plainError } from '../../connect/plain-error.ts';
import { rarely } from '../../connect/rarely.ts';
import { seenFirst } from '../../inbox.ts';
import { within } from '../../within.ts';
import type { Arrival, Intake, Reply } from './intake.ts';
import { isSslCheck, readBody } from './read-body.ts';
import { isJustSaid } from './said.ts';
import { isSigned, isTimely, replayKey, type Signed } from './signature.ts';

/** A request to `/slack/events`, before anything of it is believed. */
export interface SlackRequest {
  /** By lower-case name. */
  header(name: string): string | undefined;
  body: Buffer;
}

export interface SlackAnswer {
  status: 200 | 400 | 401 | 503;
  headers: Record<string, string>;
  body: string;
}

/** How long the question whether a request was here before may take; the rest of the three seconds is for handling it. */
const SEEN_MS = 1500;
/** Sent again, it would be no better. */
const NEVER_AGAIN = { 'x-slack-no-retry': '1' };

export interface DoorOptions {
  ground: Pick<Ground, 'db' | 'clock' | 'log'>;
  signingSecret: string;
  intake: Pick<Intake, 'take'>;
  /** Whether payloads can be taken at this moment. */
  isOpen: () => boolean;
}

const answer = (status: SlackAnswer['status'], headers: Record<string, string> = {}, body = ''): SlackAnswer => ({
  ...{ status, headers, body },
});

/**
 * HTTP mode: what comes over our own web server. Only what Slack signed within five minutes of now, and only once, gets
 * in; anybody else learns nothing.
 */
export function openDoor(options: DoorOptions): (request: SlackRequest) => Promise<SlackAnswer> {
  const { ground, signingSecret, isOpen } = options;
  const { clock, log } = ground;
  const turnedAway = rarely(clock, (times) =>
    log.warn({ times }, 'Requests that Slack did not sign, or not now, were turned away at /slack/events.'),
  );
  return async (request) => {
    const [at, since] = [clock.now(), elapsedOf(clock)];
    const type = request.header('content-type');
    const signed: Signed = {
      timestamp: request.header('x-slack-request-timestamp'),
      signature: request.header('x-slack-signature'),
    };
    if (signed.signature === undefined && isSslCheck(type, request.body)) return answer(200);
    if (!isTimely(signed, at) || !isSigned(signed, request.body, signingSecret)) {
      turnedAway();
      return answer(401);
    }
    const body = readBody(type, request.body);
    if (body === null) {
      log.warn({ type }, 'Slack sent something that cannot be read.');
      return answer(400, NEVER_AGAIN);
    }
    if (body.type === 'url_verification') return challenge(body.challenge);
    if (body.ssl_check === '1') return answer(200);
    // Harmless as often as it comes, so it need not be remembered.
    if (isJustSaid(body)) return answer(200);
    if (!isOpen()) return answer(503);
    const first = await isFirst(options, replayKey(signed));
    if (first === null) return answer(503);
    if (!first) {
      log.warn('A request that was handled before came again, with the same signature, and was turned away.');
      return answer(401);
    }
    return taken(options, { body, since, ...retryOf(request) });
  };
}

const challenge = (value: unknown): SlackAnswer =>
  typeof value === 'string'
    ? answer(200, { 'content-type': 'text/plain; charset=utf-8' }, value.slice(0, 1000))
    : answer(400, NEVER_AGAIN);

/** Null where the database does not say in time: what may be a repetition is not let in. */
async function isFirst({ ground }: DoorOptions, key: string): Promise<boolean | null> {
  const seen = seenFirst(ground, 'slack', key).catch((error) => {
    ground.log.warn(plainError(error), 'Whether a request of Slack was here before cannot be told; it may come again.');
    return null;
  });
  const first = await within(ground.clock, SEEN_MS, seen);
  return first === 'late' ? null : first;
}

function retryOf(request: SlackRequest): Pick<Arrival, 'retryNum' | 'retryReason'> {
  const number = Number(request.header('x-slack-retry-num'));
  return {
    retryNum: Number.isInteger(number) && number > 0 ? number : undefined,
    retryReason: request.header('x-slack-retry-reason')?.slice(0, 50),
  };
}

function taken({ intake, ground }: DoorOptions, arrival: Arrival): Promise<SlackAnswer> {
  return new Promise((resolve) => {
    const reply = async (given: Reply) => resolve(given.taken ? acknowledgement(given.payload) : answer(503));
    intake.take(arrival, reply).catch((error) => {
      ground.log.error(plainError(error), 'A request of Slack could not be handled.');
      resolve(answer(503));
    });
  });
}

function acknowledgement(payload: unknown): SlackAnswer {
  if (payload === undefined || payload === null || payload === '') return answer(200);
  if (typeof payload === 'string') return answer(200, { 'content-type': 'text/plain; charset=utf-8' }, payload);
  return answer(200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(payload));
}
