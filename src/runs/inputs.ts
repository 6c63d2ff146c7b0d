import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { audit } from '../store/audit.ts';
import type { InputFile, RunInputRow } from '../store/schema.ts';
import type { InputSpec } from '../workflows/definition.ts';
import { asExecutor, type Execution, RunFailure } from './execution.ts';
import { hashFile, outputHash } from './files-hash.ts';
import { inside } from './folders.ts';
import type { Fetched } from './inputs/fetched.ts';
import { fetchFile } from './inputs/file.ts';
import { fetchHandOff } from './inputs/hand-off.ts';
import { fetchHttp } from './inputs/http.ts';
import { takeText } from './inputs/text.ts';
import { announce } from './progress.ts';

/**
 * Fetches the inputs one by one into `inputs/<name>/` and records each, so that a resumed run keeps what it has. One that
 * fails leaves the others alone. Throws `RunFailure` (`InputMissing`, `InputStale`) for required ones, all named in one
 * sentence, unless the workflow goes on with what there is (`on_missing_required: partial`).
 */
export async function gatherInputs(ctx: Execution): Promise<RunInputRow[]> {
  const kept = new Map((await inputsOf(ctx)).map((row) => [row.name, row]));
  for (const [name, spec] of Object.entries(ctx.workflow.spec.inputs)) {
    ctx.signal.throwIfAborted();
    const row = kept.get(name);
    if (row) await verifyKept(ctx, row);
    else await record(ctx, name, spec, await fetchInto(ctx, name, spec));
  }
  const rows = await inputsOf(ctx);
  if (ctx.workflow.spec.on_missing_required === 'fail') refuseMissing(rows);
  return rows;
}

export const inputsOf = ({ ground, run }: Pick<Execution, 'ground' | 'run'>): Promise<RunInputRow[]> =>
  ground.db.selectFrom('run_inputs').selectAll().where('run_id', '=', run.id).orderBy('name').execute();

const refuseMissing = (rows: RunInputRow[]): void => {
  const lacking = rows.filter((row) => row.required && row.status !== 'ok');
  if (lacking.length === 0) return;
  const errorClass = lacking.every((row) => row.status === 'stale') ? 'InputStale' : 'InputMissing';
  const sentences = lacking.map((row) => `input ${row.name}: ${row.detail ?? row.status}`);
  throw new RunFailure(errorClass, sentences.join('; '));
};

/** Fetches beside its place and renames: what lies in `inputs/<name>/` is complete. */
async function fetchInto(ctx: Execution, name: string, spec: InputSpec): Promise<Fetched> {
  const target = inside.input(ctx.folder, name);
  const part = inside.input(ctx.folder, `.${name}.part`);
  for (const folder of [part, target]) await rm(folder, { recursive: true, force: true });
  await mkdir(inside.inputs(ctx.folder), { recursive: true });
  const fetched = await fetchOne(ctx, name, spec, part);
  if (fetched.status === 'ok') await rename(part, target);
  else await rm(part, { recursive: true, force: true });
  return fetched;
}

function fetchOne(ctx: Execution, name: string, spec: InputSpec, target: string): Promise<Fetched> {
  const { ground, ports, run, root, workflow, signal } = ctx;
  const source = { root, forbidden: [ground.data], clock: ground.clock, signal };
  if ('text' in spec)
    return takeText(name, Object.hasOwn(run.texts, name) ? run.texts[name] : undefined, spec.required, target);
  if ('http' in spec)
    return fetchHttp(spec, target, {
      env: ports.env,
      clock: ground.clock,
      signal,
      mostBytes: workflow.spec.limits.bytes,
    });
  if ('workflow' in spec) return fetchHandOff(spec, target, { ...source, db: ground.db });
  return fetchFile(spec, target, source);
}

async function record(ctx: Execution, name: string, spec: InputSpec, fetched: Fetched): Promise<void> {
  const { run, ground } = ctx;
  const now = ground.clock.now();
  const files = fetched.status === 'ok' ? fetched.files : [];
  const measured = fetched.status === 'ok' ? { bytes: sum(files), sha256: hashOf(files) } : {};
  await asExecutor(ctx, async (tx) => {
    const inserted = await tx
      .insertInto('run_inputs')
      .values({
        run_id: run.id,
        name,
        status: fetched.status,
        required: spec.required,
        path: fetched.path,
        detail: fetched.status === 'ok' ? null : fetched.detail,
        files: JSON.stringify(files),
        fetched_at: now,
        ...measured,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'name']).doNothing())
      .returning('name')
      .executeTakeFirst();
    if (!inserted) return;
    await audit(tx, {
      at: now,
      act: 'input.fetched',
      actor: 'service',
      via: 'service',
      workflow: run.workflow,
      run_id: run.id,
      data: { input: name, status: fetched.status, path: fetched.path, files: files.length, ...measured },
    });
    await announce(tx, run.id);
  });
}

const sum = (files: InputFile[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);

/** Hex SHA-256 of the one file; of several, over their lines as the output hash is made. */
const hashOf = (files: InputFile[]): string =>
  files.length === 1 ? (files[0]?.sha256 ?? '') : outputHash(files).replace(/^sha256:/, '');

/** A run that goes on after its worker died uses the copies it has; steps may have seen them already. */
async function verifyKept({ folder }: Execution, row: RunInputRow): Promise<void> {
  for (const file of row.files) {
    const hash = await hashFile(join(inside.input(folder, row.name), file.path)).catch(() => undefined);
    if (hash !== file.sha256)
      throw new RunFailure('Interrupted', `the fetched copy of input ${row.name} changed while the worker was away`);
  }
}
