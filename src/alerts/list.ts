import { invalid, notFound } from '../errors.ts';
import { command } from '../message/text.ts';
import type { Db, Tx } from '../store/db.ts';
import type { AlertRow } from '../store/schema.ts';

/** `A-57`. */
export const alertName = (id: number): string => `A-${id}`;

/** Reads `A-57`, `a-57` or `57`; throws `invalid` for anything else. */
export function parseAlertId(text: string): number {
  const match = /^(?:a-)?([1-9][0-9]{0,14})$/i.exec(text.trim());
  if (!match) {
    throw invalid([
      `${JSON.stringify(text.slice(0, 40))} is not an alert. Write it as A-57; `,
      command('alert list'),
      ' shows them.',
    ]);
  }
  return Number(match[1]);
}

/** One alert, open or not. Throws `not_found`. */
export async function loadAlert(db: Db | Tx, id: number): Promise<AlertRow> {
  const alert = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
  if (!alert) throw notFound([`There is no alert ${alertName(id)}. `, command('alert list'), ' shows the open ones.']);
  return alert;
}
