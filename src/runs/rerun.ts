import { conflict, notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { startOnce } from './asked-once.ts';
import { type Asker, actorOf, permit, workflowToday } from './permit.ts';
import { startRun } from './start.ts';
import { tellAlertsAbout } from './tell-alerts.ts';

export interface RerunRequest extends Asker {
  runId: string;
}

/**
 * Runs an ended run's workflow again, by today's definition, with its texts and for its slot (so `{date}` stays). Whoever
 * asks, and whoever started the earlier run, may not approve it.
 */
export async function rerun(ground: Ground, request: RerunRequest): Promise<{ run_id: string }> {
  return startOnce(ground.db, request.ask, async () => {
    const parts = await considerRerun(ground, request);
    return ground.db.transaction().execute((tx) => startRerun(tx, ground, parts));
  });
}

/** All checks of a rerun, for an act that starts it in a transaction of its own: `startRerun` is its other half. */
export async function considerRerun(ground: Ground, request: RerunRequest): Promise<RerunParts> {
  const before = await ground.db.selectFrom('runs').selectAll().where('id', '=', request.runId).executeTakeFirst();
  if (!before) throw notFound(`There is no run ${request.runId}.`);
  const { snapshot, workflow, stillThere } = await workflowToday(ground, before);
  permit(ground, snapshot, request, 'rerun', { workflow, run: before });
  if (before.state !== 'ended')
    throw conflict(`${before.id} has not ended (${before.state}). Cancel it first, or wait for its end.`);
  if (!workflow || !stillThere)
    throw conflict(`${before.workflow} is no longer in this home, so ${before.id} cannot be run again.`);
  const { person, operator, via, ask } = request;
  return { before, snapshot, workflow, asker: { person, operator, via, ask } };
}

export interface RerunParts {
  before: RunRow;
  /** Today's home, and its workflow of that name. */
  snapshot: Snapshot;
  workflow: Workflow;
  asker: Asker;
  /** Set when a person asked for a change: the note the skills get; asking bars nobody. */
  change?: { reviewId: number; note: string } | undefined;
}

/** Starts the new run in the caller's transaction; a change request is a rerun with a note. */
export async function startRerun(tx: Tx, ground: Ground, parts: RerunParts): Promise<{ run_id: string }> {
  const { before, snapshot, workflow, asker, change } = parts;
  const started = await startRun(tx, ground, {
    snapshot,
    workflow: workflow.name,
    trigger: { kind: 'rerun', by: actorOf(asker) },
    via: asker.via,
    scheduledFor: before.scheduled_for,
    operator: asker.operator,
    askedBy: asker.ask,
    texts: textsStillKnown(before, workflow),
    note: change?.note,
    rerunOf: before.id,
    askedByReview: change?.reviewId,
  });
  await tellAlertsAbout(tx, ground.clock.now(), [before.id]);
  return started;
}

/** Texts that today's definition does not ask for any more are left behind. */
const textsStillKnown = (before: RunRow, { spec }: Workflow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(before.texts).filter(
      ([name]) => Object.hasOwn(spec.inputs, name) && 'text' in (spec.inputs[name] ?? {}),
    ),
  );
