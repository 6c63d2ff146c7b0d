import type { Context } from 'hono';
import { html } from 'hono/html';
import { CoworkError, type ErrorCode, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { foreign } from './pages/foreign.ts';
import { type Html, layout } from './pages/layout.ts';
import type { Sessions } from './session.ts';

type Status = 400 | 403 | 404 | 409 | 500 | 503;
const STATUS = { refused: 403, invalid: 400, not_found: 404, conflict: 409, unavailable: 503, internal: 500 } as const;

const TITLES: Record<Status, string> = {
  400: 'This was not understood',
  403: 'This was not done',
  404: 'Not found',
  409: 'This was not done',
  500: 'Something went wrong on our side',
  503: 'Not available at this moment',
};

/** PostgreSQL's words for shutting down, starting, out of connections and a broken connection. */
const AWAY = /^(57P0[1-5]|53300|08\d{3}|ECONNRESET|EPIPE)$/;

/** The one place where a thrown error becomes a page: a sentence for the person, everything else for the log. */
export async function boundary(ground: Ground, context: Context, sessions: Sessions, error: Error): Promise<Response> {
  if (error instanceof CoworkError && error.code !== 'internal') {
    ground.log.info({ path: context.req.path, code: error.code, why: error.message }, 'request refused');
    if (wantsJson(context)) return context.json({ error: error.message }, jsonStatus(error));
    const title = error.detail.decided === true ? 'Decided already' : undefined;
    return answer(context, sessions, { code: error.code, sentence: error.message, title });
  }
  ground.log.error({ path: context.req.path, err: error }, 'request failed');
  const code = isAway(error) ? 'unavailable' : 'internal';
  const what = isAway(error)
    ? 'The database does not answer. Try again in a minute.'
    : 'Try again; the operator finds the reason in the log.';
  if (wantsJson(context)) return context.json({ error: `${what} ${UNSURE}` }, STATUS[code]);
  return answer(context, sessions, { code, sentence: `${what} ${UNSURE}` });
}

/** Whether our script asks, which shows the sentence where it was asked; without it the answer is a whole page. */
export const wantsJson = (context: Context): boolean =>
  context.req.header('accept')?.split(/[,;]/)[0]?.trim() === 'application/json';

/** A script can offer to sign in where nobody is (any more). */
const jsonStatus = ({ code, detail }: CoworkError) => (detail.signedIn === false ? 401 : STATUS[code]);

/** A connection may break after the act was committed and before that was heard. */
const UNSURE = 'If you were about to decide something, look at it again first: it shows what counts.';

const isAway = (error: Error): boolean =>
  AWAY.test(systemCode(error) ?? '') ||
  ('syscall' in error && error.syscall === 'connect') ||
  /connection terminated|timeout exceeded when trying to connect/i.test(error.message);

/** A page for an address that there is not. */
export const notFoundPage = (context: Context, sessions: Sessions): Promise<Response> =>
  answer(context, sessions, { code: 'not_found', sentence: 'There is no such page.' });

interface Said {
  code: ErrorCode;
  sentence: string;
  /** In place of what the code is called. */
  title?: string | undefined;
}

async function answer(context: Context, sessions: Sessions, { code, sentence, title }: Said): Promise<Response> {
  const nobody = { person: null, displayName: null, roles: [], csrf: '', invitation: '', choices: [] };
  // The database may be the very thing that is away.
  const viewer = await sessions.viewer(context).catch(() => nobody);
  const status = STATUS[code];
  const heading = title ?? TITLES[status];
  const body = html`<h1>${heading}</h1>
    <section class="card"><p role="status">${foreign(sentence)}</p><p class="jump">${back(context.req.path)}<a href="/today">Today</a></p></section>`;
  return context.html(layout({ title: heading, viewer, body }), status);
}

/** The item, run or workflow that a form was sent about. */
function back(path: string): Html {
  const [, room, id] = /^\/(reviews|runs|workflows)\/([A-Za-z0-9-]{1,100})\/./.exec(path) ?? [];
  if (!room || !id) return html``;
  return html`<a href="/${room}/${id}">${room === 'reviews' ? `Review ${id}` : room === 'runs' ? 'The run' : id}</a> `;
}
