import { constants, createReadStream } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Context, Hono } from 'hono';
import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { locateRun } from '../reviews/locate.ts';
import { inside } from '../runs/folders.ts';
import type { Sessions } from './session.ts';

/**
 * Downloads of recorded outputs. Only a path in the record is served, always as an attachment of plain bytes, so that
 * foreign markup is never live on this origin; every request asks whether this person may see the contents.
 */
export function fileRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run/outputs/:path{.+}', async (context) => {
    const session = await sessions.read(context);
    return sendOutput(ground, context, session?.person ?? null, context.req.param('run'), context.req.param('path'));
  });
}

async function sendOutput(ground: Ground, context: Context, person: string | null, runId: string, path: string) {
  const missing = () => notFound('There is no such output. It may have been moved; look at the run again.');
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst();
  if (!run) throw missing();
  const [{ home }, pinned] = await Promise.all([ground.homes.active(), ground.homes.byId(run.snapshot_id)]);
  const workflow = pinned.home.workflows[run.workflow];
  requireMay(home, person, 'see_outputs', { workflow, dataClass: run.data_class, now: ground.clock.now() });
  const recorded = await ground.db
    .selectFrom('outputs')
    .select('bytes')
    .where('run_id', '=', runId)
    .where('path', '=', path)
    .executeTakeFirst();
  if (!recorded) throw missing();
  const folder = inside.outputs(await locateRun(home.root, run));
  const file = join(folder, path);
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined || !real.startsWith(`${await realpath(folder)}${sep}`)) throw missing();
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (!handle) throw missing();
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw missing();
  }
  const stream = createReadStream('', { fd: handle, autoClose: true });
  context.header('content-type', 'application/octet-stream');
  context.header('content-length', String(stats.size));
  context.header('content-security-policy', "default-src 'none'; sandbox");
  context.header(
    'content-disposition',
    `attachment; filename="output"; filename*=UTF-8''${encodeURIComponent(basename(path)).replaceAll("'", '%27')}`,
  );
  return context.body(Readable.toWeb(stream) as ReadableStream);
}
