import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import type { Db } from '../store/db.ts';
import type { RunRow, RunStatus } from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';

/** Open alerts, gravest first, then oldest, with the run each is about and the stricter of its class then and today. */
export async function openAlerts({ db, homes }: Pick<Ground, 'db' | 'homes'>, workflow?: string) {
  const { home } = await homes.active();
  const rows = await alertRows(db, workflow);
  return rows.map((row) => ({
    ...row,
    run_class: row.run_class && classToday(home, row.workflow ?? '', row.run_class),
  }));
}

const alertRows = (db: Db, workflow?: string) =>
  db
    .selectFrom('alerts')
    .leftJoin('runs', 'runs.id', 'alerts.run_id')
    .selectAll('alerts')
    .select(['runs.failed_step', 'runs.data_class as run_class', 'runs.scheduled_for', 'runs.folder'])
    .where('alerts.state', 'in', ['open', 'acknowledged'])
    .$if(workflow !== undefined, (query) => query.where('alerts.workflow', '=', workflow ?? ''))
    .orderBy('alerts.severity')
    .orderBy('alerts.first_at')
    .orderBy('alerts.id')
    .execute();

export type OpenAlert = Awaited<ReturnType<typeof openAlerts>>[number];

/** When each workflow, or one, last delivered something that was not undone; with `before`, up to that moment. */
export async function lastDelivered(db: Db, workflow?: string, before?: Date): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom('promotions')
    .select(['workflow', ({ fn }) => fn.max('placed_at').as('at')])
    .where('state', '=', 'placed')
    .$if(workflow !== undefined, (query) => query.where('workflow', '=', workflow ?? ''))
    .$if(before !== undefined, (query) => query.where('placed_at', '<=', before ?? null))
    .groupBy('workflow')
    .execute();
  return new Map(rows.flatMap((row) => (row.at ? [[row.workflow, row.at] as const] : [])));
}

/** Runs that are queued, running or parked, oldest first. */
export const openRuns = (db: Db, workflow?: string) =>
  db
    .selectFrom('runs')
    .select(['id', 'workflow', 'state', 'queued_at', 'started_at', 'parked_reason'])
    .where('state', '<>', 'ended')
    .$if(workflow !== undefined, (query) => query.where('workflow', '=', workflow ?? ''))
    .orderBy('queued_at')
    .orderBy('id')
    .execute();

/** How many runs ended since, and what came of them. */
export async function endedSince(db: Db, since: Date, workflow?: string) {
  const { rows } = await sql<{ ended: number; promoted: number; review: number; failed: number }>`
    select count(*)::int as ended, count(*) filter (where route = 'promoted')::int as promoted,
      count(*) filter (where route = 'review')::int as review, count(*) filter (where route = 'failed')::int as failed
    from runs where ended_at >= ${since} and (${workflow ?? null}::text is null or workflow = ${workflow ?? null})`.execute(
    db,
  );
  return rows[0] ?? { ended: 0, promoted: 0, review: 0, failed: 0 };
}

/** Next instants, soonest first. */
export const nextInstants = (db: Db, workflow?: string) =>
  db
    .selectFrom('schedules')
    .select(['workflow', 'next_at'])
    .where('next_at', 'is not', null)
    .$if(workflow !== undefined, (query) => query.where('workflow', '=', workflow ?? ''))
    .orderBy('next_at')
    .orderBy('workflow')
    .execute();

export interface PastRun {
  run_id: string;
  status: RunStatus | null;
  route: RunRow['route'];
  started_at: Date | null;
  ended_at: Date | null;
  data_class: DataClass;
}

/** The latest ended runs of one workflow, newest first, drills and shadow runs left out. */
export const pastRuns = (db: Db, workflow: string, limit: number): Promise<PastRun[]> =>
  db
    .selectFrom('runs')
    .select(['id as run_id', 'status', 'route', 'started_at', 'ended_at', 'data_class'])
    .where('workflow', '=', workflow)
    .where('state', '=', 'ended')
    .where('trigger_kind', 'not in', ['drill', 'shadow'])
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();

/** Tokens a workflow reported since; null where no run of it reported any. */
export async function tokensSince(db: Db, workflow: string, since: Date): Promise<number | null> {
  const { rows } = await sql<{ tokens: number | null }>`
    select sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens)::float8 as tokens
    from usage where workflow = ${workflow} and at >= ${since}`.execute(db);
  return rows[0]?.tokens ?? null;
}
