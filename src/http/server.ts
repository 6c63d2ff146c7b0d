import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { World } from '../../commands/command.ts';
import { CoworkError, messageOf, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { endComparing } from '../reports/diff-apart.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import type { Signals } from '../store/signals.ts';
import { assetRoutes } from './assets.ts';
import { boundary, notFoundPage } from './boundary.ts';
import { LiveChannels } from './channel/live.ts';
import { channelRoutes } from './channel/routes.ts';
import type { Exposure } from './exposure.ts';
import { fileRoutes } from './files.ts';
import { guard, protect } from './guard.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { alertRoutes } from './routes/alert.ts';
import { reviewRoutes } from './routes/review.ts';
import { roiRoutes } from './routes/roi.ts';
import { runRoutes } from './routes/run.ts';
import { searchRoutes } from './routes/search.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { type DiscordInteractions, type SlackEvents, signedRequests } from './routes/signed.ts';
import { todayRoutes } from './routes/today.ts';
import { workflowRoutes } from './routes/workflows.ts';
import { sessionsOf } from './session.ts';
import { wantedUntil } from './wanted.ts';

export interface WebOptions {
  exposure: Exposure;
  readiness: Readiness;
  /** Which layers of the fence hold on this host. */
  fence: FenceReport;
  /** What is wrong with an edit of the home that could not be taken over; empty when nothing is. */
  homeProblems: () => string[];
  /** What commands and buttons are answered from. */
  world: () => Promise<World>;
  /** Tell which channels change. */
  signals: Pick<Signals, 'listen'>;
  /** Where Slack's requests go; left out or null where it sends none. */
  slackEvents?: SlackEvents | null;
  /** Where Discord's requests go; left out or null where it sends none. */
  discordInteractions?: DiscordInteractions | null;
}

export interface Web {
  port: number;
  /** `http://127.0.0.1:3210/` */
  url: string;
  stop(): Promise<void>;
}

export interface App {
  app: Hono;
  /** Pages that follow a channel; they stay open until they are ended. */
  live: LiveChannels;
  /** Aborted when the server stops, so that pages being made leave out what takes long. */
  stopping: AbortController;
}

/**
 * What is compressed: what we write ourselves, never a stream of events. Foreign text stands beside the secret of the
 * session's forms, which compression alone would give away by the size of many answers (BREACH); so every page carries it
 * under another random mask (`csrf-mask.ts`).
 */
const COMPRESSED = /^(?:text\/(?:html|css|javascript)|application\/json|image\/svg\+xml)\b/;

/** The pages and the health routes as one request handler; `port` answers the real port once it is known. */
export function makeApp(ground: Ground, options: WebOptions, port: () => number): App {
  const app = new Hono();
  const sessions = sessionsOf(ground, options.exposure, port);
  const live = new LiveChannels(ground, options.signals, sessions);
  const stopping = new AbortController();
  const wanted = wantedUntil(stopping.signal);
  app.use(compress({ contentTypeFilter: COMPRESSED }));
  app.use(guard(options.exposure, port));
  assetRoutes(app);
  healthRoutes(app, ground, options.readiness);
  signInRoutes(app, ground, sessions);
  channelRoutes(app, ground, sessions, { world: options.world, wanted, live });
  todayRoutes(app, ground, sessions, options);
  runRoutes(app, ground, sessions);
  reviewRoutes(app, ground, sessions, wanted);
  workflowRoutes(app, ground, sessions);
  roiRoutes(app, ground, sessions);
  alertRoutes(app, ground, sessions);
  searchRoutes(app, ground, sessions);
  fileRoutes(app, ground, sessions);
  app.notFound((context) => notFoundPage(context, sessions));
  app.onError((error, context) => boundary(ground, context, sessions, error));
  return { app, live, stopping };
}

const STOP_MS = 2000;

/** Serves on `exposure.host:port` (0 picks a free one); throws `unavailable` when the port is taken. */
export async function startWeb(ground: Ground, options: WebOptions): Promise<Web> {
  let port = options.exposure.port;
  const { app, live, stopping } = makeApp(ground, options, () => port);
  const pages = getRequestListener(app.fetch, { errorHandler: () => unreadable(options.exposure) });
  // Without the guard: its rules are about browsers, and these prove themselves by a signature.
  const receivers = { slack: options.slackEvents ?? null, discord: options.discordInteractions ?? null };
  const signed = signedRequests(receivers, options.exposure, ground);
  const server = createServer((incoming, outgoing) => {
    const handle = signed(incoming) ?? pages;
    return handle(incoming, outgoing);
  });
  server.headersTimeout = 10_000;
  // For the whole of a request to arrive; answers may take as long as they like, and those to live pages do.
  server.requestTimeout = 30_000;
  await listen(server, options.exposure);
  port = (server.address() as AddressInfo).port;
  return {
    port,
    url: options.exposure.publicUrl ?? `http://${reachableAt(options.exposure.host)}:${port}/`,
    stop: async () => {
      stopping.abort();
      live.stop();
      await closed(server);
      await endComparing();
    },
  };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    // A page that is still being written may finish; a connection that merely stays open may not hold us.
    const patience = setTimeout(() => server.closeAllConnections(), STOP_MS);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });

/** The answer to a request line or Host header that is none, which no route ever sees. */
function unreadable(exposure: Exposure): Response {
  const response = new Response('This request could not be read.\n', { status: 400 });
  protect(response.headers, exposure);
  return response;
}

/** "All addresses" is nobody's name: there the page is opened on this machine, or under PUBLIC_URL. */
const reachableAt = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

const listen = (server: Server, { host, port }: Exposure): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = systemCode(error) === 'EADDRINUSE';
      reject(
        new CoworkError(
          'unavailable',
          taken
            ? `Port ${port} on ${host} is taken by another program. Set PORT to a free one.`
            : `The console cannot listen on ${host}:${port}: ${messageOf(error)}`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
