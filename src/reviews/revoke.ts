import { priorityOf } from '../alerts/raise.ts';
import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import { type Changes, changesText } from './changes.ts';
import { type Item, runOf } from './item.ts';
import { settleAlerts } from './item-alerts.ts';
import { locateRun } from './locate.ts';
import { removeOwnFlag } from './own-flag.ts';
import { deadlines } from './sla.ts';
import { datedText } from './when.ts';

/** Thrown inside a transaction to undo it where the promotion has gone too far to be revoked. */
class TooLate extends Error {}

/**
 * Revokes what was said about outputs that have changed since (invariant 4): a new revision, approvals void, the checks to
 * run again, and everybody asked anew with the reason. False where somebody was faster, or where the approved bytes are
 * already being put into place (those are a verified copy, which no edit reaches).
 *
 * `placing`: asked by the promotion itself, which knows that nothing is in place.
 */
export async function revoke(
  ground: Ground,
  item: Item,
  changes: Changes,
  options: { placing?: boolean } = {},
): Promise<boolean> {
  const at = ground.clock.now();
  const { team, root } = (await ground.homes.active()).home;
  const after = item.state === 'approved' ? 'after approval ' : '';
  const next = item.approved_by.length > 0 ? 'approve again' : 'look again';
  const reason = `${changesText(changes)} ${after}(found ${datedText(at, team.timezone)}); ${next}`;
  try {
    const done = await ground.db.transaction().execute(async (tx) => {
      const revoked = await tx
        .updateTable('reviews')
        .set({
          revision: item.revision + 1,
          state: 'open',
          approved_by: [],
          rechecking: true,
          reasons: [...item.reasons, reason],
          revoked_at: at,
          revoked_reason: reason,
          decided_at: null,
          closed_by: null,
          asked_at: at,
          ...deadlines(team, item.severity, at),
          reminded_at: null,
          escalated_at: null,
          held_at: null,
        })
        .where('id', '=', item.id)
        .where('revision', '=', item.revision)
        .where('state', 'in', ['open', 'approved'])
        .returning('id')
        .executeTakeFirst();
      if (!revoked) return false;
      if (item.state === 'approved') await withdrawPromotion(tx, item.run_id, options.placing ?? false);
      await audit(tx, {
        at,
        act: 'review.revoked',
        actor: 'service',
        via: 'service',
        workflow: item.workflow,
        run_id: item.run_id,
        review_id: item.id,
        data: { revision: item.revision, was: item.state, void: item.approved_by, ...bounded(changes) },
      });
      await settleAlerts(tx, at, item, 'its outputs changed, and it is asked anew');
      await tell(tx, at, { kind: 'review', review_id: item.id }, priorityOf(item.severity));
      await ground.jobs.enqueue(tx, 'recheck', { review_id: item.id, revision: item.revision + 1 });
      return true;
    });
    if (done && item.state === 'approved') await removeOwnFlag(ground, await locateRun(root, runOf(item)));
    return done;
  } catch (error) {
    if (error instanceof TooLate) return false;
    throw error;
  }
}

async function withdrawPromotion(tx: Tx, run_id: string, placing: boolean): Promise<void> {
  const withdrawn = await tx
    .updateTable('promotions')
    .set({ state: 'revoked', target: null, retry_at: null })
    .where('run_id', '=', run_id)
    .where('state', 'in', placing ? ['due', 'blocked', 'claimed'] : ['due', 'blocked'])
    .$if(!placing, (query) => query.where('target', 'is', null))
    .returning('run_id')
    .executeTakeFirst();
  if (!withdrawn) throw new TooLate();
}

const MOST = 50;
const bounded = (changes: Changes) =>
  Object.fromEntries(Object.entries(changes).map(([what, paths]) => [what, paths.slice(0, MOST)]));
