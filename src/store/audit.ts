import type { Tx } from './db.ts';
import type { Via } from './schema.ts';

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
  if (entries.length === 0) return;
  await tx
    .insertInto('audit')
    .values(
      entries.map((entry) => ({
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
      })),
    )
    .execute();
}
