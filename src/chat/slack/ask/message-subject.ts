import { alertName } from '../../../alerts/list.ts';
import { placeOf } from '../deliver/address.ts';
import type { Slack } from '../slack.ts';
import type { StoryPayload } from './payload.ts';

/** What a message is about. `what` goes on from "This message is about". */
export type MessageSubject =
  | { kind: 'run'; run: string }
  | { kind: 'alert'; alert: string }
  | { kind: 'other'; what: string };

const OTHERS: Record<string, string> = {
  pause: 'a pause',
  digest: 'a whole day',
  welcome: 'this channel',
};

/**
 * What the message (or the one above it in its thread) is about by our record of what was posted, or by the id that a
 * message of ours names; null for a message that is not ours.
 */
export async function subjectOfMessage(slack: Slack, payload: StoryPayload): Promise<MessageSubject | null> {
  const recorded = await recordedSubject(slack, payload);
  const subject = recorded ?? (payload.named === null ? null : await namedSubject(slack, payload.named));
  if (subject !== null || payload.named === null) return subject;
  return { kind: 'other', what: 'something else' };
}

async function recordedSubject(slack: Slack, { channel, ts, thread }: StoryPayload): Promise<MessageSubject | null> {
  const ids = [ts, thread].filter((id) => id !== null);
  if (channel === null || ids.length === 0) return null;
  const rows = await slack.ground.db
    .selectFrom('messages')
    .select(['subject', 'external_id'])
    .where('place', 'in', [...new Set([`slack:${channel}`, await placeOf(slack, channel)])])
    .where('external_id', 'in', ids)
    .execute();
  const row = rows.find(({ external_id }) => external_id === ts) ?? rows[0];
  return row ? subjectNamed(slack, row.subject) : null;
}

/** `run:<id>`, `review:128`, `alert:57` and so on, as the outbox names them. */
async function subjectNamed(slack: Slack, subject: string): Promise<MessageSubject | null> {
  const at = subject.indexOf(':');
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  switch (kind) {
    case 'run':
      return { kind: 'run', run: id };
    case 'review':
    case 'alert':
    case 'feedback':
      return factSubject(slack, kind, Number(id));
    default:
      return { kind: 'other', what: OTHERS[kind] ?? 'something else' };
  }
}

async function factSubject(
  { ground }: Slack,
  kind: 'review' | 'alert' | 'feedback',
  id: number,
): Promise<MessageSubject | null> {
  const table = ({ review: 'reviews', alert: 'alerts', feedback: 'feedback' } as const)[kind];
  const row = await ground.db.selectFrom(table).select('run_id').where('id', '=', id).executeTakeFirst();
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

async function namedSubject(slack: Slack, named: string): Promise<MessageSubject | null> {
  if (/^[RA]-\d+$/.test(named))
    return factSubject(slack, named.startsWith('R') ? 'review' : 'alert', Number(named.slice(2)));
  const run = await slack.ground.db.selectFrom('runs').select('id').where('id', '=', named).executeTakeFirst();
  return run ? { kind: 'run', run: run.id } : null;
}
