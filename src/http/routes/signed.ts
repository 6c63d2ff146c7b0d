import type { Context, Hono } from 'hono';
import type { DiscordAnswer, DiscordRequest } from '../../chat/discord/connect/door.ts';
import type { SlackAnswer, SlackRequest } from '../../chat/slack/connect/door.ts';
import type { Exposure } from '../exposure.ts';
import { protect } from '../guard.ts';

export type SlackEvents = (request: SlackRequest) => Promise<SlackAnswer>;
export type DiscordInteractions = (request: DiscordRequest) => Promise<DiscordAnswer>;

/** By lower-case name. */
type Header = (name: string) => string | undefined;

interface Door {
  path: string;
  /** Null where the platform sends nothing over HTTP. */
  receive: ((request: { header: Header; body: Buffer }) => Promise<SlackAnswer | DiscordAnswer>) | null;
  /** As far as can be told before anything is read; whether it is the platform's is for whoever receives it. */
  mayBeSigned: (header: Header) => boolean;
  /** What the platform ever sends is far below. */
  mostBytes: number;
}

/** What cannot be signed is read as far as Slack's question about our certificate goes, which carries no signature. */
const MOST_UNSIGNED_BYTES = 1024;

/**
 * A `POST` of a platform's, where its HTTP mode is on: the one request from elsewhere that is let in without the rules for
 * browsers, since whoever receives it asks for the platform's signature over the very bytes.
 */
function signedRoute(app: Hono, door: Door, exposure: Exposure): void {
  app.post(door.path, async (context) => {
    const response = door.receive
      ? await answered(context, door, door.receive)
      : new Response('There is no such page.\n', { status: 404 });
    protect(response.headers, exposure);
    return response;
  });
}

const stamped = (timestamp: string | undefined): boolean => /^\d{1,12}$/.test(timestamp ?? '');

export function slackRoute(app: Hono, receive: SlackEvents | null, exposure: Exposure): void {
  const mayBeSigned = (header: Header) =>
    stamped(header('x-slack-request-timestamp')) && /^v0=[0-9a-f]{64}$/.test(header('x-slack-signature') ?? '');
  signedRoute(app, { path: '/slack/events', receive, mayBeSigned, mostBytes: 4 * 1024 * 1024 }, exposure);
}

export function discordRoute(app: Hono, receive: DiscordInteractions | null, exposure: Exposure): void {
  const mayBeSigned = (header: Header) =>
    stamped(header('x-signature-timestamp')) && /^[0-9a-f]{128}$/i.test(header('x-signature-ed25519') ?? '');
  signedRoute(app, { path: '/discord/interactions', receive, mayBeSigned, mostBytes: 1024 * 1024 }, exposure);
}

async function answered(
  context: Context,
  { mayBeSigned, mostBytes }: Door,
  receive: NonNullable<Door['receive']>,
): Promise<Response> {
  const header = (name: string) => context.req.header(name);
  const most = mayBeSigned(header) ? mostBytes : MOST_UNSIGNED_BYTES;
  const body = await bytesOf(context.req.raw, most).catch(() => null);
  if (body === null) return new Response(null, { status: 400 });
  if (body === 'too much') return new Response(null, { status: 413, headers: { connection: 'close' } });
  const { status, headers, body: text } = await receive({ header, body });
  return new Response(text, { status, headers });
}

/** The body exactly as it was sent; a request that breaks off rejects. */
async function bytesOf(request: Request, most: number): Promise<Buffer | 'too much'> {
  const announced = request.headers.get('content-length');
  if (Number(announced) > most) return 'too much';
  // No more can come than was announced, and as a stream it would cost more.
  if (announced !== null) return Buffer.from(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > most) return 'too much';
    parts.push(part);
  }
  return Buffer.concat(parts);
}
