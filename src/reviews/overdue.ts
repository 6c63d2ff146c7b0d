import { priorityOf, raiseAlert } from '../alerts/raise.ts';
import type { Ground } from '../ground.ts';
import { shortName } from '../people/names.ts';
import type { Team } from '../people/team.ts';
import { audit } from '../store/audit.ts';
import type { Db, Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { ReviewRow } from '../store/schema.ts';
import { overdueKey } from './item-alerts.ts';
import { reviewName } from './review-id.ts';

/**
 * Moves waiting items along their deadlines: a reminder at half of the SLA, at the whole of it the ops lead by an alert,
 * after a second one the item is held: it waits, still open to a decision, and nobody is told again. Never decides
 * anything. Each step is a compare-and-set, so any number of clocks may tick.
 */
export async function tickSla(ground: Ground, now: Date): Promise<void> {
  const waiting = ground.db.selectFrom('reviews').select('id').where('state', '=', 'open');
  const remind = await waiting
    .where('reminded_at', 'is', null)
    .where('escalated_at', 'is', null)
    .where('remind_at', '<=', now)
    .where('due_at', '>', now)
    .execute();
  for (const { id } of remind) await step(ground.db, id, now, 'reminded_at');
  const late = await waiting.where('escalated_at', 'is', null).where('due_at', '<=', now).execute();
  const lead = late.length > 0 ? (await ground.homes.active()).home.team : undefined;
  for (const { id } of late) await step(ground.db, id, now, 'escalated_at', lead);
  const hold = await waiting
    .where('escalated_at', 'is not', null)
    .where('held_at', 'is', null)
    .where('hold_at', '<=', now)
    .execute();
  for (const { id } of hold) await step(ground.db, id, now, 'held_at');
}

const ACTS = {
  reminded_at: 'review.reminded',
  escalated_at: 'review.escalated',
  held_at: 'review.held',
} as const;

const step = (db: Db, id: number, now: Date, mark: keyof typeof ACTS, team?: Team): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const item = await tx
      .updateTable('reviews')
      .set({ [mark]: now })
      .where('id', '=', id)
      .where('state', '=', 'open')
      .where(mark, 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (!item) return;
    const lead = team?.reviews.ops_lead ?? null;
    const leads = team && lead !== null ? `; the ops lead, ${shortName(team, lead)}, is told` : '';
    if (team) await raiseOverdue(tx, now, item, leads);
    await audit(tx, {
      at: now,
      act: ACTS[mark],
      actor: 'service',
      via: 'service',
      workflow: item.workflow,
      run_id: item.run_id,
      review_id: id,
      data: { due_at: item.due_at.toISOString(), ...(team ? { ops_lead: lead } : {}) },
    });
    await tell(tx, now, { kind: 'review', review_id: id }, priorityOf(item.severity));
  });

const raiseOverdue = (tx: Tx, now: Date, item: ReviewRow, lead: string) =>
  raiseAlert(tx, now, {
    kind: 'OVERDUE',
    key: overdueKey(item.id),
    severity: item.severity,
    workflow: item.workflow,
    run_id: item.run_id,
    review_id: item.id,
    error_class: 'Late',
    error_message: `nobody has decided ${reviewName(item.id)} in time${lead}.`,
  });
