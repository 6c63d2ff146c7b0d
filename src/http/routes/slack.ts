import type { Context, Hono } from 'hono';
import type { SlackAnswer, SlackRequest } from '../../chat/slack/connect/door.ts';
import type { Exposure } from '../exposure.ts';
import { protect } from '../guard.ts';

export type SlackEvents = (request: SlackRequest) => Promise<SlackAnswer>;

/** What Slack ever sends is far below. */
const MOST_BYTES = 4 * 1024 * 1024;
/** What cannot be signed is read as far as Slack's question about our certificate goes, which carries no signature. */
const MOST_UNSIGNED_BYTES = 1024;

/**
 * `POST /slack/events`, where HTTP mode is on: the one request from elsewhere that is let in without the rules for
 * browsers, since whoever receives it asks for Slack's signature over the very bytes.
 */
export function slackRoute(app: Hono, receive: SlackEvents | null, exposure: Exposure): void {
  app.post('/slack/events', async (context) => {
    const response = receive
      ? await answered(context, receive)
      : new Response('There is no such page.\n', { status: 404 });
    protect(response.headers, exposure);
    return response;
  });
}

/** As far as can be told before anything is read; whether it is Slack's is for whoever receives it. */
const mayBeSigned = (header: (name: string) => string | undefined): boolean =>
  /^\d{1,12}$/.test(header('x-slack-request-timestamp') ?? '') &&
  /^v0=[0-9a-f]{64}$/.test(header('x-slack-signature') ?? '');

async function answered(context: Context, receive: SlackEvents): Promise<Response> {
  const header = (name: string) => context.req.header(name);
  const most = mayBeSigned(header) ? MOST_BYTES : MOST_UNSIGNED_BYTES;
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
