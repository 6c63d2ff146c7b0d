import type { Ground } from '../ground.ts';
import { isOpenClass } from '../people/permissions.ts';
import { audit } from '../store/audit.ts';
import type { RunInputRow, RunRow, StepAttemptRow, Validation } from '../store/schema.ts';
import { verifyPinned } from '../workflows/pin.ts';
import { checked } from './checked.ts';
import { findKeywords } from './checks/keywords.ts';
import { asExecutor, type Execution, RunFailure } from './execution.ts';
import type { FolderHash } from './files-hash.ts';
import { inside } from './folders.ts';
import { inOrder } from './graph.ts';
import { inputsOf } from './inputs.ts';
import type { ExecutePorts, PinnedRun } from './ports.ts';
import { announce } from './progress.ts';
import { type Routed, type RouteFacts, route } from './route.ts';
import { type Told, toldBy } from './told.ts';
import { validationCounts } from './validation.ts';
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
  await refuseTamperedKit(ctx);
  const validation = await checked(ctx, inputs);
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
  const { confidence } = told;
  const facts = { tier: run.tier, validation, degraded, confidence, review: spec.review, keywordHits };
  return { run, routed: route(isOpenClass(run.data_class) ? facts : withoutContents(facts)) };
}

/** Reasons are read by everybody; which word was found, and what a check says of the outputs, is contents. */
const withoutContents = (facts: RouteFacts): RouteFacts => ({
  ...facts,
  validation: { ...facts.validation, checks: facts.validation.checks.map((check) => ({ ...check, message: '' })) },
  keywordHits: facts.keywordHits.map(({ where }) => ({ keyword: null, where })),
});

/** Scripts that somebody changed since the run started decide nothing; the fault is ours, not the outputs'. */
async function refuseTamperedKit({ ground, workflow }: Execution): Promise<void> {
  if (workflow.kit === null) return;
  const kit = await verifyPinned(ground.data, workflow.kit);
  if (!kit.ok) throw new RunFailure('FenceBroken', `the checks were not run: ${kit.problem}`);
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

/**
 * Checks an ended run again, over the outputs that lie in `folder` (the run's folder, wherever it is) now. Writes
 * nothing: what follows from it is the asker's.
 */
export async function checkAgain(
  ground: Ground,
  ports: Pick<ExecutePorts, 'runCheckCommand'>,
  pinned: PinnedRun,
  folder: string,
  signal: AbortSignal,
): Promise<Validation> {
  const { root } = (await ground.homes.active()).home;
  const ctx = { ground, ports, ...pinned, root, folder, signal };
  return checked(ctx, await inputsOf(ctx));
}
