import type { Context, Hono } from 'hono';
import type { SlackAnswer, SlackRequest } from '../../chat/slack/connect/door.ts';
import type { Exposure } from '../exposure.ts';
import { protect } from '../guard.ts';

export type SlackEvents = (request: SlackRequest) => Promise<SlackAnswer>;

/** What Slack ever sends is far below. */
const MOST_BYTES = 4 * 1024 * 1024;

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

async function answered(context: Context, receive: SlackEvents): Promise<Response> {
  const body = await bytesOf(context.req.raw).catch(() => null);
  if (body === null) return new Response(null, { status: 400 });
  if (body === 'too much') return new Response(null, { status: 413, headers: { connection: 'close' } });
  const header = (name: string) => context.req.header(name);
  const { status, headers, body: text } = await receive({ header, body });
  return new Response(text, { status, headers });
}

/** The body exactly as it was sent; a request that breaks off rejects. */
async function bytesOf(request: Request): Promise<Buffer | 'too much'> {
  const announced = request.headers.get('content-length');
  if (Number(announced) > MOST_BYTES) return 'too much';
  // No more can come than was announced, and as a stream it would cost more.
  if (announced !== null) return Buffer.from(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) return 'too much';
    parts.push(part);
  }
  return Buffer.concat(parts);
}
