import type { Ground } from '../ground.ts';
import { workflowToday } from '../runs/permit.ts';
import type { RunRow } from '../store/schema.ts';
import { type RunCard, runCard } from './run-card.ts';
import { forEverybody } from './withheld.ts';

/**
 * A run as it can be told to somebody who has never seen the product (W6). What is contents (words, numbers) is left out
 * of confidential work whoever asks, since the message is made to be passed on. Times are ISO 8601 in UTC.
 */
export interface RunSummary extends RunCard {
  /** What the workflow says it is for, in one sentence; null where it has left the home and its start as well. */
  outcome: string | null;
  /** Key of the workflow's owner. */
  owner: string | null;
  checks_passed: number;
  /** Approvals of the outputs as they are, oldest first. */
  approved_by: { person: string; at: string }[];
  /** Who ended the review, and why; `reason` is null where none was given or it is not for everybody. */
  closed: { by: string; at: string; reason: string | null } | null;
  /** When the workflow runs next; null where nothing is scheduled. */
  next_at: string | null;
}

/** Throws `not_found`. */
export async function runSummary(ground: Ground, run_id: string): Promise<RunSummary> {
  const { db } = ground;
  const card = await runCard(ground, run_id);
  const run = await db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirstOrThrow();
  const { workflow, stillThere } = await workflowToday(ground, run);
  const [approved_by, closed, next] = await Promise.all([
    approvalsOf(ground, run),
    closedOf(ground, card, run.review_id),
    db.selectFrom('schedules').select('next_at').where('workflow', '=', run.workflow).executeTakeFirst(),
  ]);
  return {
    ...card,
    // The error of closed work is named, and its words are not told.
    error: card.error && { class: card.error.class, message: card.contents ? card.error.message : '' },
    outcome: workflow?.spec.outcome ?? null,
    owner: workflow?.spec.owner ?? null,
    checks_passed: run.validation?.checks.filter(({ result }) => result === 'PASS').length ?? 0,
    approved_by,
    closed,
    next_at: stillThere ? (next?.next_at?.toISOString() ?? null) : null,
  };
}

async function approvalsOf({ db }: Ground, { review_id }: RunRow): Promise<RunSummary['approved_by']> {
  if (review_id === null) return [];
  const rows = await db
    .selectFrom('decisions')
    .innerJoin('reviews', 'reviews.id', 'decisions.review_id')
    .select(['decisions.person', 'decisions.decided_at'])
    .where('reviews.id', '=', review_id)
    .where('decisions.verdict', '=', 'approve')
    .whereRef('decisions.revision', '=', 'reviews.revision')
    .orderBy('decisions.id')
    .execute();
  return rows.map(({ person, decided_at }) => ({ person, at: decided_at.toISOString() }));
}

async function closedOf(
  { db }: Ground,
  { data_class }: RunCard,
  review_id: number | null,
): Promise<RunSummary['closed']> {
  if (review_id === null) return null;
  const row = await db
    .selectFrom('reviews')
    .select(['state', 'closed_by', 'closed_reason', 'decided_at'])
    .where('id', '=', review_id)
    .executeTakeFirst();
  if (!row?.closed_by || !row.decided_at) return null;
  return { by: row.closed_by, at: row.decided_at.toISOString(), reason: forEverybody(row.closed_reason, data_class) };
}
