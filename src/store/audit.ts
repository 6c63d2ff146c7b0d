import type { Tx } from './db.ts';
import type { Via } from './schema.ts';
import { statement } from './statement.ts';

/** What the trail knows. Add a word here before you use it. */
export type Act =
  | 'home.activated'
  | 'schedule.paused'
  | 'schedule.resumed'
  | 'slot.skipped'
  | 'slot.missed'
  | 'run.queued'
  | 'run.started'
  | 'run.resumed'
  | 'run.parked'
  | 'run.unparked'
  | 'run.ended'
  | 'run.cancel_asked'
  | 'run.late'
  | 'input.fetched'
  | 'step.started'
  | 'step.ended'
  | 'run.checked'
  | 'run.routed'
  | 'review.opened'
  | 'review.looked'
  | 'files.given'
  | 'review.approved'
  | 'review.rejected'
  | 'review.change_asked'
  | 'review.revoked'
  | 'review.rechecked'
  | 'review.superseded'
  | 'review.reminded'
  | 'review.escalated'
  | 'review.held'
  | 'decision.refused'
  | 'promotion.requested'
  | 'promotion.placed'
  | 'promotion.blocked'
  | 'promotion.undo_asked'
  | 'promotion.undone'
  | 'alert.raised'
  | 'alert.repeated'
  | 'alert.recovered'
  | 'alert.acknowledged'
  | 'alert.assigned'
  | 'alert.silenced'
  | 'alert.silence_ended'
  | 'alert.resolved'
  | 'alert.rerun'
  | 'digest.made'
  | 'group.changed'
  | 'login.link_made'
  | 'login.signed_in'
  | 'login.signed_out'
  | 'access.refused';

export interface AuditEntry {
  at: Date;
  act: Act;
  /** A person's name, or `service`. */
  actor: string;
  /** Who ran the CLI, where that is not the actor (an operating-system user). */
  operator?: string | null | undefined;
  via: Via;
  workflow?: string | null | undefined;
  run_id?: string | null | undefined;
  review_id?: number | null | undefined;
  alert_id?: number | null | undefined;
  /** Names, counts, hashes and states; never contents of confidential work, never a secret. */
  data?: Record<string, unknown>;
}

/** Appends to the trail within the act's own transaction; a sealer links the rows into the hash chain shortly after. */
export async function audit(tx: Tx, ...entries: AuditEntry[]): Promise<void> {
  const rows = entries.map(rowOf);
  const [first] = rows;
  if (first === undefined) return;
  if (rows.length === 1) await append(tx, first);
  else await tx.insertInto('audit').values(rows).execute();
}

const rowOf = (entry: AuditEntry) => ({
  at: entry.at,
  act: entry.act,
  actor: entry.actor,
  operator: entry.operator ?? null,
  via: entry.via,
  workflow: entry.workflow ?? null,
  run_id: entry.run_id ?? null,
  review_id: entry.review_id ?? null,
  alert_id: entry.alert_id ?? null,
  data: JSON.stringify(entry.data ?? {}),
});

const append = statement((db, row: ReturnType<typeof rowOf>) =>
  db.insertInto('audit').values({
    at: row.at,
    act: row.act,
    actor: row.actor,
    operator: row.operator,
    via: row.via,
    workflow: row.workflow,
    run_id: row.run_id,
    review_id: row.review_id,
    alert_id: row.alert_id,
    data: row.data,
  }),
);
