import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import { NOTICE_KINDS, type Notice, subjectOf } from '../store/outbox.ts';
import { routeAll } from './route.ts';

/** What one batch of the outbox came to. */
export interface Dispatched {
  taken: number;
  /** Places that have something to be told now. */
  places: string[];
}

interface Waiting {
  id: number;
  notice: Notice;
  priority: number;
}

export const BATCH = 200;

/**
 * Hands up to `limit` waiting outbox rows, gravest first, to the places they concern, in one transaction: either a row is
 * marked delivered and all its deliveries are there, or neither. Rows that another process has in hand are passed over;
 * several rows of one subject become one delivery for each place. What has nothing to tell is only marked.
 */
export async function dispatchBatch(
  { db, homes, clock }: Pick<Ground, 'db' | 'homes' | 'clock'>,
  platforms: ReadonlySet<string>,
  limit = BATCH,
): Promise<Dispatched> {
  return db.transaction().execute(async (tx) => {
    const waiting = await takeWaiting(tx, limit);
    if (waiting.length === 0) return { taken: 0, places: [] };
    const { home } = await homes.active();
    const now = clock.now();
    const wanted = newestBySubject(waiting);
    const routes = await routeAll(
      tx,
      home,
      [...wanted.values()].map(({ notice }) => notice),
      platforms,
    );
    const deliveries = [...wanted].flatMap(([subject, { notice, priority }]) =>
      (routes.get(subject) ?? []).map((place) => ({ place, subject, notice: JSON.stringify(notice), priority })),
    );
    await ask(tx, now, deliveries);
    await tx
      .updateTable('outbox')
      .set({ delivered_at: now })
      .where(
        'id',
        'in',
        waiting.map(({ id }) => id),
      )
      .execute();
    return { taken: waiting.length, places: [...new Set(deliveries.map(({ place }) => place))] };
  });
}

/** A kind that only a newer product knows is left to it. */
const takeWaiting = (tx: Tx, limit: number): Promise<Waiting[]> =>
  tx
    .selectFrom('outbox')
    .select(['id', 'notice', 'priority'])
    .where('delivered_at', 'is', null)
    .where(sql<string>`notice->>'kind'`, 'in', NOTICE_KINDS)
    .orderBy('priority')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();

function newestBySubject(waiting: readonly Waiting[]): Map<string, { notice: Notice; priority: number }> {
  const wanted = new Map<string, { notice: Notice; priority: number }>();
  for (const { notice, priority } of waiting) {
    const subject = subjectOf(notice);
    wanted.set(subject, { notice, priority: Math.min(priority, wanted.get(subject)?.priority ?? priority) });
  }
  return wanted;
}

interface NewDelivery {
  place: string;
  subject: string;
  notice: string;
  priority: number;
}

/** Asks for deliveries: one that waits already is asked for once more, a dead one lives again with the new fact. */
async function ask(tx: Tx, now: Date, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const places = [...new Set(deliveries.map(({ place }) => place))].sort();
  await tx
    .insertInto('places')
    .values(places.map((place) => ({ place, first_seen_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Always locked in this order, here and by senders, so that nobody waits in a circle.
  const ordered = [...deliveries].sort((a, b) => compare(a.place, b.place) || compare(a.subject, b.subject));
  await tx
    .insertInto('deliveries')
    .values(ordered.map((delivery) => ({ ...delivery, asked_at: now, due_at: now })))
    .onConflict((conflict) =>
      conflict.columns(['place', 'subject']).doUpdateSet({
        notice: sql`excluded.notice`,
        asked: sql`deliveries.asked + 1`,
        asked_at: sql`excluded.asked_at`,
        due_at: sql`excluded.due_at`,
        priority: sql`case deliveries.state when 'dead' then excluded.priority
                      else least(deliveries.priority, excluded.priority) end`,
        attempts: sql`case deliveries.state when 'dead' then 0 else deliveries.attempts end`,
        state: 'due',
        dead_at: null,
      }),
    )
    .execute();
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
