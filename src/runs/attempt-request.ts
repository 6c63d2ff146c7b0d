import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { isOpenClass } from '../people/permissions.ts';
import type { AttemptInput, AttemptRequest, StartedProcess } from '../skills/runners/types.ts';
import type { RunInputRow } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import type { StepSpec } from '../workflows/definition.ts';
import type { Skill } from '../workflows/home.ts';
import { pinnedPath } from '../workflows/pin.ts';
import type { Execution } from './execution.ts';
import { inside, runFolder, workFolder } from './folders.ts';
import { neededBy } from './graph.ts';

/** What differs from one attempt to the next. */
export interface AttemptParts {
  step: StepSpec;
  skill: Skill;
  attempt: number;
  inputs: readonly RunInputRow[];
  secrets: Record<string, string>;
  /** What is left of the workflow's time, in milliseconds. */
  leftMs: number;
  signal: AbortSignal;
  onStart(started: StartedProcess): Promise<void>;
}

/** Everything the fence needs for one attempt of a step, from the pinned definition and the run's own folder. */
export async function attemptRequest(ctx: Execution, parts: AttemptParts): Promise<AttemptRequest> {
  const { ground, run, root, snapshot, workflow, folder } = ctx;
  const { step, skill, attempt } = parts;
  const { spec } = workflow;
  const inputs = parts.inputs.map((row) => [row.name, inputFor(ctx, row)] as const);
  return {
    runId: run.id,
    workflow: run.workflow,
    step: step.id,
    attempt,
    skill,
    pinnedFolder: pinnedPath(ground.data, skill.hash),
    scratch: join(workFolder(ground.data, run.id), `${step.id}.${attempt}`),
    inputs: Object.fromEntries(inputs),
    inputsFolder: parts.inputs.some((row) => row.status === 'ok') ? inside.inputs(folder) : null,
    stepsFolder: inside.steps(folder),
    steps: neededBy(spec.steps, step.id),
    collectTo: inside.partial(folder, step.id, attempt),
    contextText: await notesOf(root, run.workflow),
    request: {
      trigger: run.trigger_kind,
      scheduled_for: run.scheduled_for?.toISOString() ?? null,
      by: run.trigger_by,
      note: run.note,
    },
    previousOutputs: await previousOutputs(ctx),
    homeRoot: root,
    hidden: [ground.data, root],
    timeZone: spec.schedule?.timezone ?? snapshot.home.team.timezone,
    timeoutMs: Math.max(1, Math.min(parts.leftMs, step.timeout ? durationMs(step.timeout) : Number.POSITIVE_INFINITY)),
    // Logs of closed work hold counts, never contents.
    limits: isOpenClass(run.data_class) ? spec.limits : { ...spec.limits, log_bytes: 0 },
    sandbox: snapshot.home.team.sandbox,
    secrets: parts.secrets,
    logFile: inside.log(folder, step.id, attempt),
    signal: parts.signal,
    onStart: parts.onStart,
  };
}

const inputFor = ({ workflow, run, folder }: Execution, row: RunInputRow): AttemptInput => {
  if (row.status !== 'ok') return null;
  const spec = workflow.spec.inputs[row.name];
  if (spec && 'text' in spec) return { kind: 'text', text: run.texts[row.name] ?? '' };
  const paths = row.files.map((file) => join(inside.input(folder, row.name), file.path));
  if (spec && 'pick' in spec && spec.pick === 'all') return { kind: 'files', paths };
  return paths[0] === undefined ? null : { kind: 'file', path: paths[0] };
};

const MOST_NOTES = 1024 * 1024;

/** The workflow's durable notes: `context/<workflow>.md` of the home, at most 1 MB; empty where there are none. */
async function notesOf(root: string, workflow: string): Promise<string> {
  try {
    const file = await open(join(root, 'context', `${workflow}.md`));
    try {
      const buffer = Buffer.alloc(MOST_NOTES);
      const { bytesRead } = await file.read(buffer, 0, MOST_NOTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The outputs that a person asked to change; null for every other run, and where they are gone. */
async function previousOutputs({ ground, run, root }: Execution): Promise<string | null> {
  if (run.asked_by_review === null || run.rerun_of === null) return null;
  const before = await ground.db
    .selectFrom('runs')
    .select(['id', 'workflow', 'folder', 'output_hash'])
    .where('id', '=', run.rerun_of)
    .executeTakeFirst();
  if (!before?.output_hash) return null;
  const folder = inside.outputs(runFolder(root, before));
  const there = await stat(folder).catch(() => undefined);
  return there?.isDirectory() ? folder : null;
}
