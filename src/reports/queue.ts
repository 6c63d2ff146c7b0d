import { sql } from 'kysely';
import { reviewName } from '../reviews/review-id.ts';
import type { Db } from '../store/db.ts';
import type { CheckResult, ReviewState, Via } from '../store/schema.ts';
import type { DataClass, Severity, Tier } from '../values/scalars.ts';

export interface QueueApproval {
  person: string;
  at: string;
  via: Via;
}

/** One open review item, as `queue --json` fixes it (the first ten keys). Times are ISO 8601 in UTC. */
export interface QueueItem {
  review_id: string;
  run_id: string;
  workflow: string;
  severity: Severity;
  tier: Tier;
  state: ReviewState;
  reasons: string[];
  opened_at: string;
  due_at: string;
  output_hash: string;
  /** Approvals of this revision that count so far. */
  approvals: QueueApproval[];
  /** How many different people must approve. */
  quorum: number;
  overdue: boolean;
  held: boolean;
  /** Its outputs changed and are being checked again. */
  rechecking: boolean;
  validation: CheckResult | null;
  /** How many checks ran; a PASS of none says nothing. */
  checks: number;
  data_class: DataClass;
}

/** Open review items, oldest first: what waits for people. */
export async function queueReport(db: Db, filter: { workflow?: string | undefined; now: Date }): Promise<QueueItem[]> {
  const rows = await db
    .selectFrom('reviews')
    .innerJoin('runs', 'runs.id', 'reviews.run_id')
    .selectAll('reviews')
    .select(sql<number>`coalesce(jsonb_array_length(runs.validation->'checks'), 0)`.as('checks'))
    .where('reviews.state', '=', 'open')
    .$if(filter.workflow !== undefined, (query) => query.where('reviews.workflow', '=', filter.workflow ?? ''))
    .orderBy('opened_at')
    .orderBy('reviews.id')
    .execute();
  const given = await approvalsOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    review_id: reviewName(row.id),
    run_id: row.run_id,
    workflow: row.workflow,
    severity: row.severity,
    tier: row.tier,
    state: row.state,
    reasons: row.reasons,
    opened_at: row.opened_at.toISOString(),
    due_at: row.due_at.toISOString(),
    output_hash: row.output_hash,
    approvals: given
      .filter((one) => one.review_id === row.id && one.revision === row.revision)
      .filter((one) => row.approved_by.includes(one.person))
      .map(({ person, decided_at, via }) => ({ person, at: decided_at.toISOString(), via })),
    quorum: row.quorum,
    overdue: row.due_at <= filter.now,
    held: row.held_at !== null,
    rechecking: row.rechecking,
    validation: row.validation_result,
    checks: row.checks,
    data_class: row.data_class,
  }));
}

const approvalsOf = async (db: Db, reviews: number[]) =>
  reviews.length === 0
    ? []
    : db
        .selectFrom('decisions')
        .select(['review_id', 'revision', 'person', 'decided_at', 'via'])
        .where('review_id', 'in', reviews)
        .where('verdict', '=', 'approve')
        .orderBy('decided_at')
        .execute();
