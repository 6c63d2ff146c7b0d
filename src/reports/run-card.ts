import type { Ground } from '../ground.ts';
import { isOpenClass, may, whoMay } from '../people/permissions.ts';
import { recordedOutputs } from '../reviews/item.ts';
import { lostSteps } from '../runs/lost-steps.ts';
import { workflowToday } from '../runs/permit.ts';
import type { PromotionState, ReviewState, RunRow } from '../store/schema.ts';
import type { Severity, Tier } from '../values/scalars.ts';
import { type ComparedNumber, comparedNumbers } from './key-numbers.ts';
import { type Degraded, inputsOf } from './review-card.ts';
import { type RunFact, runFact } from './run-fact.ts';

/**
 * One run with all that its message says. What is contents (numbers, words) is empty or null unless `contents`. Times are
 * ISO 8601 in UTC, people are keys; absent is null.
 */
export interface RunCard extends RunFact {
  title: string;
  severity: Severity;
  tier: Tier;
  /** The work is public or internal, or this person may see it. */
  contents: boolean;
  /** The day the work is for: its slot, else its start. */
  for_at: string;
  outputs: { path: string; bytes: number }[];
  inputs: number;
  degraded: Degraded[];
  numbers: ComparedNumber[];
  cancel_asked: { by: string; at: string } | null;
  rerun_of: string | null;
  /** Its workflow run again for it, and not ended yet. */
  rerun: { run_id: string; by: string; at: string } | null;
  review_state: ReviewState | null;
  delivery: Delivery | null;
  /** Steps whose worker died while they acted outside; empty unless parked. */
  lost: { step: string; attempt: number; skill: string; at: string }[];
  /** Who may say what became of those. */
  may_answer: string[];
}

/** How far its promotion is, and whether a person approved it. */
export interface Delivery {
  state: PromotionState;
  reviewed: boolean;
  /** Home-relative folder it lies in, lay in, or is to go to. */
  target: string;
  placed_at: string | null;
  undone_by: string | null;
  undone_at: string | null;
}

/** One run as `person` may see it; null is a channel, where everybody reads, or with `member` an unlisted reader. Throws `not_found`. */
export async function runCard(
  ground: Ground,
  id: string,
  person: string | null = null,
  member = false,
): Promise<RunCard> {
  const { db } = ground;
  const fact = await runFact(ground, id);
  const run = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const { workflow, snapshot } = await workflowToday(ground, run);
  const subject = { workflow, dataClass: run.data_class, now: ground.clock.now(), chatMember: member };
  const seen = (person !== null || member) && may(snapshot.home, person, 'see_outputs', subject).ok;
  const contents = seen || isOpenClass(fact.data_class);
  const [outputs, inputs, compared, rerun, review, delivery, lost] = await Promise.all([
    recordedOutputs(db, id),
    inputsOf(ground, run, contents),
    contents ? comparedNumbers(db, run) : { numbers: [] },
    rerunOf(ground, run),
    reviewStateOf(ground, run),
    deliveryOf(ground, run),
    run.state === 'parked' ? lostOf(ground, run) : [],
  ]);
  return {
    ...fact,
    ...(seen ? wordsOf(run) : {}),
    title: workflow?.spec.title ?? run.workflow,
    severity: run.severity,
    tier: run.tier,
    contents,
    for_at: (run.scheduled_for ?? run.started_at ?? run.queued_at).toISOString(),
    outputs: outputs.map(({ path, bytes }) => ({ path, bytes })),
    ...inputs,
    numbers: compared.numbers,
    cancel_asked: askedOf(run),
    rerun_of: run.rerun_of,
    rerun,
    review_state: review,
    delivery,
    lost,
    may_answer: run.state === 'parked' ? whoMay(snapshot.home, 'resolve', subject) : [],
  };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What `runFact` keeps from everybody. */
const wordsOf = ({ error_class, error_message, summary, flags, key_numbers }: RunRow) => ({
  error: error_class === null ? null : { class: error_class, message: error_message ?? '' },
  summary,
  flags,
  key_numbers,
});

const askedOf = ({ cancel_asked_at, cancel_asked_by }: RunRow): RunCard['cancel_asked'] =>
  cancel_asked_at && { by: cancel_asked_by ?? 'service', at: cancel_asked_at.toISOString() };

async function rerunOf({ db }: Ground, run: RunRow): Promise<RunCard['rerun']> {
  const row = await db
    .selectFrom('runs')
    .select(['id', 'trigger_by', 'queued_at'])
    .where('rerun_of', '=', run.id)
    .where('state', '<>', 'ended')
    .orderBy('queued_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { run_id: row.id, by: row.trigger_by, at: row.queued_at.toISOString() } : null;
}

async function reviewStateOf({ db }: Ground, { review_id }: RunRow): Promise<ReviewState | null> {
  if (review_id === null) return null;
  const row = await db.selectFrom('reviews').select('state').where('id', '=', review_id).executeTakeFirst();
  return row?.state ?? null;
}

async function deliveryOf({ db }: Ground, run: RunRow): Promise<Delivery | null> {
  const row = await db.selectFrom('promotions').selectAll().where('run_id', '=', run.id).executeTakeFirst();
  return row
    ? {
        state: row.state,
        reviewed: row.review_id !== null,
        target: row.target ?? row.wanted,
        placed_at: iso(row.placed_at),
        undone_by: row.undone_by,
        undone_at: iso(row.undone_at),
      }
    : null;
}

const lostOf = async (ground: Ground, run: RunRow): Promise<RunCard['lost']> =>
  (await lostSteps(ground, run)).map(({ step, attempt, skill, started_at, ended_at }) => ({
    ...{ step, attempt, skill },
    at: (ended_at ?? started_at).toISOString(),
  }));
