import { elapsedOf } from '../../../clock.ts';
import type { Ground } from '../../../ground.ts';
import { isPayload, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { rarely } from '../../connect/rarely.ts';
import { seenFirst } from '../../inbox.ts';
import { within } from '../../within.ts';
import type { Callback } from '../discord.ts';
import { safe } from './callback.ts';
import type { Intake } from './intake.ts';
import { KIND, nameOf } from './ours.ts';
import { isSigned, isTimely, readPublicKey, replayKey, type Signed } from './signature.ts';
import { NOT_NOTED, NOT_OPEN, sayTo } from './words.ts';

/** A request to `/discord/interactions`, before anything of it is believed. */
export interface DiscordRequest {
  /** By lower-case name. */
  header(name: string): string | undefined;
  body: Buffer;
}

export interface DiscordAnswer {
  status: 200 | 400 | 401;
  headers: Record<string, string>;
  body: string;
}

/** How long the question whether a request was here before may take; the rest of the three seconds is for handling it. */
const SEEN_MS = 1200;
/** An answer is on its way by then: what follows it may already change it. */
const SENT_MS = 50;

export interface DoorOptions {
  ground: Pick<Ground, 'db' | 'clock' | 'log'>;
  /** 64 hex digits. */
  publicKey: string;
  intake: Pick<Intake, 'take'>;
  /** Whether interactions can be taken at this moment. */
  isOpen: () => boolean;
}

const answer = (status: DiscordAnswer['status'], body?: object): DiscordAnswer => ({
  ...{ status, headers: body ? { 'content-type': 'application/json; charset=utf-8' } : {} },
  body: body ? JSON.stringify(body) : '',
});

/**
 * HTTP mode: what comes over our own web server. Only what Discord signed within five minutes of now, and only once, gets
 * in; anybody else learns nothing.
 */
export function openDoor(options: DoorOptions): (request: DiscordRequest) => Promise<DiscordAnswer> {
  const { ground, publicKey, isOpen } = options;
  const { clock, log } = ground;
  const key = readPublicKey(publicKey);
  const turnedAway = rarely(clock, (times) =>
    log.warn({ times }, 'Requests that Discord did not sign, or not now, were turned away at /discord/interactions.'),
  );
  return async (request) => {
    const [at, since] = [clock.now(), elapsedOf(clock)];
    const signed: Signed = {
      timestamp: request.header('x-signature-timestamp'),
      signature: request.header('x-signature-ed25519'),
    };
    if (!isTimely(signed, at) || !isSigned(signed, request.body, key)) {
      turnedAway();
      return answer(401);
    }
    const body = readJson(request.body);
    if (body === null) {
      log.warn('Discord sent something that cannot be read.');
      return answer(400);
    }
    if (body.type === KIND.ping) return answer(200, { type: 1 });
    const named = nameOf(body);
    if (named === null) return answer(400);
    if (!isOpen()) return answer(200, sayTo(named.type, NOT_OPEN));
    const first = await isFirst(options, replayKey(signed, request.body));
    if (first === null) return answer(200, sayTo(named.type, NOT_NOTED));
    if (!first) {
      log.warn('A request that was handled before came again, with the same signature, and was turned away.');
      return answer(401);
    }
    return taken(options, body, since);
  };
}

/** Null where the database does not say in time: what may be a repetition is not let in. */
async function isFirst({ ground }: DoorOptions, key: string): Promise<boolean | null> {
  const seen = seenFirst(ground, 'discord', key).catch((error) => {
    ground.log.warn(plainError(error), 'Whether a request of Discord was here before cannot be told.');
    return null;
  });
  const first = await within(ground.clock, SEEN_MS, seen);
  return first === 'late' ? null : first;
}

function taken({ intake, ground }: DoorOptions, body: Payload, since: number): Promise<DiscordAnswer> {
  return new Promise((resolve) => {
    const send = async (callback: Callback) => {
      resolve(answer(200, safe(callback)));
      await ground.clock.wait(SENT_MS);
      return true;
    };
    if (intake.take({ body, since, send }) !== 'taken') resolve(answer(400));
  });
}

function readJson(bytes: Buffer): Payload | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isPayload(value) ? value : null;
  } catch {
    return null;
  }
}
