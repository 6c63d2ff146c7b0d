import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Workflow } from '../workflows/home.ts';
import { type Item, loadItem } from './item.ts';
import type { DecideRequest } from './request.ts';
import { type Asked, whyNot } from './rights.ts';
import { closedSentence } from './standing.ts';

/**
 * An item that still waits for this person's verdict, by today's home. Throws `not_found`; `refused` for who may not, and,
 * with who was there before and when, where it takes no decision any more.
 */
export async function requireUndecided(
  ground: Pick<Ground, 'db' | 'homes' | 'clock'>,
  { reviewId, person, verdict }: Pick<DecideRequest, 'reviewId' | 'person' | 'verdict'>,
): Promise<{ item: Item; asked: Asked }> {
  const [item, { home: today }] = await Promise.all([loadItem(ground.db, reviewId), ground.homes.active()]);
  const now = ground.clock.now();
  const asked: Asked = { review: item, pinned: await pinnedWorkflow(ground, item), today, now };
  const closed = closedSentence(item, today.team, now);
  const denied = whyNot(asked, person ?? '', verdict, item.trigger_by);
  // Who may not decide is told so first, but an approver who comes late or twice hears who was there before.
  if (denied && !(closed && item.eligible.includes(person ?? ''))) throw refused(denied);
  if (closed) throw refused(closed, { decided: true });
  return { item, asked };
}

async function pinnedWorkflow(ground: Pick<Ground, 'homes'>, item: Item): Promise<Workflow> {
  const { home } = await ground.homes.byId(item.snapshot_id);
  const workflow = home.workflows[item.workflow];
  if (!workflow) throw new Error(`snapshot ${item.snapshot_id} has lost ${item.workflow}`);
  return workflow;
}
