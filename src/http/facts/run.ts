import { clockText, lengthText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import { notFound } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import { auditStory } from '../../reports/audit-story.ts';
import { type RunFact, runFact } from '../../reports/run-fact.ts';
import type { RunInputRow, StepAttemptRow } from '../../store/schema.ts';
import type { RunView } from '../pages/run.ts';

/** All that a run's page shows to `person`; contents only where that person may see them. */
export async function runView(ground: Ground, id: string, person: string | null): Promise<RunView> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run) throw notFound('There is no such run. The first page lists the latest ones.');
  const [{ home }, fact, pinned, story, inputs, attempts, outputs] = await Promise.all([
    ground.homes.active(),
    runFact(ground.db, id),
    ground.homes.byId(run.snapshot_id),
    auditStory(ground, id),
    ground.db.selectFrom('run_inputs').selectAll().where('run_id', '=', id).orderBy('name').execute(),
    ground.db.selectFrom('step_attempts').selectAll().where('run_id', '=', id).orderBy('started_at').execute(),
    ground.db.selectFrom('outputs').select(['path', 'bytes']).where('run_id', '=', id).orderBy('path').execute(),
  ]);
  const workflow = pinned.home.workflows[run.workflow];
  const now = ground.clock.now();
  const reader: Reader = { now, zone: home.team.timezone, team: home.team };
  const seen = may(home, person, 'see_outputs', { workflow, dataClass: run.data_class, now });
  return {
    id,
    title: workflow?.spec.title ?? run.workflow,
    workflow: run.workflow,
    status: run.status ?? run.state.toUpperCase(),
    trigger: triggerText(fact, reader),
    started: run.started_at ? momentText(run.started_at, reader) : `waiting since ${momentText(run.queued_at, reader)}`,
    ended: endedText(fact, reader),
    reviewId: fact.review_id,
    promotedTo: run.promoted_to,
    outputHash: run.output_hash,
    error: fact.error,
    summary: seen.ok ? run.summary : fact.summary,
    inputs: inputs.map(inputView),
    steps: attempts.map((attempt) => stepView(attempt, now)),
    outputs,
    checks: run.validation?.checks ?? null,
    story: story.story.map((line) => ({
      at: clockText(line.at, reader),
      sentence: line.actor === 'service' ? line.sentence : `${personText(line.actor, reader)} ${line.sentence}`,
    })),
    hidden: seen.ok ? null : `The contents are not shown. ${seen.why}`,
    mayCancel: run.state !== 'ended' && may(home, person, 'cancel', { workflow, now }).ok,
  };
}

function triggerText({ trigger, by, scheduled_for }: RunFact, reader: Reader): string {
  const slot = scheduled_for ? `, for ${clockText(scheduled_for, reader)}` : '';
  if (trigger === 'schedule') return `Started by its schedule${slot}`;
  if (trigger === 'catch_up') return `Started to catch up${slot}`;
  return `Started by ${personText(by, reader)}${trigger === 'person' ? '' : ` (${trigger})`}${slot}`;
}

const endedText = ({ started_at, ended_at }: RunFact, reader: Reader): string | null => {
  if (!ended_at) return null;
  const took = started_at ? `, took ${lengthText(Date.parse(ended_at) - Date.parse(started_at))}` : '';
  return `${clockText(ended_at, reader)}${took}`;
};

const inputView = (input: RunInputRow) => ({
  name: input.name,
  status: input.status,
  detail:
    input.detail ??
    [input.path, input.bytes === null ? null : `${input.bytes.toLocaleString('en')} bytes`].filter(Boolean).join(', '),
});

const stepView = (attempt: StepAttemptRow, now: Date) => ({
  step: attempt.step,
  attempt: attempt.attempt,
  state: attempt.state,
  skill: attempt.skill,
  took: lengthText((attempt.ended_at ?? now).getTime() - attempt.started_at.getTime()),
  fence: attempt.fence,
});
