import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import { isOpenClass } from '../people/permissions.ts';
import type { AttemptOutcome } from '../skills/runners/types.ts';
import type { AttemptState, RunInputRow } from '../store/schema.ts';
import type { StepSpec } from '../workflows/definition.ts';
import type { Skill } from '../workflows/home.ts';
import { type AttemptEnd, beginAttempt, endAttempt, noteProcess } from './attempt-record.ts';
import { attemptRequest } from './attempt-request.ts';
import { type Execution, NotOurs, RunFailure, Stopped, whyStopped } from './execution.ts';
import { inside } from './folders.ts';
import { nextAttemptIn } from './retry.ts';
import { resolveSecrets } from './secrets.ts';

export interface AttemptPlan {
  step: StepSpec;
  skill: Skill;
  attempt: number;
  /** States of the earlier attempts of this step. */
  before: readonly AttemptState[];
  inputs: readonly RunInputRow[];
  /** What is left of the workflow's time, in milliseconds. */
  leftMs: number;
  /** Aborted for the run's reasons, or because another step failed. */
  signal: AbortSignal;
}

/**
 * One attempt of one step, from its row to its row: what it left is collected under `partial/`, and moved to
 * `steps/<id>/` only after the record says that it counts. Answers how it ended; throws `Stopped` when the run stops.
 */
export async function runAttempt(ctx: Execution, plan: AttemptPlan): Promise<AttemptEnd> {
  const key = { step: plan.step.id, attempt: plan.attempt };
  await beginAttempt(ctx, plan.step, plan.skill, plan.attempt);
  const end = endOf(ctx, plan, await performed(ctx, plan));
  if (end.state === 'cancelled' && whyStopped(plan.signal) === 'superseded') throw new Stopped('superseded');
  await endAttempt(ctx, key, end);
  if (end.state === 'ok') await settleStep(ctx.folder, plan.step.id, plan.attempt);
  if (end.state === 'cancelled' || end.state === 'lost') throw new Stopped(whyStopped(plan.signal) ?? 'shutdown');
  return end;
}

/** Moves what a successful attempt left to `steps/<id>/`, in place of whatever an earlier one left there. */
export async function settleStep(folder: string, step: string, attempt: number): Promise<void> {
  const target = inside.step(folder, step);
  await rm(target, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  const left = inside.partial(folder, step, attempt);
  // A step that left nothing has a folder too: later steps look into it.
  await mkdir(left, { recursive: true });
  await rename(left, target);
}

type Performed = { outcome: AttemptOutcome } | { fault: string; errorClass: string };

async function performed(ctx: Execution, plan: AttemptPlan): Promise<Performed> {
  const resolved = resolveSecrets(plan.skill, ctx.ports.env);
  if ('lacking' in resolved) return { fault: resolved.lacking, errorClass: 'InputMissing' };
  if (plan.leftMs <= 0) return { fault: outOfTime(ctx), errorClass: 'TimedOut' };
  const key = { step: plan.step.id, attempt: plan.attempt };
  let lost: unknown;
  const request = await attemptRequest(ctx, {
    ...plan,
    secrets: resolved.secrets,
    onStart: (started) =>
      noteProcess(ctx, key, started).catch((error: unknown) => {
        lost = error;
        throw error;
      }),
  });
  try {
    const outcome = await ctx.ports.runAttempt(request);
    if (lost instanceof NotOurs) throw lost;
    return { outcome };
  } catch (error) {
    if (error instanceof NotOurs) throw error;
    ctx.ground.log.error({ err: error, run_id: ctx.run.id, ...key }, 'The runner of a step failed.');
    return { fault: `the step could not be run: ${messageOf(error)}`, errorClass: 'Interrupted' };
  }
}

const outOfTime = ({ workflow }: Execution) =>
  `the workflow's ${workflow.spec.timeout} were used up before this attempt`;

/** What an outcome means for the record: a transient failure is one only while attempts are left. */
function endOf(ctx: Execution, plan: AttemptPlan, done: Performed): AttemptEnd {
  if ('fault' in done) {
    const state = done.errorClass === 'TimedOut' ? 'timed_out' : 'failed';
    return { state, errorClass: done.errorClass, errorMessage: done.fault };
  }
  const { outcome } = done;
  const words = { errorClass: classOf(ctx, outcome), errorMessage: outcome.errorMessage, outcome };
  if (outcome.state === 'cancelled') {
    // Ended by ourselves in the middle of its work: whether it acted outside is as unknown as after a crash.
    if (whyStopped(plan.signal) === 'shutdown')
      return {
        ...words,
        state: 'lost',
        errorClass: 'Interrupted',
        errorMessage: 'the worker stopped during this attempt',
      };
    return { ...words, state: 'cancelled' };
  }
  if (outcome.state !== 'transient') return { ...words, state: outcome.state };
  const wait = nextAttemptIn(ctx.workflow.spec.retries, plan.before);
  if (wait === null) return { ...words, state: 'failed' };
  return { ...words, state: 'transient', notBefore: new Date(ctx.ground.clock.now().getTime() + wait) };
}

// A skill may name its own class, but not pass off its failure as one of ours.
const OURS = [
  'InputMissing',
  'InputStale',
  'SkillExit',
  'TimedOut',
  'ValidationFailed',
  'OutputRefused',
  'FenceBroken',
  'Interrupted',
  'BudgetExceeded',
  'Missed',
  'Late',
];

// Of closed work even the name is the skill's own word, and names are shown to everybody.
const classOf = ({ run }: Execution, { errorClass, ownClass }: AttemptOutcome): string | null =>
  errorClass === 'SkillError' && isOpenClass(run.data_class) && ownClass && !OURS.includes(ownClass)
    ? ownClass
    : errorClass;

/** The failure of the run that follows from a failed attempt. */
export const failureOf = (
  step: string,
  end: { state: string; error_class: string | null; error_message: string | null },
): RunFailure =>
  new RunFailure(end.error_class ?? 'SkillExit', end.error_message ?? 'the step failed and gave no reason', {
    step,
    status: end.state === 'timed_out' ? 'TIMED_OUT' : 'FAILED',
  });
