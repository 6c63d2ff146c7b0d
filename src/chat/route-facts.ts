import type { Tx } from '../store/db.ts';
import { type Notice, subjectOf } from '../store/outbox.ts';
import type { AlertKind, Route } from '../store/schema.ts';
import type { Severity, Tier } from '../values/scalars.ts';

/** What routing has to know of the facts that notices name: one query for each kind, however many there are. */
export interface Facts {
  runs: ReadonlyMap<string, { workflow: string; tier: Tier; route: Route | null; review_id: number | null }>;
  reviews: ReadonlyMap<number, { workflow: string }>;
  alerts: ReadonlyMap<number, { key: string; kind: AlertKind; severity: Severity; workflow: string | null }>;
  pauses: ReadonlyMap<number, { workflow: string | null }>;
  feedback: ReadonlyMap<number, { owner: string }>;
  /** Places that hold a message, by subject. */
  told: ReadonlyMap<string, string[]>;
}

export async function readFacts(tx: Tx, notices: readonly Notice[]): Promise<Facts> {
  const idsOf = <T extends string | number>(pick: (notice: Notice) => T | undefined): T[] =>
    notices.map(pick).filter((id) => id !== undefined);
  const runs = idsOf((notice) => (notice.kind === 'run' ? notice.run_id : undefined));
  const reviews = idsOf((notice) => (notice.kind === 'review' ? notice.review_id : undefined));
  const alerts = idsOf((notice) => (notice.kind === 'alert' ? notice.alert_id : undefined));
  const pauses = idsOf((notice) => (notice.kind === 'pause' ? notice.pause_id : undefined));
  const feedback = idsOf((notice) => (notice.kind === 'feedback' ? notice.feedback_id : undefined));
  return {
    runs: await rowsById(runs, () =>
      tx.selectFrom('runs').select(['id', 'workflow', 'tier', 'route', 'review_id']).where('id', 'in', runs).execute(),
    ),
    reviews: await rowsById(reviews, () =>
      tx.selectFrom('reviews').select(['id', 'workflow']).where('id', 'in', reviews).execute(),
    ),
    alerts: await rowsById(alerts, () =>
      tx.selectFrom('alerts').select(['id', 'key', 'kind', 'severity', 'workflow']).where('id', 'in', alerts).execute(),
    ),
    pauses: await rowsById(pauses, () =>
      tx.selectFrom('pauses').select(['id', 'workflow']).where('id', 'in', pauses).execute(),
    ),
    feedback: await rowsById(feedback, () =>
      tx.selectFrom('feedback').select(['id', 'owner']).where('id', 'in', feedback).execute(),
    ),
    told: await placesTold(tx, notices.map(subjectOf)),
  };
}

async function rowsById<K extends string | number, R extends { id: K }>(
  ids: readonly K[],
  read: () => Promise<R[]>,
): Promise<Map<K, R>> {
  return new Map(ids.length === 0 ? [] : (await read()).map((row) => [row.id, row]));
}

async function placesTold(tx: Tx, subjects: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx
    .selectFrom('messages')
    .select(['subject', 'place'])
    .where('subject', 'in', subjects)
    .where('thread', '=', '')
    .where('state', 'in', ['posting', 'posted'])
    .execute();
  const told = new Map<string, string[]>();
  for (const { subject, place } of rows) told.set(subject, [...(told.get(subject) ?? []), place]);
  return told;
}
