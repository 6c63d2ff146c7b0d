import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackAnswer, SlackRequest } from '../../chat/slack/connect/door.ts';
import type { Logger } from '../../log.ts';
import type { Exposure } from '../exposure.ts';
import { protection } from '../guard.ts';

export type SlackEvents = (request: SlackRequest) => Promise<SlackAnswer>;

const PATH = '/slack/events';
/** What Slack ever sends is far below. */
const MOST_BYTES = 4 * 1024 * 1024;
/** What cannot be signed is read as far as Slack's question about our certificate goes, which carries no signature. */
const MOST_UNSIGNED_BYTES = 1024;

/** Whether a request is for `slackRequests`: any other, and any other method there, is for the pages. */
export function isForSlack({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  if (method !== 'POST') return false;
  const path = url.startsWith('/') ? url.split('?', 1)[0] : URL.parse(url)?.pathname;
  return path === PATH;
}

/**
 * `POST /slack/events`, where HTTP mode is on: the one request from elsewhere that is let in without the rules for
 * browsers, since whoever receives it asks for Slack's signature over the very bytes. Not by way of the pages’ router,
 * whose requests and responses cost several times what Bolt costs.
 */
export function slackRequests(receive: SlackEvents | null, exposure: Exposure, log: Logger) {
  const headers = protection(exposure);
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      const answer = receive ? await answered(incoming, receive) : NO_PAGE;
      const length = { 'content-length': Buffer.byteLength(answer.body) };
      outgoing.writeHead(answer.status, { ...headers, ...answer.headers, ...length }).end(answer.body);
    } catch (error) {
      log.error({ err: error }, 'A request to /slack/events could not be answered.');
      outgoing.destroy();
    }
  };
}

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const bare = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({ status, headers, body: '' });
const NO_PAGE: HttpAnswer = {
  ...{ status: 404, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: 'There is no such page.\n' },
};

/** As far as can be told before anything is read; whether it is Slack's is for whoever receives it. */
const mayBeSigned = (header: SlackRequest['header']): boolean =>
  /^\d{1,12}$/.test(header('x-slack-request-timestamp') ?? '') &&
  /^v0=[0-9a-f]{64}$/.test(header('x-slack-signature') ?? '');

async function answered(incoming: IncomingMessage, receive: SlackEvents): Promise<HttpAnswer> {
  const header = (name: string): string | undefined => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const most = mayBeSigned(header) ? MOST_BYTES : MOST_UNSIGNED_BYTES;
  const body = Number(header('content-length')) > most ? 'too much' : await bytesOf(incoming, most).catch(() => null);
  if (body === null) return bare(400);
  if (body === 'too much') return bare(413, { connection: 'close' });
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
