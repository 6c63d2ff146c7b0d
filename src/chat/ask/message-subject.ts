import { alertName } from '../../alerts/list.ts';
import type { Db } from '../../store/db.ts';

/** What a message is about. `what` goes on from "This message is about". */
export type MessageSubject =
  | { kind: 'run'; run: string }
  | { kind: 'alert'; alert: string }
  | { kind: 'other'; what: string };

/** Where a message that somebody points at may be on record, and what it shows. */
export interface PointedAt {
  /** `slack:C…`: each name that its channel goes by. */
  places: readonly string[];
  /** The platform's id of the message, then of the one above it where it is in a thread. */
  ids: readonly string[];
  /** The first id of ours that it shows (`namedIn`); null where the message is not ours. */
  named: string | null;
}

const OTHERS: Record<string, string> = {
  pause: 'a pause',
  digest: 'a whole day',
  welcome: 'this channel',
};

/**
 * What a message is about by our record of what was posted, or by the id that a message of ours names; null for a message
 * that is not ours.
 */
export async function subjectOfMessage(db: Db, at: PointedAt): Promise<MessageSubject | null> {
  const recorded = await recordedSubject(db, at);
  const subject = recorded ?? (at.named === null ? null : await namedSubject(db, at.named));
  if (subject !== null || at.named === null) return subject;
  return { kind: 'other', what: 'something else' };
}

async function recordedSubject(db: Db, { places, ids }: PointedAt): Promise<MessageSubject | null> {
  if (places.length === 0 || ids.length === 0) return null;
  const rows = await db
    .selectFrom('messages')
    .select(['subject', 'external_id'])
    .where('place', 'in', [...new Set(places)])
    .where('external_id', 'in', ids)
    .execute();
  const row = rows.find(({ external_id }) => external_id === ids[0]) ?? rows[0];
  return row ? subjectNamed(db, row.subject) : null;
}

/** `run:<id>`, `review:128`, `alert:57` and so on, as the outbox names them. */
async function subjectNamed(db: Db, subject: string): Promise<MessageSubject | null> {
  const at = subject.indexOf(':');
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  switch (kind) {
    case 'run':
      return { kind: 'run', run: id };
    case 'review':
    case 'alert':
    case 'feedback':
      return factSubject(db, kind, Number(id));
    default:
      return { kind: 'other', what: OTHERS[kind] ?? 'something else' };
  }
}

async function factSubject(db: Db, kind: 'review' | 'alert' | 'feedback', id: number): Promise<MessageSubject | null> {
  const table = ({ review: 'reviews', alert: 'alerts', feedback: 'feedback' } as const)[kind];
  const row = await db.selectFrom(table).select('run_id').where('id', '=', id).executeTakeFirst();
  if (row?.run_id) return { kind: 'run', run: row.run_id };
  return row && kind === 'alert' ? { kind: 'alert', alert: alertName(id) } : null;
}

const RUN = /\b[a-z][a-z0-9-]{0,80}-\d{8}T\d{4}Z-[a-z0-9]{2,12}\b/;
const ITEM = /\b[RA]-[1-9]\d{0,8}\b/;

/** The first id of ours that a message shows, wherever in it; `none` where it shows none. */
export function namedIn(message: unknown): string {
  const shown = JSON.stringify(message ?? null).slice(0, 60_000);
  return (RUN.exec(shown) ?? ITEM.exec(shown))?.[0] ?? 'none';
}

async function namedSubject(db: Db, named: string): Promise<MessageSubject | null> {
  if (/^[RA]-\d+$/.test(named))
    return factSubject(db, named.startsWith('R') ? 'review' : 'alert', Number(named.slice(2)));
  const run = await db.selectFrom('runs').select('id').where('id', '=', named).executeTakeFirst();
  return run ? { kind: 'run', run: run.id } : null;
}
