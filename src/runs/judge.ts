import { join } from 'node:path';
import { audit } from '../store/audit.ts';
import type { RunInputRow, RunRow, StepAttemptRow, Validation } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import { findKeywords } from './checks/keywords.ts';
import { asExecutor, type Execution } from './execution.ts';
import type { FolderHash } from './files-hash.ts';
import { inside, pinnedFolder, workFolder } from './folders.ts';
import { inOrder } from './graph.ts';
import { announce } from './progress.ts';
import { type Routed, route } from './route.ts';
import { type Told, toldBy } from './told.ts';
import { baselineOf, runChecks, validationCounts } from './validation.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * Checks what a run left, writes VALIDATION.json and the record of outputs, checks and words, and says where the run
 * goes. Nothing is decided yet: a worker that dies here leads to the same checks again.
 */
export async function judge(
  ctx: Execution,
  outputs: FolderHash,
  finished: readonly StepAttemptRow[],
  inputs: readonly RunInputRow[],
): Promise<{ run: RunRow; routed: Routed }> {
  const { spec } = ctx.workflow;
  const degraded = inputs.filter((row) => row.status !== 'ok');
  const validation = await checked(ctx, inputs, degraded);
  const told = toldBy(
    finished,
    inOrder(spec.steps).map((step) => step.id),
  );
  const keywordHits = await findKeywords({
    keywords: spec.review.keywords,
    outputsDir: inside.outputs(ctx.folder),
    summary: told.summary,
    flags: told.flags,
    signal: ctx.signal,
  });
  await writeAtomically(inside.validation(ctx.folder), `${JSON.stringify(validation, null, 2)}\n`);
  const run = await recordChecked(ctx, outputs, validation, told);
  const facts = { tier: run.tier, validation, degraded, confidence: told.confidence, review: spec.review, keywordHits };
  return { run, routed: route(facts) };
}

async function checked(
  ctx: Execution,
  inputs: readonly RunInputRow[],
  degraded: readonly RunInputRow[],
): Promise<Validation> {
  const { run, workflow, folder, signal } = ctx;
  const paths = inputs
    .filter((row) => row.status === 'ok')
    .map((row) => [row.name, row.files.map((file) => join(inside.input(folder, row.name), file.path))] as const);
  return runChecks({
    runId: run.id,
    workflow,
    dataClass: run.data_class,
    outputsDir: inside.outputs(folder),
    stepsDir: inside.steps(folder),
    inputs: Object.fromEntries(paths),
    degraded: degraded.map((row) => row.name),
    startedAt: run.started_at ?? run.queued_at,
    baseline: baselineOf(await lastPromoted(ctx)),
    commandRunner: commandRunner(ctx),
    signal,
  });
}

/** Scripts of the home's pinned `checks/` folder, in the same fence as a step. */
const commandRunner =
  ({ ground, ports, run, snapshot, workflow, folder }: Execution) =>
  (check: { name: string; run: readonly string[] }, signal: AbortSignal) =>
    ports.runCheckCommand({
      runId: run.id,
      check: check.name,
      run: check.run,
      kitFolder: workflow.kit === null ? null : pinnedFolder(ground.data, workflow.kit),
      outputsFolder: inside.outputs(folder),
      stepsFolder: inside.steps(folder),
      scratch: join(workFolder(ground.data, run.id), `check.${check.name}`),
      hidden: [ground.data, snapshot.home.root],
      timeZone: workflow.spec.schedule?.timezone ?? snapshot.home.team.timezone,
      timeoutMs: durationMs(workflow.spec.timeout),
      limits: workflow.spec.limits,
      sandbox: snapshot.home.team.sandbox,
      signal,
    });

/** The validation of the workflow's last promoted run: the baseline that checks compare with. */
async function lastPromoted({ ground, run }: Execution): Promise<Validation | null> {
  const row = await ground.db
    .selectFrom('promotions')
    .innerJoin('runs', 'runs.id', 'promotions.run_id')
    .select('runs.validation')
    .where('promotions.workflow', '=', run.workflow)
    .where('promotions.state', '=', 'placed')
    .orderBy('promotions.placed_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.validation ?? null;
}

const recordChecked = (ctx: Execution, outputs: FolderHash, validation: Validation, told: Told): Promise<RunRow> =>
  asExecutor(ctx, async (tx, { id, workflow }) => {
    await tx.deleteFrom('outputs').where('run_id', '=', id).execute();
    const rows = outputs.files.map((file) => ({ run_id: id, ...file }));
    // PostgreSQL takes 65,535 parameters in one statement.
    for (let from = 0; from < rows.length; from += 5000)
      await tx
        .insertInto('outputs')
        .values(rows.slice(from, from + 5000))
        .execute();
    const run = await tx
      .updateTable('runs')
      .set({
        validation: JSON.stringify(validation),
        validation_result: validation.result,
        output_hash: outputs.hash,
        summary: told.summary,
        confidence: told.confidence,
        flags: told.flags,
        key_numbers: JSON.stringify(told.keyNumbers),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit(tx, {
      at: ctx.ground.clock.now(),
      act: 'run.checked',
      actor: 'service',
      via: 'service',
      workflow,
      run_id: id,
      data: {
        result: validation.result,
        counts: validationCounts(validation),
        outputs: rows.length,
        output_hash: outputs.hash,
      },
    });
    await announce(tx, id);
    return run;
  });
