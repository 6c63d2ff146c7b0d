import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { thisHost } from '../skills/fence/processes.ts';
import { removeFolder } from '../skills/fence/remove-folder.ts';
import type { RunFolder, StepAttemptRow } from '../store/schema.ts';
import { settleStep } from './attempt.ts';
import { endAttempt } from './attempt-record.ts';
import { type Execution, RunFailure } from './execution.ts';
import { hashFolder, outputHash } from './files-hash.ts';
import { inside, makeRunFolder, runFolder, workFolder } from './folders.ts';
import { attemptsOf } from './steps.ts';

/**
 * Brings a run's folder and rows into a state from which the work goes on, whatever moment its last worker died at; for
 * a new run it makes the folder. Answers the lost attempts whose effects outside nobody knows (they wait for a person).
 */
export async function recover(ctx: Execution): Promise<StepAttemptRow[]> {
  await putFolderBack(ctx);
  const rows = await attemptsOf(ctx);
  for (const row of rows.filter((one) => one.state === 'running')) await giveUp(ctx, row);
  // With the permissions that skills may have taken away.
  await removeFolder(workFolder(ctx.ground.data, ctx.run.id));
  for (const row of rows) {
    if (row.state === 'ok') await verifyStep(ctx, row);
    else await rm(inside.partial(ctx.folder, row.step, row.attempt), { recursive: true, force: true });
  }
  return unclear(ctx, await attemptsOf(ctx));
}

/** The folder is renamed before the end is committed; without the commit it belongs in staging still. */
export async function putFolderBack({ run, root, folder }: Execution): Promise<void> {
  for (const moved of ['review_queue', 'archive'] satisfies RunFolder[]) {
    const there = runFolder(root, run, moved);
    if (existsSync(folder) || !existsSync(there)) continue;
    await mkdir(dirname(folder), { recursive: true });
    await rename(there, folder);
  }
  await makeRunFolder(folder, run);
  for (const part of ['logs', 'steps', 'partial', 'inputs']) await mkdir(`${folder}/${part}`, { recursive: true });
}

/** Ends what may still run of an attempt whose worker is gone, and writes it down as lost. */
async function giveUp(ctx: Execution, row: StepAttemptRow): Promise<void> {
  const stray = {
    runId: row.run_id,
    step: row.step,
    attempt: row.attempt,
    // Its worker may have died before it could write the processes down; then they are known by their marker alone.
    host: row.host ?? thisHost(),
    processGroup: row.process_group ?? -1,
    processStart: row.process_start ?? '',
  };
  const ended = await ctx.ports.killStray(stray);
  if (ended !== 'ended') ctx.ground.log.warn({ ...stray, ended }, 'What a dead worker left running is not all ended.');
  await endAttempt(
    ctx,
    { step: row.step, attempt: row.attempt },
    { state: 'lost', errorClass: 'Interrupted', errorMessage: 'its worker died during this attempt' },
  );
}

/** A finished step is kept as it was recorded; one that was accepted but not yet moved to its place is moved now. */
async function verifyStep({ folder }: Execution, row: StepAttemptRow): Promise<void> {
  if (existsSync(inside.partial(folder, row.step, row.attempt))) await settleStep(folder, row.step, row.attempt);
  const target = inside.step(folder, row.step);
  // A step that a person called done left nothing here.
  await mkdir(target, { recursive: true });
  const there = await hashFolder(target);
  if (there.hash !== outputHash(row.files) || there.others.length > 0)
    throw new RunFailure('Interrupted', 'what this step left changed while the worker was away', { step: row.step });
}

/** Lost attempts of skills that act outside, as far as no person has said what became of them. */
const unclear = ({ snapshot }: Execution, rows: readonly StepAttemptRow[]): StepAttemptRow[] => {
  const latest = new Map(rows.map((row) => [row.step, row]));
  return [...latest.values()].filter(
    (row) => row.state === 'lost' && snapshot.home.skills[row.skill]?.spec.effects === 'external',
  );
};
