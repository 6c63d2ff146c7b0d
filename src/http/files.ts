import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Context, Hono } from 'hono';
import { notFound, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { locateRun } from '../reviews/locate.ts';
import type { RunRow } from '../store/schema.ts';
import { hiddenText } from './facts/review.ts';
import { knownRun } from './facts/run.ts';
import { openOutput } from './output-file.ts';
import type { Sessions } from './session.ts';

/**
 * Downloads of recorded outputs. Only a path in the record is served, always as an attachment of plain bytes, so that
 * foreign markup is never live on this origin; every request asks whether this person may see the contents.
 */
export function fileRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run/outputs/:path{.+}', async (context) => {
    const { person, invitation } = await sessions.reader(context);
    if (person === null) throw refused(hiddenText(invitation));
    const run = await knownRun(ground, context.req.param('run'));
    const [{ home }, pinned] = await Promise.all([ground.homes.active(), ground.homes.byId(run.snapshot_id)]);
    const workflow = pinned.home.workflows[run.workflow];
    requireMay(home, person, 'see_outputs', { workflow, dataClass: run.data_class, now: ground.clock.now() });
    const path = context.req.param('path');
    const handle = await openRecorded(ground, home.root, run, path);
    return send(context, handle, path);
  });
}

/** The file of this path in the record, where it is one and lies in the run's own outputs; throws `not_found`. */
async function openRecorded(ground: Ground, root: string, run: RunRow, path: string): Promise<FileHandle> {
  const missing = () => notFound('There is no such output. It may have been moved; look at the run again.');
  if (path.includes('\0') || !(await isRecorded(ground, run.id, path))) throw missing();
  const handle = await openOutput(await locateRun(root, run), path);
  if (!handle) throw missing();
  return handle;
}

const isRecorded = (ground: Ground, runId: string, path: string): Promise<boolean> =>
  ground.db
    .selectFrom('outputs')
    .select('path')
    .where('run_id', '=', runId)
    .where('path', '=', path)
    .executeTakeFirst()
    .then((row) => row !== undefined);

async function send(context: Context, handle: FileHandle, path: string): Promise<Response> {
  const { size } = await handle.stat();
  context.header('content-type', 'application/octet-stream');
  context.header('content-length', String(size));
  context.header('content-security-policy', "default-src 'none'; sandbox");
  context.header(
    'content-disposition',
    `attachment; filename="output"; filename*=UTF-8''${encodeURIComponent(basename(path)).replace(/['()*]/g, escaped)}`,
  );
  // Nobody would read the body of an answer to HEAD, and the file would stay open.
  if (context.req.method === 'HEAD') {
    await handle.close();
    return context.body(null);
  }
  // A file that grows meanwhile must not run over the length that was promised.
  const stream = createReadStream('', {
    fd: handle,
    autoClose: true,
    ...(size > 0 ? { start: 0, end: size - 1 } : {}),
  });
  return context.body(Readable.toWeb(stream) as ReadableStream);
}

const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
