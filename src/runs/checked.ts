import { join } from 'node:path';
import type { RunInputRow, Validation } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import { pinnedPath } from '../workflows/pin.ts';
import type { Execution } from './execution.ts';
import { inside, workFolder } from './folders.ts';
import type { ExecutePorts } from './ports.ts';
import { baselineOf, runChecks } from './validation.ts';

/** What checks need to know of a run: its definition, its folder, and the fence for scripts. */
type Checkable = Pick<Execution, 'ground' | 'run' | 'snapshot' | 'workflow' | 'root' | 'folder' | 'signal'> & {
  ports: Pick<ExecutePorts, 'runCheckCommand'>;
};

/** Runs a run's checks over what lies in its folder now. */
export async function checked(ctx: Checkable, inputs: readonly RunInputRow[]): Promise<Validation> {
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
    degraded: inputs.filter((row) => row.status !== 'ok').map((row) => row.name),
    startedAt: run.started_at ?? run.queued_at,
    baseline: baselineOf(await lastPromoted(ctx)),
    commandRunner: commandRunner(ctx),
    signal,
  });
}

/** Scripts of the home's pinned `checks/` folder, in the same fence as a step. */
const commandRunner =
  ({ ground, ports, run, root, snapshot, workflow, folder }: Checkable) =>
  (check: { name: string; run: readonly string[] }, signal: AbortSignal) =>
    ports.runCheckCommand({
      runId: run.id,
      check: check.name,
      run: check.run,
      kitFolder: workflow.kit === null ? null : pinnedPath(ground.data, workflow.kit),
      kitHash: workflow.kit,
      outputsFolder: inside.outputs(folder),
      stepsFolder: inside.steps(folder),
      scratch: join(workFolder(ground.data, run.id), `check.${check.name}`),
      hidden: [ground.data, root],
      timeZone: workflow.spec.schedule?.timezone ?? snapshot.home.team.timezone,
      timeoutMs: durationMs(workflow.spec.timeout),
      limits: workflow.spec.limits,
      sandbox: snapshot.home.team.sandbox,
      signal,
    });

/** The validation of the workflow's last promoted run: the baseline that checks compare with. */
async function lastPromoted({ ground, run }: Checkable): Promise<Validation | null> {
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
