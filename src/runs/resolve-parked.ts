import { conflict, notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { AttemptState, RunRow, StepAttemptRow } from '../store/schema.ts';
import { lostMark, lostSteps } from './lost-steps.ts';
import { type Asker, actorOf, permit, workflowToday } from './permit.ts';
import { announce } from './progress.ts';
import { tellAlertsAbout } from './tell-alerts.ts';

/** What became of the lost step, as a person found out: it acted (`done`), it did not (`repeat`), or nobody shall go on. */
export type ParkedOutcome = 'done' | 'repeat' | 'fail';

export interface ParkedAnswer extends Asker {
  runId: string;
  outcome: ParkedOutcome;
  /** `lostMark` of what the person saw; without it the answer is for whatever waits. */
  lost?: string | undefined;
}

/**
 * Lets a parked run go on. `done`: the step counts as finished and left nothing for later steps. `repeat`: it runs again.
 * `fail`: the run ends FAILED. Refuses who may not, a run that is not parked (somebody answered before), and an answer
 * that was given to another loss than the one that waits.
 */
export async function resolveParked(ground: Ground, answer: ParkedAnswer): Promise<void> {
  const found = await ground.db.selectFrom('runs').selectAll().where('id', '=', answer.runId).executeTakeFirst();
  if (!found) throw notFound(`There is no run ${answer.runId}.`);
  const { snapshot, workflow } = await workflowToday(ground, found);
  permit(ground, snapshot, answer, answer.outcome === 'repeat' ? 'rerun' : 'resolve', { workflow, run: found });
  await ground.db.transaction().execute(async (tx) => {
    const run = await tx
      .updateTable('runs')
      .set({ state: 'running' })
      .where('id', '=', answer.runId)
      .where('state', '=', 'parked')
      .returningAll()
      .executeTakeFirst();
    if (!run) throw conflict(`${answer.runId} is not parked (any more), so there is nothing to answer.`);
    const lost = await lostSteps({ db: tx, homes: ground.homes }, run);
    if (answer.lost !== undefined && answer.lost !== lostMark(lost)) throw conflict(otherLoss(lost));
    await answerLost(tx, ground, { run, lost }, answer);
    await tellAlertsAbout(tx, ground.clock.now(), [run.id]);
    await ground.jobs.enqueue(tx, 'execute', { run_id: run.id });
    await announce(tx, run.id);
  });
}

const BECOMES = { done: 'ok', repeat: 'cancelled', fail: 'failed' } as const satisfies Record<
  ParkedOutcome,
  AttemptState
>;

const otherLoss = (lost: readonly StepAttemptRow[]): string => {
  const steps = lost.map(({ step, attempt }) => `${step} (attempt ${attempt})`).join(' and ');
  return `This asked about another step than the one that waits now${steps ? `: ${steps}` : ''}. Look outside whether that has acted, then answer on its run's newest message or page. Nothing changed.`;
};

/** Writes the answer into the lost attempts. */
async function answerLost(
  tx: Tx,
  { clock }: Pick<Ground, 'clock'>,
  { run, lost }: { run: RunRow; lost: readonly StepAttemptRow[] },
  answer: ParkedAnswer,
): Promise<void> {
  const actor = actorOf(answer);
  const words = `${actor} answered ${answer.outcome} for a step whose worker had died`;
  for (const { step, attempt } of lost) {
    await tx
      .updateTable('step_attempts')
      .set({
        state: BECOMES[answer.outcome],
        error_class: answer.outcome === 'done' ? null : 'Interrupted',
        error_message: answer.outcome === 'done' ? null : words,
      })
      .where('run_id', '=', run.id)
      .where('step', '=', step)
      .where('attempt', '=', attempt)
      .execute();
  }
  await audit(tx, {
    at: clock.now(),
    act: 'run.unparked',
    actor,
    operator: answer.operator,
    via: answer.via,
    workflow: run.workflow,
    run_id: run.id,
    data: { outcome: answer.outcome, steps: lost.map((row) => row.step) },
  });
}
