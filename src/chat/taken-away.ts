import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import { type Notice, tell } from '../store/outbox.ts';
import { aboutWords } from './drawing.ts';
import { newToken } from './due.ts';
import { deletedKey } from './route.ts';

/**
 * Notes that somebody took a message of ours away at a place. One that still asks for somebody (an open review or alert,
 * a pause that runs) is told again at once, and the team hears of it elsewhere; one that is over stays deleted, and so
 * does a line below a message. False where we know of no such message.
 */
export async function noteTakenAway({ db, clock }: Ground, place: string, externalId: string): Promise<boolean> {
  const now = clock.now();
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('messages')
      .select(['id', 'subject', 'thread'])
      .where('place', '=', place)
      .where('external_id', '=', externalId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return false;
    if (row.thread !== '') {
      await tx.updateTable('messages').set({ state: 'skipped', external_id: null }).where('id', '=', row.id).execute();
      return true;
    }
    await forgetMessage(tx, now, place, row.subject);
    const notice = await openNotice(tx, now, row.subject);
    if (!notice) return true;
    await sayTakenAway(tx, now, { place, notice, why: 'somebody deleted it' });
    await tell(tx, now, notice, 3);
    return true;
  });
}

/** It is made anew when it is told the next time, with a token of its own, and what belongs below it with it. */
export async function forgetMessage(tx: Tx, now: Date, place: string, subject: string): Promise<void> {
  const about = tx.deleteFrom('messages').where('place', '=', place).where('subject', '=', subject);
  await about.where('thread', '<>', '').where('state', '<>', 'skipped').execute();
  await tx
    .updateTable('messages')
    .set({ state: 'gone', external_id: null, view_hash: null, token: newToken(), posting_at: now })
    .where('place', '=', place)
    .where('subject', '=', subject)
    .where('thread', '=', '')
    .execute();
}

/** Says elsewhere that a message had to be posted again; closed as soon as it is there. */
export async function sayTakenAway(
  tx: Tx,
  now: Date,
  { place, notice, why }: { place: string; notice: Notice; why: string },
): Promise<void> {
  await raiseAlert(tx, now, {
    kind: 'UNREACHABLE',
    key: deletedKey(place),
    severity: 'P3',
    workflow: null,
    error_class: 'MessageDeleted',
    error_message: `The message about ${aboutWords(notice)} at ${place} could not stay: ${why}. It is posted there again.`,
  });
}

export const noteThereAgain = (tx: Tx, now: Date, place: string): Promise<void> =>
  recoverAlerts(tx, now, [deletedKey(place)], { reason: `it is at ${place} again` });

/** The notice of a subject that still waits for somebody; null for one that is over, or of a kind that only tells. */
async function openNotice(tx: Tx, now: Date, subject: string): Promise<Notice | null> {
  const [kind, key = ''] = subject.split(':');
  const id = Number(key);
  switch (kind) {
    case 'review': {
      const open = tx.selectFrom('reviews').select('id').where('id', '=', id).where('state', '=', 'open');
      return (await open.executeTakeFirst()) ? { kind, review_id: id } : null;
    }
    case 'alert': {
      const open = tx.selectFrom('alerts').select('id').where('id', '=', id);
      return (await open.where('state', 'in', ['open', 'acknowledged']).executeTakeFirst())
        ? { kind, alert_id: id }
        : null;
    }
    case 'pause': {
      const runs = tx.selectFrom('pauses').select('id').where('id', '=', id).where('ended_at', 'is', null);
      const left = runs.where((where) => where.or([where('until', 'is', null), where('until', '>', now)]));
      return (await left.executeTakeFirst()) ? { kind, pause_id: id } : null;
    }
    default:
      return null;
  }
}
