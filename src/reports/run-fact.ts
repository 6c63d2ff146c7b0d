import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { command } from '../message/text.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { Db } from '../store/db.ts';
import type {
  CheckResult,
  KeyNumber,
  PromotionState,
  Route,
  RunRow,
  RunState,
  RunStatus,
  TriggerKind,
} from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';
import type { Home } from '../workflows/home.ts';
import { forEverybody } from './withheld.ts';

/** A run as `run --wait --json` and `runs --json` fix it (the first eleven keys); absent values are null. */
export interface RunFact {
  run_id: string;
  workflow: string;
  status: RunStatus | null;
  validation: CheckResult | null;
  route: Route | null;
  review_id: string | null;
  output_hash: string | null;
  /** Home-relative, begins with production/. */
  promoted_to: string | null;
  error: { class: string; message: string } | null;
  started_at: string | null;
  ended_at: string | null;
  /** How many checks ran; a PASS of none says nothing. */
  checks: number;
  state: RunState;
  trigger: TriggerKind;
  by: string;
  scheduled_for: string | null;
  queued_at: string;
  failed_step: string | null;
  parked_reason: string | null;
  /** How far its promotion is; null where none was asked for. */
  promotion: PromotionState | null;
  /** The stricter of the class it began with and today's. */
  data_class: DataClass;
  /** The run's own words; null for confidential work. */
  summary: string | null;
  confidence: number | null;
  flags: string[];
  key_numbers: KeyNumber[];
}

export const RUNS_LISTED = 20;

/** One run. Throws `not_found`. */
export async function runFact({ db, homes }: Pick<Ground, 'db' | 'homes'>, run_id: string): Promise<RunFact> {
  const run = await runsQuery(db).where('runs.id', '=', run_id).executeTakeFirst();
  if (!run)
    throw notFound([
      `There is no run ${JSON.stringify(run_id.slice(0, 80))}. `,
      command('runs'),
      ' lists the latest ones.',
    ]);
  return factOf(run, (await homes.active()).home);
}

/** The latest runs, newest first. */
export async function runsReport(
  { db, homes }: Pick<Ground, 'db' | 'homes'>,
  filter: { workflow?: string | undefined; limit?: number | undefined } = {},
): Promise<RunFact[]> {
  const rows = await runsQuery(db)
    .$if(filter.workflow !== undefined, (query) => query.where('runs.workflow', '=', filter.workflow ?? ''))
    .orderBy('queued_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(filter.limit ?? RUNS_LISTED)
    .execute();
  const { home } = await homes.active();
  return rows.map((run) => factOf(run, home));
}

const runsQuery = (db: Db) =>
  db
    .selectFrom('runs')
    .leftJoin('promotions', 'promotions.run_id', 'runs.id')
    .selectAll('runs')
    .select('promotions.state as promotion');

type Row = RunRow & { promotion: PromotionState | null };

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const factOf = (run: Row, home: Home): RunFact => {
  const data_class = classToday(home, run.workflow, run.data_class);
  return {
    run_id: run.id,
    workflow: run.workflow,
    status: run.status,
    validation: run.validation_result,
    route: run.route,
    review_id: run.review_id === null ? null : reviewName(run.review_id),
    output_hash: run.output_hash,
    promoted_to: run.promoted_to,
    error: run.error_class === null ? null : { class: run.error_class, message: messageOf(run, data_class) },
    started_at: iso(run.started_at),
    ended_at: iso(run.ended_at),
    checks: run.validation?.checks.length ?? 0,
    state: run.state,
    trigger: run.trigger_kind,
    by: run.trigger_by,
    scheduled_for: iso(run.scheduled_for),
    queued_at: run.queued_at.toISOString(),
    failed_step: run.failed_step,
    parked_reason: run.parked_reason,
    promotion: run.promotion,
    data_class,
    summary: forEverybody(run.summary, data_class),
    confidence: run.confidence,
    flags: forEverybody(run.flags, data_class) ?? [],
    key_numbers: forEverybody(run.key_numbers, data_class) ?? [],
  };
};

const messageOf = ({ error_message }: RunRow, data_class: DataClass): string =>
  forEverybody(error_message ?? '', data_class) ?? `withheld: ${data_class} work`;
