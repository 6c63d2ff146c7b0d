import { sql } from 'kysely';
import type { AlertToRaise } from '../runs/ports.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { Severity } from '../values/scalars.ts';
import { silencedUntil } from './standing.ts';

const LONGEST = 2000;
const PRIORITY = { P1: 1, P2: 2, P3: 3 } as const;

/** How urgently a fact of this severity is told: P1 overtakes P2 overtakes P3. */
export const priorityOf = (severity: Severity): 1 | 2 | 3 => PRIORITY[severity];

/**
 * Raises an alert in the transaction of the fact that caused it, and returns its id. There is one open alert per key: a
 * repeat counts up, takes over the newest run and error, and keeps the gravest severity seen. A silence holds for what was
 * silenced, so one graver than that ends it.
 */
export async function raiseAlert(tx: Tx, now: Date, alert: AlertToRaise): Promise<number> {
  const newest = {
    run_id: alert.run_id ?? null,
    review_id: alert.review_id ?? null,
    error_class: alert.error_class ?? null,
    error_message: clean(alert.error_message),
    skill: alert.skill ?? null,
    partial: alert.partial ?? [],
    last_at: now,
  };
  const { key, kind, severity, workflow } = alert;
  const row = await tx
    .insertInto('alerts')
    .values({ key, kind, severity, workflow, state: 'open', first_at: now, ...newest })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .where('state', 'in', sql<'open' | 'acknowledged'>`('open', 'acknowledged')`)
        .doUpdateSet({
          ...newest,
          count: sql`alerts.count + 1`,
          severity: sql`least(alerts.severity, excluded.severity)`,
          last_at: sql`greatest(alerts.last_at, excluded.last_at)`,
          silenced_until: sql`case when excluded.severity < alerts.severity then null else alerts.silenced_until end`,
        }),
    )
    .returning(['id', 'count', 'severity', 'silenced_until'])
    .executeTakeFirstOrThrow();
  await audit(tx, {
    at: now,
    act: row.count === 1 ? 'alert.raised' : 'alert.repeated',
    actor: 'service',
    via: 'service',
    workflow,
    run_id: newest.run_id,
    review_id: newest.review_id,
    alert_id: row.id,
    data: { key, kind, severity: row.severity, count: row.count, error_class: newest.error_class },
  });
  await tell(tx, now, { kind: 'alert', alert_id: row.id }, silencedUntil(row, now) ? 5 : priorityOf(row.severity));
  return row.id;
}

/** PostgreSQL text takes no NUL; what is longer than anybody reads is cut visibly. */
function clean(text: string | null | undefined): string | null {
  if (text == null) return null;
  const plain = text.replaceAll('\0', '');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}
