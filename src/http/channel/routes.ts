import type { Context, Hono } from 'hono';
import type { World } from '../../../commands/command.ts';
import { invalid } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { layout } from '../pages/layout.ts';
import type { Sessions } from '../session.ts';
import type { Wanted } from '../wanted.ts';
import { askRoutes } from './ask.ts';
import { channelView, firstChannel, requireChannel } from './facts.ts';
import type { LiveChannels } from './live.ts';
import { channelName, channelPageHtml } from './page.ts';

/** The channels of the console: their pages, what changes on them as it does, and what one can ask there. */
export function channelRoutes(
  app: Hono,
  ground: Ground,
  sessions: Sessions,
  { world, wanted, live }: { world: () => Promise<World>; wanted: Wanted; live: LiveChannels },
): void {
  const show = async (context: Context, name: string | undefined) => {
    const viewer = await sessions.reader(context);
    const channel = name ?? (await firstChannel(ground, viewer.person));
    const view = await channelView(ground, viewer, channel, beforeOf(context));
    const body = channelPageHtml(view, viewer, null);
    return context.html(layout({ title: channelName(view.channel), section: 'channels', frame: 'desk', viewer, body }));
  };
  app.get('/', (context) => show(context, undefined));
  app.get('/channels/:name', (context) => show(context, context.req.param('name')));
  app.get('/channels/:name/live', async (context) => {
    const [channel, since] = [context.req.param('name'), sinceOf(context)];
    if (context.req.method === 'HEAD') {
      // Whoever asks for the head alone follows nothing.
      requireChannel(channel, (await sessions.reader(context)).person);
      return context.body(null, 200, STREAM);
    }
    return context.body(await live.follow(context, channel, since), 200, STREAM);
  });
  askRoutes(app, ground, sessions, async (context) => ({ ...(await world()), signal: wanted(context) }));
}

/** Nothing on the way may keep it back; and once it has ended, its connection has nothing else to wait for. */
const STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
};

/** `?before=<id>`: the page of the messages before that one. */
function beforeOf(context: Context): number | undefined {
  const asked = context.req.query('before');
  if (asked === undefined) return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(asked)) return Number(asked);
  throw invalid('There is no such page of this channel. Open the channel and go back from there.');
}

/** The change that the page has seen: the stream's own word after a drop, else what the page says. */
function sinceOf(context: Context): number {
  const since = context.req.header('last-event-id') || context.req.query('since');
  if (since !== undefined && /^[0-9]{1,15}$/.test(since)) return Number(since);
  throw invalid('A live channel is asked for with the change that was seen last: ?since=<number>.');
}
