import { isOpenClass } from '../people/permissions.ts';
import { removeFolder } from '../skills/fence/remove-folder.ts';
import type { Tx } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';
import { endRun } from './end.ts';
import { asExecutor, type Execution, type RunFailure } from './execution.ts';
import { listFiles } from './files-hash.ts';
import { runPath, workFolder } from './folders.ts';
import { writeManifestTo } from './manifest.ts';
import { putFolderBack } from './recover.ts';
import { attemptsOf } from './steps.ts';

/** Ends a run as FAILED or TIMED_OUT, with its alert in the same transaction. Nothing of it goes anywhere. */
export async function failRun(ctx: Execution, failure: RunFailure): Promise<void> {
  await putBackQuietly(ctx);
  const partial = await partialPaths(ctx);
  const attempts = await attemptsOf(ctx);
  const skill = attempts.filter((row) => row.step === failure.step).at(-1)?.skill ?? null;
  await asExecutor(ctx, async (tx, row) => {
    await endRun(tx, ctx.ground, row, {
      status: failure.status,
      route: 'failed',
      error: { errorClass: failure.errorClass, message: tellable(row, failure), step: failure.step },
    });
    const kind = failure.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAIL';
    await ctx.ports.raiseAlert(tx, {
      kind,
      key: `${kind}:${row.workflow}`,
      severity: row.severity,
      workflow: row.workflow,
      run_id: row.id,
      error_class: failure.errorClass,
      error_message: tellable(row, failure),
      skill,
      partial,
    });
    await manifestQuietly(tx, ctx, row.id);
  });
  await clearScratch(ctx);
}

/** Ends a run as CANCELLED, on the word of whoever asked. */
export async function endCancelled(ctx: Execution): Promise<void> {
  await putBackQuietly(ctx);
  await asExecutor(ctx, async (tx, row) => {
    await endRun(tx, ctx.ground, row, {
      status: 'CANCELLED',
      route: null,
      actor: row.cancel_asked_by ?? 'service',
    });
    await manifestQuietly(tx, ctx, row.id);
  });
  await clearScratch(ctx);
}

export const clearScratch = ({ ground, run }: Pick<Execution, 'ground' | 'run'>): Promise<void> =>
  removeFolder(workFolder(ground.data, run.id)).catch((error: unknown) => {
    ground.log.warn({ err: error, run_id: run.id }, 'The scratch folder of a run could not be removed.');
  });

// Classes whose message is, or may quote, what the skill printed.
const OURS = [
  'InputMissing',
  'InputStale',
  'TimedOut',
  'ValidationFailed',
  'OutputRefused',
  'FenceBroken',
  'Interrupted',
];

/**
 * The row and the alert are shown widely: of closed work they say names and states, never what a skill said. Its words
 * stay in the attempt's row, for those who may see the outputs.
 */
const tellable = ({ data_class }: RunRow, { errorClass, message }: RunFailure): string => {
  return isOpenClass(data_class) || OURS.includes(errorClass)
    ? message
    : `its words are withheld, since the run is ${data_class}`;
};

/** Paths that an alert keeps of what a run left; the folder holds the rest. */
export const MOST_PATHS = 50;

/** Home-relative paths of what the run left: outputs that failed their checks, else what the attempts left. */
async function partialPaths({ folder, run }: Execution): Promise<string[]> {
  for (const part of ['outputs', 'partial']) {
    const there = await listFiles(`${folder}/${part}`).catch(() => []);
    if (there.length > 0) return there.slice(0, MOST_PATHS).map((path) => `${runPath(run)}/${part}/${path}`);
  }
  return [];
}

/** The end must be written even where the disk is the reason for it; the record has all that the file would say. */
async function manifestQuietly(tx: Tx, { ground, folder }: Execution, id: string): Promise<void> {
  const run = await tx.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  await writeManifestTo(tx, run, folder).catch((error: unknown) => {
    ground.log.warn({ err: error, run_id: id }, 'The manifest of a run could not be written.');
  });
}

const putBackQuietly = (ctx: Execution): Promise<void> =>
  putFolderBack(ctx).catch((error: unknown) => {
    ctx.ground.log.warn({ err: error, run_id: ctx.run.id }, 'The folder of a run could not be put back.');
  });
