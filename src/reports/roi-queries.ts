import { sql } from 'kysely';
import type { Db } from '../store/db.ts';
import type { Period } from './period.ts';

type Span = Pick<Period, 'begins' | 'ends'>;

// A page left open over lunch is no review; a longer look counts as not measured.
export const LONGEST_REVIEW_SECONDS = 2 * 3600;

/** Delivered runs of one workflow and one snapshot in one span of time. */
export interface DeliveredRow {
  /** Which of the spans that were asked about, from 0. */
  span: number;
  workflow: string;
  snapshot_id: number;
  runs: number;
  /** Those that people decided about on their way to production; the others were delivered by themselves. */
  reviewed: number;
  /** Those of which every decision was measured, and how long their reviews took, in seconds, as decimal text. */
  measured: number;
  review_seconds: string;
}

/** Spans of time that follow each other: the beginning of each, and the end of the last. */
export interface Spans {
  bounds: readonly Date[];
  ends: Date;
}

/**
 * Delivered runs (promoted and not undone) that ended in these spans, with the review time that they took: of every
 * decision about a run, and about the items that it superseded because a change was asked for. Counted by the database,
 * so that a year of many runs is a few rows; of one workflow the snapshot that ran last comes last.
 */
export async function deliveredRuns(db: Db, { bounds, ends }: Spans, workflow?: string): Promise<DeliveredRow[]> {
  const { rows } = await sql<DeliveredRow>`
    with recursive delivered as (
      select runs.id as run_id, runs.workflow, runs.snapshot_id, runs.ended_at, runs.review_id, runs.asked_by_review
      from runs join promotions on promotions.run_id = runs.id
      where promotions.state = 'placed' and runs.ended_at >= ${bounds[0]} and runs.ended_at < ${ends}
        and (${workflow ?? null}::text is null or runs.workflow = ${workflow ?? null})
    ), trail (run_id, review_id) as (
      select run_id, review_id from delivered where review_id is not null
      union
      select run_id, asked_by_review from delivered where asked_by_review is not null
      union
      select trail.run_id, earlier.asked_by_review
      from trail join reviews on reviews.id = trail.review_id join runs as earlier on earlier.id = reviews.run_id
      where earlier.asked_by_review is not null
    ), decided as (
      select trail.run_id, count(*) as decisions, sum(review_seconds) as seconds,
        count(*) filter (where review_seconds <= ${LONGEST_REVIEW_SECONDS}) as measured
      from trail join decisions on decisions.review_id = trail.review_id
      group by trail.run_id
    )
    select width_bucket(ended_at, ${bounds}::timestamptz[]) - 1 as span, workflow, snapshot_id, count(*)::int as runs,
      count(decisions)::int as reviewed, (count(*) filter (where measured = decisions))::int as measured,
      coalesce(sum(seconds::numeric) filter (where measured = decisions), 0)::text as review_seconds
    from delivered left join decided on decided.run_id = delivered.run_id
    group by 1, workflow, snapshot_id order by 1, workflow, max(ended_at), snapshot_id`.execute(db);
  return rows;
}

export interface QualityRow {
  workflow: string;
  ended: number;
  failed: number;
  late: number;
  missed: number;
  decided: number;
  rejected: number;
}

/** How the runs of the period went, drills and shadow runs left out. A cancelled run is neither good nor bad. */
export async function quality(db: Db, { begins, ends }: Span, workflow?: string): Promise<QualityRow[]> {
  const { rows } = await sql<QualityRow>`
    with ran as (
      select workflow,
        count(*) filter (where status <> 'CANCELLED') as ended,
        count(*) filter (where status in ('FAILED', 'TIMED_OUT')) as failed,
        count(*) filter (where late_noted_at is not null and status <> 'CANCELLED') as late
      from runs where ended_at >= ${begins} and ended_at < ${ends} and trigger_kind not in ('drill', 'shadow')
      group by workflow
    ), missed as (
      select workflow, count(*) as missed from slots
      where state = 'missed' and scheduled_for >= ${begins} and scheduled_for < ${ends} group by workflow
    ), judged as (
      select workflow, count(*) as decided, count(*) filter (where state = 'rejected') as rejected from reviews
      where decided_at >= ${begins} and decided_at < ${ends} group by workflow
    )
    select workflow, coalesce(ended, 0)::int as ended, coalesce(failed, 0)::int as failed,
      coalesce(late, 0)::int as late, coalesce(missed, 0)::int as missed,
      coalesce(decided, 0)::int as decided, coalesce(rejected, 0)::int as rejected
    from ran full join missed using (workflow) full join judged using (workflow)
    where ${workflow ?? null}::text is null or workflow = ${workflow ?? null}
    order by workflow`.execute(db);
  return rows;
}

export interface SpentRow {
  workflow: string;
  model: string;
  currency: string | null;
  tokens: number;
  /** Decimal text; null where the model had no price on that day. */
  cost: string | null;
}

/** What the tokens of the period cost at the price of their day; failed and rejected runs spend too. */
export async function tokensSpent(db: Db, { begins, ends }: Span, workflow?: string): Promise<SpentRow[]> {
  const { rows } = await sql<SpentRow>`
    select workflow, model, currency, cost is null as unpriced,
      sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens)::float8 as tokens,
      sum(cost)::text as cost
    from usage where at >= ${begins} and at < ${ends}
      and (${workflow ?? null}::text is null or workflow = ${workflow ?? null})
    group by workflow, model, currency, cost is null order by workflow, model`.execute(db);
  return rows;
}

/** As `tokensSpent`, for several spans at once. */
export async function tokensSpentBySpan(
  db: Db,
  { bounds, ends }: Spans,
  workflow?: string,
): Promise<(SpentRow & { span: number })[]> {
  const { rows } = await sql<SpentRow & { span: number }>`
    select width_bucket(at, ${bounds}::timestamptz[]) - 1 as span, workflow, model, currency, cost is null as unpriced,
      sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens)::float8 as tokens,
      sum(cost)::text as cost
    from usage where at >= ${bounds[0]} and at < ${ends}
      and (${workflow ?? null}::text is null or workflow = ${workflow ?? null})
    group by 1, workflow, model, currency, cost is null order by 1, workflow, model`.execute(db);
  return rows;
}
