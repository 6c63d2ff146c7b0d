import { sql } from 'kysely';
import type { Db } from '../store/db.ts';

/** Inputs that a workflow had to do without, over all its runs since. */
export interface Degraded {
  workflow: string;
  inputs: string[];
  runs: number;
  /** The latest of them. */
  run_id: string;
}

/** Workflows whose ended runs missed an input, the latest first; drills and shadow runs left out. */
export async function degradedSince(db: Db, since: Date): Promise<Degraded[]> {
  const { rows } = await sql<Degraded>`
    select runs.workflow, array_agg(distinct run_inputs.name order by run_inputs.name) as inputs,
      count(distinct runs.id)::int as runs, (array_agg(runs.id order by runs.ended_at desc, runs.id desc))[1] as run_id
    from runs join run_inputs on run_inputs.run_id = runs.id
    where runs.ended_at >= ${since} and run_inputs.status <> 'ok' and runs.trigger_kind not in ('drill', 'shadow')
    group by runs.workflow order by max(runs.ended_at) desc, runs.workflow`.execute(db);
  return rows;
}

/** How many alerts recovered or were resolved since. */
export async function recoveredSince(db: Db, since: Date): Promise<number> {
  const row = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('state', 'in', ['recovered', 'resolved'])
    .where('ended_at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Tokens that each workflow reported since. */
export async function tokensByWorkflow(db: Db, since: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{ workflow: string; tokens: number }>`
    select workflow, sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens)::float8 as tokens
    from usage where at >= ${since} group by workflow`.execute(db);
  return new Map(rows.map(({ workflow, tokens }) => [workflow, tokens]));
}
