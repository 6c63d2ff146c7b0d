import { alertName } from '../alerts/list.ts';
import { holderOf } from '../alerts/standing.ts';
import type { Ground } from '../ground.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { AlertKind } from '../store/schema.ts';
import type { Severity } from '../values/scalars.ts';
import { lastDelivered, type OpenAlert, openAlerts } from './status-queries.ts';
import { alertWords } from './withheld.ts';

/** An open alert with the run it is about. Times are ISO 8601 in UTC; absent is null. */
export interface Failing {
  alert_id: string;
  kind: AlertKind;
  severity: Severity;
  workflow: string | null;
  run_id: string | null;
  review_id: string | null;
  skill: string | null;
  step: string | null;
  /** `message` is null where it is about confidential work. */
  error: { class: string; message: string | null } | null;
  partial: string[];
  since: string;
  last_at: string;
  count: number;
  acknowledged_by: string | null;
  acknowledged_at: string | null;
  /** Who has it: whom it was given to last, else who acknowledged it; null while nobody does. */
  holder: string | null;
  /** When the workflow last delivered something that still stands. */
  last_good_at: string | null;
}

/** What fails now: open alerts, gravest first, then oldest. */
export async function failingAlerts(ground: Pick<Ground, 'db' | 'homes'>, workflow?: string): Promise<Failing[]> {
  const alerts = await openAlerts(ground, workflow);
  if (alerts.length === 0) return [];
  const good = await lastDelivered(ground.db);
  return alerts.map((alert) => failingOf(alert, good.get(alert.workflow ?? '')));
}

const failingOf = (alert: OpenAlert, lastGood: Date | undefined): Failing => ({
  alert_id: alertName(alert.id),
  kind: alert.kind,
  severity: alert.severity,
  workflow: alert.workflow,
  run_id: alert.run_id,
  review_id: alert.review_id === null ? null : reviewName(alert.review_id),
  skill: alert.skill,
  step: alert.failed_step,
  error: alert.error_class === null ? null : { class: alert.error_class, message: alertWords(alert, alert.run_class) },
  partial: alert.partial,
  since: alert.first_at.toISOString(),
  last_at: alert.last_at.toISOString(),
  count: alert.count,
  acknowledged_by: alert.acknowledged_by,
  acknowledged_at: alert.acknowledged_at?.toISOString() ?? null,
  holder: holderOf(alert),
  last_good_at: lastGood?.toISOString() ?? null,
});
