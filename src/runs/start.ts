import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { NewRun, TriggerKind, Via } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { runId } from './run-id.ts';
import { resolveTexts } from './texts.ts';

export interface StartRequest {
  snapshot: Snapshot;
  /** Name of a workflow of that snapshot. */
  workflow: string;
  /** `by` is a person's name, or `service`. */
  trigger: { kind: TriggerKind; by: string };
  via: Via;
  /** The slot's nominal instant; null for a run without a slot. */
  scheduledFor: Date | null;
  /** The run it waits for (overlap: queue): no job until that one ended. */
  blockedBy?: string | null | undefined;
  operator?: string | null | undefined;
  texts?: Readonly<Record<string, string>> | undefined;
  /** What the person who asked for a change wrote. */
  note?: string | null | undefined;
  rerunOf?: string | null | undefined;
  askedByReview?: number | null | undefined;
  /** Id of the ask in a chat that starts it; a second run of one ask is refused by the database (`startOnce`). */
  askedBy?: number | null | undefined;
  /** People who may not approve it, besides those that the rerun run already barred. Default: the person who started it. */
  barred?: readonly string[] | undefined;
}

/** The act of starting one run, in the caller's transaction: row, trail, notice and job. */
export async function startRun(tx: Tx, ground: Ground, request: StartRequest): Promise<{ run_id: string }> {
  const [started] = await startRuns(tx, ground, [request]);
  if (!started) throw new Error('startRuns answered nothing');
  return started;
}

/**
 * Starts many runs in a handful of statements, in the order asked. Throws `not_found` for a workflow the snapshot does
 * not have, `invalid` for texts that do not fit.
 */
export async function startRuns(
  tx: Tx,
  ground: Ground,
  requests: readonly StartRequest[],
): Promise<{ run_id: string }[]> {
  const started: { run_id: string }[] = [];
  for (let from = 0; from < requests.length; from += AT_ONCE)
    started.push(...(await startBatch(tx, ground, requests.slice(from, from + AT_ONCE))));
  return started;
}

// PostgreSQL takes 65,535 parameters in one statement; a run row needs about twenty.
const AT_ONCE = 1000;

async function startBatch(tx: Tx, ground: Ground, requests: readonly StartRequest[]): Promise<{ run_id: string }[]> {
  const now = ground.clock.now();
  const waits = await waitsFor(tx, requests);
  const inherited = await barredBefore(tx, requests);
  const ids = await insertRuns(
    tx,
    requests.map((request) => rowOf(request, now, inherited, waits)),
  );
  await audit(tx, ...requests.map((request, index) => entryOf(request, ids[index] ?? '', now)));
  const notices = ids.map((run_id) => ({
    notice: JSON.stringify({ kind: 'run', run_id }),
    priority: 5,
    created_at: now,
  }));
  await tx.insertInto('outbox').values(notices).execute();
  for (const [index, run_id] of ids.entries())
    if (!waits.has(requests[index]?.blockedBy ?? '')) await ground.jobs.enqueue(tx, 'execute', { run_id });
  return ids.map((run_id) => ({ run_id }));
}

const workflowOf = (request: StartRequest): Workflow => {
  const { workflows } = request.snapshot.home;
  const found = Object.hasOwn(workflows, request.workflow) ? workflows[request.workflow] : undefined;
  if (!found) throw notFound(`There is no workflow named ${request.workflow} in this home.`);
  return found;
};

/** The runs among those to wait for that have not ended, held so that none ends between this look and our commit. */
async function waitsFor(tx: Tx, requests: readonly StartRequest[]): Promise<Set<string>> {
  const ids = [...new Set(requests.flatMap((request) => request.blockedBy ?? []))];
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('runs')
    .select('id')
    .where('id', 'in', ids)
    .where('state', '<>', 'ended')
    .orderBy('id')
    .forShare()
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** Whoever started a run cannot approve what came of it by asking for it again. */
async function barredBefore(tx: Tx, requests: readonly StartRequest[]): Promise<Map<string, string[]>> {
  const ids = [...new Set(requests.flatMap((request) => request.rerunOf ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('runs').select(['id', 'barred']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.barred]));
}

/** Kinds that a person asked for; of these the person is barred, and a missing text can be asked for. */
const asked = (request: StartRequest) => ['person', 'rerun', 'api'].includes(request.trigger.kind);

const startedBy = (request: StartRequest): readonly string[] =>
  asked(request) && request.trigger.by !== 'service' && !request.askedByReview ? [request.trigger.by] : [];

const rowOf = (
  request: StartRequest,
  now: Date,
  inherited: Map<string, string[]>,
  waits: ReadonlySet<string>,
): NewRun => {
  const workflow = workflowOf(request);
  const { spec } = workflow;
  const before = request.rerunOf ? (inherited.get(request.rerunOf) ?? []) : [];
  const due = spec.deadline ? new Date((request.scheduledFor ?? now).getTime() + durationMs(spec.deadline)) : null;
  return {
    id: '',
    workflow: workflow.name,
    snapshot_id: request.snapshot.id,
    definition_hash: workflow.hash,
    severity: spec.severity,
    tier: spec.tier,
    data_class: spec.data_class,
    trigger_kind: request.trigger.kind,
    trigger_by: request.trigger.by,
    operator: request.operator ?? null,
    via: request.via,
    scheduled_for: request.scheduledFor,
    queued_at: now,
    // A rerun after its slot's deadline cannot be late again: the slot was, and that has been said.
    deadline_at: due && request.rerunOf && due <= now ? null : due,
    state: 'queued',
    blocked_by: request.blockedBy && waits.has(request.blockedBy) ? request.blockedBy : null,
    texts: JSON.stringify(resolveTexts(spec, request.texts ?? {}, asked(request))),
    note: request.note ?? null,
    rerun_of: request.rerunOf ?? null,
    asked_by_review: request.askedByReview ?? null,
    asked_by: request.askedBy ?? null,
    barred: [...new Set([...(request.barred ?? startedBy(request)), ...before])],
  };
};

// 32^4 ids per workflow and minute: a collision is rare and is tried again, in full only for the rows that collided.
const TRIES = 20;

async function insertRuns(tx: Tx, rows: NewRun[]): Promise<string[]> {
  const ids: string[] = rows.map(() => '');
  let open = rows.map((_, index) => index);
  for (let tries = 0; tries < TRIES && open.length > 0; tries += 1) {
    const drawn = new Map<string, number>();
    for (const index of open) {
      const row = rows[index];
      if (row) drawn.set(runId(row.workflow, new Date(row.scheduled_for ?? row.queued_at)), index);
    }
    const values = [...drawn].map(([id, index]) => ({ ...(rows[index] as NewRun), id }));
    const inserted = await tx
      .insertInto('runs')
      .values(values)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of inserted) ids[drawn.get(id) ?? -1] = id;
    open = open.filter((index) => ids[index] === '');
  }
  if (open.length > 0) throw new Error('no free run id found');
  return ids;
}

const entryOf = (request: StartRequest, run_id: string, at: Date) => ({
  at,
  act: 'run.queued' as const,
  actor: request.trigger.by,
  operator: request.operator,
  via: request.via,
  workflow: request.workflow,
  run_id,
  review_id: request.askedByReview,
  data: {
    trigger: request.trigger.kind,
    scheduled_for: request.scheduledFor?.toISOString() ?? null,
    definition_hash: workflowOf(request).hash,
    ...(request.blockedBy ? { waits_for: request.blockedBy } : {}),
    ...(request.rerunOf ? { rerun_of: request.rerunOf } : {}),
  },
});
