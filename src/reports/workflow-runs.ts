import { sql } from 'kysely';
import { reviewName } from '../reviews/review-id.ts';
import type { Db } from '../store/db.ts';
import type { PromotionState, Route, RunState, RunStatus, TriggerKind } from '../store/schema.ts';

/** A run as one line of a list: names and states only. Times are ISO 8601 in UTC; absent is null. */
export interface ListedRun {
  run_id: string;
  workflow: string;
  state: RunState;
  status: RunStatus | null;
  route: Route | null;
  trigger: TriggerKind;
  by: string;
  queued_at: string;
  started_at: string | null;
  ended_at: string | null;
  review_id: string | null;
  promoted_to: string | null;
  promotion: PromotionState | null;
  error_class: string | null;
  output_hash: string | null;
}

export const listedRuns = (db: Db) =>
  db
    .selectFrom('runs')
    .leftJoin('promotions', 'promotions.run_id', 'runs.id')
    .select(['runs.id', 'runs.workflow', 'runs.state', 'runs.status', 'runs.route', 'trigger_kind', 'trigger_by'])
    .select(['queued_at', 'started_at', 'ended_at', 'runs.review_id', 'promoted_to', 'error_class'])
    .select(['runs.output_hash', 'promotions.state as promotion']);

type Row = Awaited<ReturnType<ReturnType<typeof listedRuns>['execute']>>[number];

export const listedRun = (row: Row): ListedRun => ({
  run_id: row.id,
  workflow: row.workflow,
  state: row.state,
  status: row.status,
  route: row.route,
  trigger: row.trigger_kind,
  by: row.trigger_by,
  queued_at: row.queued_at.toISOString(),
  started_at: row.started_at?.toISOString() ?? null,
  ended_at: row.ended_at?.toISOString() ?? null,
  review_id: row.review_id === null ? null : reviewName(row.review_id),
  promoted_to: row.promoted_to,
  promotion: row.promotion,
  error_class: row.error_class,
  output_hash: row.output_hash,
});

/** Runs of one workflow, newest first; those before the run `before`, where it is one of them. `next` asks for older ones. */
export async function workflowRuns(
  db: Db,
  workflow: string,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ runs: ListedRun[]; next: string | null }> {
  const mark = before === undefined ? undefined : await placeOf(db, workflow, before);
  const rows = await listedRuns(db)
    .where('runs.workflow', '=', workflow)
    .$if(mark !== undefined, (query) =>
      query.where(sql<boolean>`(queued_at, runs.id) < (${mark?.queued_at ?? null}::timestamptz, ${mark?.id ?? ''})`),
    )
    .orderBy('queued_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(limit + 1)
    .execute();
  const runs = rows.slice(0, limit).map(listedRun);
  return { runs, next: rows.length > limit ? (runs.at(-1)?.run_id ?? null) : null };
}

// PostgreSQL knows no text with a NUL in it and would call the question an error.
const placeOf = async (db: Db, workflow: string, run: string) =>
  run.includes('\0')
    ? undefined
    : db
        .selectFrom('runs')
        .select(['id', 'queued_at'])
        .where('id', '=', run)
        .where('workflow', '=', workflow)
        .executeTakeFirst();

/** One mark of a strip. */
export interface RunMark {
  run_id: string;
  /** Final status, or RUNNING, QUEUED, PARKED. */
  status: string;
  /** When it started, or was asked for where it has not. */
  at: string;
}

/** The latest runs of each of these workflows, oldest first, drills and shadow runs left out; one query for all. */
export async function latestRuns(db: Db, workflows: readonly string[], limit: number): Promise<Map<string, RunMark[]>> {
  const { rows } = await sql<{ workflow: string; id: string; status: string; at: Date }>`
    select latest.* from unnest(${[...workflows]}::text[]) as named (workflow) cross join lateral (
      select runs.workflow, id, coalesce(status, upper(state)) as status, coalesce(started_at, queued_at) as at
      from runs where runs.workflow = named.workflow and trigger_kind not in ('drill', 'shadow')
      order by queued_at desc, id desc limit ${limit}) as latest`.execute(db);
  const marks = new Map<string, RunMark[]>();
  for (const { workflow, id, status, at } of rows)
    marks.set(workflow, [{ run_id: id, status, at: at.toISOString() }, ...(marks.get(workflow) ?? [])]);
  return marks;
}

/** The latest ended runs of all workflows, newest first, drills and shadow runs left out. */
export async function lastEnded(db: Db, limit: number): Promise<ListedRun[]> {
  const rows = await listedRuns(db)
    .where('runs.state', '=', 'ended')
    .where('trigger_kind', 'not in', ['drill', 'shadow'])
    .orderBy('queued_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(listedRun);
}
