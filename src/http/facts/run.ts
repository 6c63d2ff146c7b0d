import { DateTime } from 'luxon';
import { sizeText } from '../../../blocks/review.ts';
import { clockText, lengthText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import { notFound } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import { auditStory, type StoryLine } from '../../reports/audit-story.ts';
import { type RunFact, runFact } from '../../reports/run-fact.ts';
import { reviewName } from '../../reviews/review-id.ts';
import type { RunInputRow, RunRow, StepAttemptRow } from '../../store/schema.ts';
import type { Viewer } from '../pages/layout.ts';
import type { RunView } from '../pages/run.ts';
import { keyNumbersOf } from './key-numbers.ts';
import { hiddenText } from './review.ts';

/** The run of this id, whatever a visitor wrote in its place. Throws `not_found`. */
export async function knownRun(ground: Ground, id: string): Promise<RunRow> {
  // PostgreSQL knows no text with a NUL in it and would call the question an error.
  const run = id.includes('\0')
    ? undefined
    : await ground.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run) throw notFound('There is no such run. The first page lists the latest ones.');
  return run;
}

/** All that a run's page shows to the viewer; contents only where that person may see them. */
export async function runView(ground: Ground, id: string, viewer: Viewer): Promise<RunView> {
  const run = await knownRun(ground, id);
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
  const seen = may(home, viewer.person, 'see_outputs', { workflow, dataClass: run.data_class, now });
  const told = seen.ok ? wordsOf(run) : { error: fact.error, summary: null, flags: [] };
  return {
    id,
    title: workflow?.spec.title ?? run.workflow,
    workflow: run.workflow,
    status: run.status ?? run.state.toUpperCase(),
    trigger: triggerText(fact, reader),
    started: run.started_at ? momentText(run.started_at, reader) : `waiting since ${momentText(run.queued_at, reader)}`,
    ended: endedText(fact, reader),
    parked: run.state === 'parked' ? (run.parked_reason ?? 'A person has to decide.') : null,
    reviewId: run.review_id === null ? null : reviewName(run.review_id),
    repeats: run.rerun_of,
    promotedTo: run.promoted_to,
    outputHash: run.output_hash,
    ...told,
    keyNumbers: seen.ok ? await keyNumbersOf(ground.db, run, reader) : { numbers: [], lastAt: null },
    inputs: inputs.map(inputView),
    steps: attempts.map((attempt) => stepView(attempt, now)),
    outputs,
    checks: run.validation?.checks ?? null,
    story: daysOf(story.story, reader),
    hidden: seen.ok
      ? null
      : viewer.person === null
        ? hiddenText(viewer.invitation)
        : `The contents are not shown. ${seen.why}`,
    mayCancel: run.state !== 'ended' && may(home, viewer.person, 'cancel', { workflow, now }).ok,
  };
}

const wordsOf = ({ error_class, error_message, summary, flags }: RunRow) => ({
  error: error_class === null ? null : { class: error_class, message: error_message ?? '' },
  summary,
  flags,
});

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
  detail: input.detail ?? [input.path, input.bytes === null ? null : sizeText(input.bytes)].filter(Boolean).join(', '),
});

const stepView = (attempt: StepAttemptRow, now: Date) => ({
  step: attempt.step,
  attempt: attempt.attempt,
  state: attempt.state,
  skill: attempt.skill,
  took: lengthText((attempt.ended_at ?? now).getTime() - attempt.started_at.getTime()),
  fence: attempt.fence,
});

/** The trail by day of the reader's zone, each line with its second. */
function daysOf(story: StoryLine[], reader: Reader): RunView['story'] {
  const days = new Map<string, RunView['story'][number]['lines']>();
  for (const line of story) {
    const at = DateTime.fromISO(line.at, { zone: reader.zone }).setLocale('en-GB');
    const day = at.toFormat('ccc d LLL yyyy');
    const who = line.actor === 'service' ? '' : `${personText(line.actor, reader)} `;
    const sentence = `${who}${line.sentence}`;
    const told = { at: at.toFormat('HH:mm:ss'), sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1) };
    days.set(day, [...(days.get(day) ?? []), told]);
  }
  return [...days].map(([day, lines]) => ({ day, lines }));
}
