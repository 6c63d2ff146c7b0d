import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { may } from '../people/permissions.ts';
import { resolvePeople } from '../people/resolve.ts';
import { reviewName } from '../reviews/review-id.ts';
import { workflowToday } from '../runs/permit.ts';
import type { FeedbackRow, RunRow } from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';

/** What a person said of a skill's work, for whoever looks after the skill. Times are ISO 8601 in UTC, people are keys. */
export interface FeedbackFact {
  feedback_id: number;
  kind: 'rejected' | 'change_asked';
  skill: string;
  /** Who looks after the skill, today. */
  owners: string[];
  workflow: string;
  title: string;
  run_id: string;
  review_id: string;
  data_class: DataClass;
  by: string;
  at: string;
  /** The words of the decision; null where not all of these owners may see the work. */
  text: string | null;
  /** The run that makes the change that was asked for; null while there is none. */
  change_run: string | null;
  /** How often this skill's work was sent back within the last thirty days, this time among them. */
  recent: number;
}

const RECENT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Throws `not_found`. */
export async function feedbackFact(ground: Ground, id: number): Promise<FeedbackFact> {
  const { db } = ground;
  const row = await db.selectFrom('feedback').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound(`There is no feedback ${id}.`);
  const run = await db.selectFrom('runs').selectAll().where('id', '=', row.run_id).executeTakeFirstOrThrow();
  const { home } = await ground.homes.active();
  const { workflow } = await workflowToday(ground, run);
  const owners = resolvePeople(home.team, [row.owner]);
  const subject = { workflow, dataClass: run.data_class, now: ground.clock.now() };
  const seen = owners.length > 0 && owners.every((owner) => may(home, owner, 'see_outputs', subject).ok);
  return {
    feedback_id: row.id,
    kind: row.kind,
    skill: row.skill,
    owners,
    workflow: row.workflow,
    title: workflow?.spec.title ?? row.workflow,
    run_id: row.run_id,
    review_id: reviewName(row.review_id),
    data_class: classToday(home, run.workflow, run.data_class),
    by: row.person,
    at: row.at.toISOString(),
    text: seen ? row.text : null,
    change_run: await changeRunOf(ground, row),
    recent: await recentOf(ground, row),
  };
}

async function changeRunOf({ db }: Ground, { kind, review_id }: FeedbackRow): Promise<RunRow['id'] | null> {
  if (kind !== 'change_asked') return null;
  const query = db.selectFrom('runs').select('id').where('asked_by_review', '=', review_id);
  return (await query.orderBy('queued_at', 'desc').limit(1).executeTakeFirst())?.id ?? null;
}

/** Counted up to this one, so that a message drawn again says the same. */
async function recentOf({ db }: Ground, { id, skill, at }: FeedbackRow): Promise<number> {
  const { count } = await db
    .selectFrom('feedback')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('skill', '=', skill)
    .where('id', '<=', id)
    .where('at', '>', new Date(at.getTime() - RECENT_DAYS * DAY_MS))
    .executeTakeFirstOrThrow();
  return Number(count);
}
