import { fieldOf, type Payload } from '../../connect/payload.ts';

/** The `ts` of the message that an event says was deleted; null for any other. One with answers below it leaves a tombstone. */
export function deletedTs(event: unknown): string | null {
  const subtype = fieldOf(event, 'subtype');
  if (subtype === 'message_deleted') return textOf(fieldOf(event, 'deleted_ts'));
  if (subtype !== 'message_changed') return null;
  const message = fieldOf(event, 'message');
  return fieldOf(message, 'subtype') === 'tombstone' ? textOf(fieldOf(message, 'ts')) : null;
}

/**
 * Whether a payload only says that somebody wrote or changed a message. Slack tells of every message in every channel the
 * bot is in, up to 30,000 an hour, and the app looks at none but the deletions: the rest costs no look at the database.
 */
export const isJustSaid = ({ event }: Payload): boolean =>
  fieldOf(event, 'type') === 'message' && deletedTs(event) === null;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
