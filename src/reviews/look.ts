import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import type { Via } from '../store/schema.ts';
import { loadItem } from './item.ts';
import { todaysWorkflow } from './todays-workflow.ts';

/**
 * A person begins to look at an open item: the measured review time runs from their first Look at this revision. Locks
 * nobody out; a second Look, and one at a closed item, change nothing. Refused for who could not decide about it, with
 * the exception of its runner, who may look but is never timed.
 */
export async function look(
  ground: Ground,
  request: { reviewId: number; person: string | null; via: Via; operator?: string | null },
): Promise<void> {
  const item = await loadItem(ground.db, request.reviewId);
  const { home } = await ground.homes.active();
  const workflow = await todaysWorkflow(ground, item);
  requireMay(home, request.person, 'look', { workflow, dataClass: item.data_class, now: ground.clock.now() });
  const person = request.person ?? '';
  if (item.state !== 'open' || item.barred.includes(person)) return;
  const at = ground.clock.now();
  await ground.db.transaction().execute(async (tx) => {
    const begun = await tx
      .insertInto('looks')
      .values({ review_id: item.id, revision: item.revision, person, via: request.via, started_at: at })
      .onConflict((conflict) => conflict.columns(['review_id', 'revision', 'person']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!begun) return;
    await audit(tx, {
      at,
      act: 'review.looked',
      actor: person,
      operator: request.operator,
      via: request.via,
      workflow: item.workflow,
      run_id: item.run_id,
      review_id: item.id,
      data: { revision: item.revision },
    });
    await tell(tx, at, { kind: 'review', review_id: item.id });
  });
}
