import type { IncomingMessage, ServerResponse } from 'node:http';
import { plainError } from '../../chat/connect/plain-error.ts';
import type { DiscordAnswer, DiscordRequest } from '../../chat/discord/connect/door.ts';
import { isTimely as isTimelyInDiscord } from '../../chat/discord/connect/signature.ts';
import type { SlackAnswer, SlackRequest } from '../../chat/slack/connect/door.ts';
import { isTimely as isTimelyInSlack } from '../../chat/slack/connect/signature.ts';
import type { Ground } from '../../ground.ts';
import type { Exposure } from '../exposure.ts';
import { protection } from '../guard.ts';

export type SlackEvents = (request: SlackRequest) => Promise<SlackAnswer>;
export type DiscordInteractions = (request: DiscordRequest) => Promise<DiscordAnswer>;

/** By lower-case name. */
type Header = (name: string) => string | undefined;

/** Where one platform sends its requests. */
interface Door {
  path: string;
  /** As far as can be told before anything is read; whether it is the platform's is for whoever receives it. */
  mayBeSigned: (header: Header, now: Date) => boolean;
  /** What the platform ever sends is far below. */
  mostBytes: number;
}

const SLACK: Door = {
  path: '/slack/events',
  mayBeSigned: (header, now) =>
    isTimelyInSlack({ timestamp: header('x-slack-request-timestamp'), signature: header('x-slack-signature') }, now),
  mostBytes: 4 * 1024 * 1024,
};

const DISCORD: Door = {
  path: '/discord/interactions',
  mayBeSigned: (header, now) =>
    isTimelyInDiscord({ timestamp: header('x-signature-timestamp'), signature: header('x-signature-ed25519') }, now),
  mostBytes: 1024 * 1024,
};

/**
 * What cannot be signed, or not now, is read as far as Slack's question about our certificate goes, which carries no
 * signature: anybody may write a time-stamp of long ago and the form of a signature.
 */
const MOST_UNSIGNED_BYTES = 1024;

/** Whoever receives what a platform sends; null where it sends nothing over HTTP. */
export interface SignedReceivers {
  slack: SlackEvents | null;
  discord: DiscordInteractions | null;
}

/** Time decides whether a signature can be one. */
type Surroundings = Pick<Ground, 'clock' | 'log'>;

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/**
 * `POST /slack/events` and `POST /discord/interactions`: the only requests from elsewhere that are let in without the
 * rules for browsers, since whoever receives them asks for the platform's signature over the very bytes. Answers which
 * handler a request is for, null where it is for the pages. Not by way of the pages’ router, whose requests and responses
 * cost several times what reading a press costs.
 */
export function signedRequests(receivers: SignedReceivers, exposure: Exposure, ground: Surroundings) {
  const headers = protection(exposure);
  const doors: readonly [string, Handle][] = [
    [SLACK.path, handler(SLACK, receivers.slack, headers, ground)],
    [DISCORD.path, handler(DISCORD, receivers.discord, headers, ground)],
  ];
  return ({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): Handle | null => {
    if (method !== 'POST') return null;
    const path = url.startsWith('/') ? url.split('?', 1)[0] : URL.parse(url)?.pathname;
    return doors.find(([of]) => of === path)?.[1] ?? null;
  };
}

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

type Receive = (request: { header: Header; body: Buffer }) => Promise<HttpAnswer>;

function handler(
  door: Door,
  receive: Receive | null,
  headers: Record<string, string>,
  { clock, log }: Surroundings,
): Handle {
  return async (incoming, outgoing) => {
    try {
      const answer = receive ? await answered(incoming, door, clock.now(), receive) : NO_PAGE;
      const length = { 'content-length': Buffer.byteLength(answer.body) };
      outgoing.writeHead(answer.status, { ...headers, ...answer.headers, ...length }).end(answer.body);
    } catch (error) {
      log.error(plainError(error), `A request to ${door.path} could not be answered.`);
      outgoing.destroy();
    }
  };
}

const bare = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({ status, headers, body: '' });
const NO_PAGE: HttpAnswer = {
  ...{ status: 404, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: 'There is no such page.\n' },
};

async function answered(incoming: IncomingMessage, door: Door, now: Date, receive: Receive): Promise<HttpAnswer> {
  const header = (name: string): string | undefined => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const mayBeSigned = door.mayBeSigned(header, now);
  const most = mayBeSigned ? door.mostBytes : MOST_UNSIGNED_BYTES;
  const body = Number(header('content-length')) > most ? 'too much' : await bytesOf(incoming, most).catch(() => null);
  if (body === null) return bare(400);
  // Unread, it is turned away by whoever counts that: where our own clock is wrong, all of them are.
  const refused = body === 'too much' && !mayBeSigned ? await receive({ header, body: Buffer.alloc(0) }) : bare(413);
  if (body === 'too much') return { ...refused, headers: { ...refused.headers, connection: 'close' } };
  return receive({ header, body });
}

/** The body exactly as it was sent; a request that breaks off rejects. */
function bytesOf(incoming: IncomingMessage, most: number): Promise<Buffer | 'too much'> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('data', (part: Buffer) => {
      size += part.byteLength;
      if (size <= most) parts.push(part);
      else resolve('too much');
    });
    incoming.on('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    incoming.on('error', reject);
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Error('the request broke off'));
    });
  });
}
