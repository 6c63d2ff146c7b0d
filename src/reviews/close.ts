import { priorityOf } from '../alerts/raise.ts';
import type { Ground } from '../ground.ts';
import { isOpenClass } from '../people/permissions.ts';
import { startRun } from '../runs/start.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import { classToday } from '../workflows/class-today.ts';
import type { Snapshot } from '../workflows/home.ts';
import type { Decided, Decision } from './decision.ts';
import { settleAlerts } from './item-alerts.ts';
import { oneLine } from './plain.ts';
import { writeDecision } from './record-decision.ts';
import { reviewName } from './review-id.ts';
import { rightsOf } from './rights.ts';

/** One rejection ends an item: the run goes to the archive, the reason to the owners of its skills. */
export async function reject(ground: Ground, decision: Decision): Promise<Decided | undefined> {
  const { item, request } = decision;
  return ground.db.transaction().execute(async (tx) => {
    if (!(await end(tx, ground, decision, 'rejected', 'review.rejected'))) return undefined;
    await ground.jobs.enqueue(tx, 'archive', { run_id: item.run_id });
    return {
      ...outcome(decision, 'rejected'),
      next_run_id: null,
      message: `${reviewName(item.id)} is rejected: ${oneLine(request.reason ?? '', 200).replace(/[.\s]+$/, '')}. The reason is kept for the owners of its skills.`,
    };
  });
}

/**
 * Asking for a change starts the workflow again with the note and the previous outputs, under today's definition (the
 * pinned one where the workflow has left the home). It bars nobody. The new run's review supersedes this one.
 */
export async function askForChange(ground: Ground, decision: Decision): Promise<Decided | undefined> {
  const { item, request } = decision;
  const run = await ground.db
    .selectFrom('runs')
    .select(['texts', 'scheduled_for'])
    .where('id', '=', item.run_id)
    .executeTakeFirstOrThrow();
  const active = await ground.homes.active();
  const snapshot = Object.hasOwn(active.home.workflows, item.workflow)
    ? active
    : await ground.homes.byId(item.snapshot_id);
  return ground.db.transaction().execute(async (tx) => {
    if (!(await end(tx, ground, decision, 'change_asked', 'review.change_asked'))) return undefined;
    const next = await startRun(tx, ground, {
      snapshot,
      workflow: item.workflow,
      trigger: { kind: 'rerun', by: request.person },
      via: request.via,
      operator: request.operator,
      scheduledFor: run.scheduled_for,
      texts: knownTexts(snapshot, item.workflow, run.texts),
      note: request.reason,
      rerunOf: item.run_id,
      askedByReview: item.id,
    });
    return {
      ...outcome(decision, 'change_asked'),
      next_run_id: next.run_id,
      message: `The change of ${reviewName(item.id)} is asked for. Run ${next.run_id} starts with your note; its review replaces this one.`,
    };
  });
}

/** A text input that the definition has dropped since is left behind. */
function knownTexts(snapshot: Snapshot, workflow: string, texts: Record<string, string>): Record<string, string> {
  const inputs = snapshot.home.workflows[workflow]?.spec.inputs ?? {};
  return Object.fromEntries(Object.entries(texts).filter(([name]) => Object.hasOwn(inputs, name)));
}

const outcome = ({ item, asked }: Decision, state: 'rejected' | 'change_asked') => ({
  review_id: item.id,
  run_id: item.run_id,
  workflow: item.workflow,
  state,
  approvals: item.approved_by,
  quorum: rightsOf(asked).quorum,
  promotes_to: null,
});

/** The facts that both kinds of ending share; false where somebody was faster. */
async function end(
  tx: Tx,
  ground: Ground,
  decision: Decision,
  state: 'rejected' | 'change_asked',
  act: 'review.rejected' | 'review.change_asked',
): Promise<boolean> {
  const { item, asked, request } = decision;
  const ended = await tx
    .updateTable('reviews')
    .set({
      state,
      decided_at: asked.now,
      closed_by: request.person,
      closed_reason: request.reason,
      rechecking: false,
    })
    .where('id', '=', item.id)
    .where('revision', '=', item.revision)
    .where('state', '=', 'open')
    .where('output_hash', '=', item.output_hash)
    .returning('id')
    .executeTakeFirst();
  if (!ended) return false;
  await writeDecision(tx, decision);
  await giveFeedback(tx, ground, decision, state);
  await settleAlerts(tx, asked.now, item, `decided by ${request.person}`);
  const { output_hash, revision } = item;
  await audit(tx, {
    at: asked.now,
    act,
    actor: request.person,
    operator: request.operator,
    via: request.via,
    workflow: item.workflow,
    run_id: item.run_id,
    review_id: item.id,
    // A reason may quote what it is about, so the trail of confidential work leaves it to the decision's own row.
    data: {
      revision,
      output_hash,
      ...(isOpenClass(classToday(asked.today, item.workflow, item.data_class)) ? { reason: request.reason } : {}),
    },
  });
  await tell(tx, asked.now, { kind: 'review', review_id: item.id }, priorityOf(item.severity));
  return true;
}

/** A row per skill of the run, for its owner. */
async function giveFeedback(tx: Tx, ground: Ground, decision: Decision, kind: 'rejected' | 'change_asked') {
  const { item, asked, request } = decision;
  const { home } = await ground.homes.byId(item.snapshot_id);
  const skills = [...new Set(asked.pinned.spec.steps.map((step) => step.skill))];
  const rows = skills.map((skill) => ({
    skill,
    owner: home.skills[skill]?.spec.owner ?? asked.pinned.spec.owner,
    workflow: item.workflow,
    run_id: item.run_id,
    review_id: item.id,
    kind,
    person: request.person,
    text: request.reason ?? '',
    at: asked.now,
  }));
  const given = await tx.insertInto('feedback').values(rows).returning('id').execute();
  for (const { id } of given) await tell(tx, asked.now, { kind: 'feedback', feedback_id: id });
}
