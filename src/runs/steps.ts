import type { RunInputRow, StepAttemptRow } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import type { StepSpec } from '../workflows/definition.ts';
import { failureOf, runAttempt } from './attempt.ts';
import { type Execution, RunFailure, Stopped } from './execution.ts';
import { readySteps } from './graph.ts';
import { MOST_LOST } from './retry.ts';
import { type Stopwatch, stopwatch, usedBefore } from './time-used.ts';

/** Steps of one run that work at the same time; more wait for a place. */
const MOST_AT_ONCE = 4;

export const attemptsOf = ({ ground, run }: Pick<Execution, 'ground' | 'run'>): Promise<StepAttemptRow[]> =>
  ground.db
    .selectFrom('step_attempts')
    .selectAll()
    .where('run_id', '=', run.id)
    .orderBy('step')
    .orderBy('attempt')
    .execute();

/**
 * Runs the steps that are not finished yet, independent ones side by side, each after all it needs. The first that fails
 * stops the others (their process groups are killed) and is thrown as `RunFailure`; `Stopped` when the run has to stop.
 * Settles only when no attempt is at work any more.
 */
export async function runSteps(ctx: Execution, inputs: readonly RunInputRow[]): Promise<void> {
  const rows = await attemptsOf(ctx);
  const ended = rows.find((row) => row.state === 'failed' || row.state === 'timed_out');
  if (ended) throw failureOf(ended.step, ended);
  const { steps } = ctx.workflow.spec;
  const finished = new Set(rows.filter((row) => row.state === 'ok').map((row) => row.step));
  const begun = new Map<string, Promise<string>>();
  const siblings = new AbortController();
  const work: Work = {
    ctx,
    inputs,
    watch: stopwatch(ctx.ground.clock, usedBefore(rows)),
    signal: AbortSignal.any([ctx.signal, siblings.signal]),
    waiting: 0,
    restIfIdle: () => {
      if (work.waiting > 0 && work.waiting === begun.size) ctx.slot.rest();
    },
  };
  try {
    while (finished.size < steps.length) {
      ctx.signal.throwIfAborted();
      for (const step of readySteps(steps, finished, new Set(begun.keys())).slice(0, MOST_AT_ONCE - begun.size))
        begun.set(
          step.id,
          runStep(
            work,
            step,
            rows.filter((row) => row.step === step.id),
          ),
        );
      work.restIfIdle();
      const done = await Promise.race(begun.values());
      begun.delete(done);
      finished.add(done);
    }
  } catch (error) {
    siblings.abort(new Stopped('sibling'));
    await Promise.allSettled(begun.values());
    throw error;
  }
}

interface Work {
  ctx: Execution;
  inputs: readonly RunInputRow[];
  /** The workflow's time: of all attempts of all steps, across executors; waiting and parked time are not counted. */
  watch: Stopwatch;
  signal: AbortSignal;
  /** Steps that wait for the time of their next attempt. */
  waiting: number;
  /** Lets the run's place go to others while all its steps wait. */
  restIfIdle: () => void;
}

/** Attempt after attempt until one counts; answers the step's id. */
async function runStep(work: Work, step: StepSpec, rows: readonly StepAttemptRow[]): Promise<string> {
  const { ctx, inputs, signal } = work;
  const skill = ctx.snapshot.home.skills[step.skill];
  if (!skill) throw new RunFailure('Interrupted', `the home has no skill ${step.skill}`, { step: step.id });
  const before = rows.map((row) => row.state);
  if (before.filter((state) => state === 'lost').length >= MOST_LOST)
    throw new RunFailure('Interrupted', `its worker died ${MOST_LOST} times at this step`, { step: step.id });
  let attempt = rows.at(-1)?.attempt ?? 0;
  let notBefore = rows.at(-1)?.not_before ?? null;
  for (;;) {
    if (notBefore) await waitUntil(notBefore, work);
    signal.throwIfAborted();
    attempt += 1;
    const leftMs = durationMs(ctx.workflow.spec.timeout) - work.watch.used();
    const plan = { step, skill, attempt, before, inputs, leftMs, signal };
    const end = await work.watch.during(() => runAttempt(ctx, plan));
    if (end.state === 'ok') return step.id;
    const { state, errorClass: error_class = null, errorMessage: error_message = null } = end;
    if (state !== 'transient') throw failureOf(step.id, { state, error_class, error_message });
    before.push(state);
    notBefore = end.notBefore ?? null;
  }
}

async function waitUntil(notBefore: Date, work: Work): Promise<void> {
  const { ctx, signal } = work;
  const { clock } = ctx.ground;
  work.waiting += 1;
  work.restIfIdle();
  try {
    await clock.wait(notBefore.getTime() - clock.now().getTime(), signal);
  } finally {
    await ctx.slot.goOn(signal);
    work.waiting -= 1;
  }
}
