import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { CoworkError, messageOf, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import { fileRoutes } from './files.ts';
import { type Exposure, guard } from './guard.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { layout } from './pages/layout.ts';
import { overviewRoutes } from './routes/overview.ts';
import { reviewRoutes } from './routes/review.ts';
import { runRoutes } from './routes/run.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { type Sessions, sessionsOf } from './session.ts';

export interface WebOptions {
  exposure: Exposure;
  readiness: Readiness;
  /** Which layers of the fence hold on this host. */
  fence: FenceReport;
  /** What is wrong with an edit of the home that could not be taken over; empty when nothing is. */
  homeProblems: () => string[];
}

export interface Web {
  port: number;
  /** `http://127.0.0.1:3210/` */
  url: string;
  stop(): Promise<void>;
}

const STATUS = { refused: 403, invalid: 400, not_found: 404, conflict: 409, unavailable: 503, internal: 500 } as const;
const style = readFileSync(new URL('./pages/style.css', import.meta.url), 'utf8');

/** The page and the health routes as one request handler; `port` answers the real port once it is known. */
export function makeApp(ground: Ground, options: WebOptions, port: () => number): Hono {
  const app = new Hono();
  const sessions = sessionsOf(ground, options.exposure, port);
  app.use(guard(options.exposure, port));
  app.get('/style.css', (context) => {
    context.header('content-type', 'text/css; charset=utf-8');
    context.header('cache-control', 'max-age=300');
    return context.body(style);
  });
  healthRoutes(app, ground, options.readiness);
  signInRoutes(app, ground, sessions);
  overviewRoutes(app, ground, sessions, options);
  runRoutes(app, ground, sessions);
  reviewRoutes(app, ground, sessions);
  fileRoutes(app, ground, sessions);
  app.notFound((context) => errorPage(context, sessions, 404, 'There is no such page.'));
  app.onError((error, context) => boundary(ground, context, sessions, error));
  return app;
}

/** The one place where a thrown error becomes a page: a sentence for the person, everything else for the log. */
async function boundary(ground: Ground, context: Context, sessions: Sessions, error: Error) {
  if (error instanceof CoworkError && error.code !== 'internal') {
    ground.log.info({ path: context.req.path, code: error.code, why: error.message }, 'request refused');
    return errorPage(context, sessions, STATUS[error.code], error.message);
  }
  ground.log.error({ path: context.req.path, err: error }, 'request failed');
  return errorPage(
    context,
    sessions,
    500,
    'Something went wrong on our side and nothing was decided. Try again; the operator finds the reason in the log.',
  );
}

async function errorPage(
  context: Context,
  sessions: Sessions,
  status: 400 | 403 | 404 | 409 | 500 | 503,
  text: string,
) {
  const nobody = { person: null, displayName: null, csrf: '', choices: [] };
  // The database may be the very thing that is away.
  const viewer = await sessions.viewer(context).catch(() => nobody);
  const body = html`<h1>${status === 404 ? 'Not found' : 'Nothing was changed'}</h1><p><a href="/">All runs</a></p>`;
  return context.html(layout('Not done', viewer, body, { tone: 'fail', text }), status);
}

/** Serves on `exposure.host:port` (0 picks a free one); throws `unavailable` when the port is taken. */
export async function startWeb(ground: Ground, options: WebOptions): Promise<Web> {
  let port = options.exposure.port;
  const app = makeApp(ground, options, () => port);
  const server = createServer(getRequestListener(app.fetch));
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await listen(server, options.exposure);
  port = (server.address() as AddressInfo).port;
  const host = options.exposure.host.includes(':') ? `[${options.exposure.host}]` : options.exposure.host;
  return {
    port,
    url: options.exposure.publicUrl ?? `http://${host}:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // A page that is still being written may finish; a connection that merely stays open may not hold us.
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      }),
  };
}

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
