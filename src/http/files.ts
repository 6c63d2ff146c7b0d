import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Context, Hono } from 'hono';
import { notFound, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { previewOf } from '../reports/preview.ts';
import { openLog, openOutput } from '../reports/run-file.ts';
import { inRunFolder } from '../reviews/locate.ts';
import { todaysWorkflow } from '../reviews/todays-workflow.ts';
import type { RunRow } from '../store/schema.ts';
import { knownRun } from './facts/run.ts';
import { hiddenText } from './facts/shown.ts';
import type { Sessions } from './session.ts';

/**
 * Files of a run. Only a path in the record is served, as an attachment of plain bytes, so that foreign markup is never
 * live on this origin; a picture by its own signature may be drawn. Every request asks whether this person may see the
 * contents.
 */
export function fileRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run/outputs/:path{.+}', async (context) => {
    const path = context.req.param('path');
    const seen = await seenRun(ground, sessions, context);
    const handle = await openRecorded(ground, seen, path);
    return send(context, handle, attachment(path));
  });
  app.get('/runs/:run/pictures/:path{.+}', async (context) => {
    const path = context.req.param('path');
    const seen = await seenRun(ground, sessions, context);
    const handle = await openRecorded(ground, seen, path);
    return sendPicture(context, handle, path);
  });
  app.get('/runs/:run/logs/:step/:attempt{[0-9]{1,4}}', async (context) => {
    const { run, root } = await seenRun(ground, sessions, context);
    const { step, attempt } = await knownAttempt(ground, run, context);
    const handle = await inRunFolder(root, run, (folder) => openLog(folder, step, attempt));
    if (!handle) throw notFound('This attempt has left no log, or it has been tidied away.');
    return send(context, handle, attachment(`${run.id}.${step}.${attempt}.log.txt`));
  });
}

/** A run, and the home that its folder is in. */
interface Seen {
  run: RunRow;
  root: string;
}

/** The run of the address, for a person who may see its contents; throws the refusal. */
async function seenRun(ground: Ground, sessions: Sessions, context: Context): Promise<Seen> {
  const { person, invitation } = await sessions.reader(context);
  if (person === null) throw refused(hiddenText(invitation));
  const run = await knownRun(ground, context.req.param('run') ?? '');
  const [{ home }, workflow] = await Promise.all([ground.homes.active(), todaysWorkflow(ground, run)]);
  requireMay(home, person, 'see_outputs', { workflow, dataClass: run.data_class, now: ground.clock.now() });
  return { run, root: home.root };
}

/** The file of this path in the record, where it is one and lies in the run's own outputs; throws `not_found`. */
async function openRecorded(ground: Ground, { run, root }: Seen, path: string): Promise<FileHandle> {
  const missing = () => notFound('There is no such output. It may have been moved; look at the run again.');
  if (path.includes('\0') || !(await isRecorded(ground, run.id, path))) throw missing();
  const handle = await inRunFolder(root, run, (folder) => openOutput(folder, path));
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

async function knownAttempt(ground: Ground, run: RunRow, context: Context): Promise<{ step: string; attempt: number }> {
  const [step, attempt] = [context.req.param('step') ?? '', Number(context.req.param('attempt'))];
  const found = step.includes('\0')
    ? undefined
    : await ground.db
        .selectFrom('step_attempts')
        .select(['step', 'attempt'])
        .where('run_id', '=', run.id)
        .where('step', '=', step)
        .where('attempt', '=', attempt)
        .executeTakeFirst();
  if (!found) throw notFound('There is no such attempt. Look at the run again.');
  return found;
}

type Headers = Record<string, string>;
const INERT = { 'content-security-policy': "default-src 'none'; sandbox" };

const attachment = (path: string): Headers => ({
  ...INERT,
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename="output"; filename*=UTF-8''${encodeURIComponent(basename(path)).replace(/['()*]/g, escaped)}`,
});

/** Drawn only where the file itself says that it is a whole picture of a kind that browsers draw without running it. */
async function sendPicture(context: Context, handle: FileHandle, path: string): Promise<Response> {
  const preview = await previewOf(handle, path).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  if (preview.kind === 'picture')
    return send(context, handle, { ...INERT, 'content-type': preview.type, 'content-disposition': 'inline' });
  await handle.close();
  throw notFound(`There is no picture to show in this file. ${preview.kind === 'none' ? preview.why : ''}`.trim());
}

async function send(context: Context, handle: FileHandle, headers: Headers): Promise<Response> {
  const { size } = await handle.stat();
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  context.header('content-length', String(size));
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
