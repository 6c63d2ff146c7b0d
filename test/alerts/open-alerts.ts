import type { Db } from '#src/store/db.ts';
import type { AlertRow } from '#src/store/schema.ts';

/** Alerts nobody has closed: gravest first, then oldest. */
export const openAlerts = (db: Db): Promise<AlertRow[]> =>
  db
    .selectFrom('alerts')
    .selectAll()
    .where('state', 'in', ['open', 'acknowledged'])
    .orderBy('severity')
    .orderBy('first_at')
    .orderBy('id')
    .execute();
