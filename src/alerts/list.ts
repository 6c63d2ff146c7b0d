import type { Db } from '../store/db.ts';
import type { AlertRow } from '../store/schema.ts';

/** `A-57`. */
export const alertName = (id: number): string => `A-${id}`;

/** Alerts nobody has closed: gravest first, then oldest. */
export const listOpenAlerts = (db: Db, filter: { workflow?: string | undefined } = {}): Promise<AlertRow[]> =>
  db
    .selectFrom('alerts')
    .selectAll()
    .where('state', 'in', ['open', 'acknowledged'])
    .$if(filter.workflow !== undefined, (query) => query.where('workflow', '=', filter.workflow ?? ''))
    .orderBy('severity')
    .orderBy('first_at')
    .orderBy('id')
    .execute();
