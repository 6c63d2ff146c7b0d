import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { AlertToRaise } from '../runs/ports.ts';
import type { Tx } from '../store/db.ts';
import { type Notice, tell } from '../store/outbox.ts';
import { platformOf } from './adapter.ts';
import { aboutWords } from './drawing.ts';
import { newToken } from './due.ts';
import { deletedKey, fixedKey, twinKey } from './route.ts';

/** Whoever deletes the same message twice within that time means it. */
const MEANT_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Notes that somebody took a message of ours away at a place. One that still asks for somebody (an open review or alert,
 * a pause that runs) is told again at once, and the team hears of it elsewhere; deleted once more within the hour it
 * stays away until its fact changes, which is said once. One that is over stays deleted, and so does a line below a
 * message. False where we know of no such message.
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
    const about = { place, notice, why: 'somebody deleted it' };
    switch (await deletions(tx, now, place, row.subject)) {
      case 'first':
        await sayTakenAway(tx, now, about);
        await tell(tx, now, notice, 3);
        break;
      case 'second':
        await sayKeptAway(tx, now, about);
        break;
      case 'more':
        break;
    }
    return true;
  });
}

/** It is made anew when it is told the next time, with a token of its own, and what belongs below it with it. */
export async function forgetMessage(tx: Tx, now: Date, place: string, subject: string): Promise<void> {
  const about = tx.deleteFrom('messages').where('place', '=', place).where('subject', '=', subject);
  await about.where('thread', '<>', '').where('state', '<>', 'skipped').execute();
  await tx
    .updateTable('messages')
    .set({ state: 'gone', external_id: null, view_hash: null, token: newToken(), posting_at: now, again_at: null })
    .where('place', '=', place)
    .where('subject', '=', subject)
    .where('thread', '=', '')
    .execute();
}

/** The how-manieth deletion of a subject's message at a place this is within the hour. */
async function deletions(tx: Tx, now: Date, place: string, subject: string): Promise<'first' | 'second' | 'more'> {
  for (const which of ['first', 'second'] as const) {
    const { numInsertedOrUpdatedRows: noted } = await tx
      .insertInto('chat_seen')
      .values({ platform: platformOf(place), key: `${which} deletion:${place}:${subject}`, seen_at: now })
      .onConflict((conflict) =>
        conflict
          .columns(['platform', 'key'])
          .doUpdateSet({ seen_at: now })
          .where('chat_seen.seen_at', '<=', new Date(now.getTime() - MEANT_MS)),
      )
      .executeTakeFirstOrThrow();
    if ((noted ?? 0n) > 0n) return which;
  }
  return 'more';
}

/** A message at a place that is not what it should be, and why. */
export interface Amiss {
  place: string;
  notice: Notice;
  why: string;
}

/** Says elsewhere that a message had to be posted again; closed as soon as it is there. */
export const sayTakenAway = (tx: Tx, now: Date, about: Amiss): Promise<void> =>
  sayQuietly(tx, now, {
    key: deletedKey(about.place),
    error_class: 'MessageDeleted',
    error_message: `${theMessage(about)} could not stay: ${about.why}. It is posted there again.`,
  });

const sayKeptAway = (tx: Tx, now: Date, about: Amiss): Promise<void> =>
  sayQuietly(tx, now, {
    key: deletedKey(about.place),
    error_class: 'MessageDeleted',
    error_message: `${theMessage(about)} was posted again and deleted again within the hour. It stays away until something changes; see it on the console.`,
  });

/** Says elsewhere that a message may be there twice, since nobody can look for the first. */
export const sayTwin = (tx: Tx, now: Date, about: Amiss): Promise<void> =>
  sayQuietly(tx, now, {
    key: twinKey(about.place),
    error_class: 'AnswerLost',
    error_message: `${theMessage(about)} is posted again and may be there twice: ${about.why}. The newer one is kept up to date.`,
  });

/** Says elsewhere that messages can no longer be changed at a place: once a day, however many there are. */
export async function sayFixed(tx: Tx, now: Date, about: Amiss): Promise<void> {
  const key = fixedKey(about.place);
  const since = new Date(now.getTime() - DAY_MS);
  const said = tx.selectFrom('alerts').select('id').where('key', '=', key).where('last_at', '>', since).limit(1);
  if (await said.executeTakeFirst()) return;
  await sayQuietly(tx, now, {
    key,
    error_class: 'MessageFixed',
    error_message: `${theMessage(about)} can no longer be changed: ${about.why}. It is posted there again, and the old one stays as it was; its buttons do nothing that is out of date. The same may happen to others there.`,
  });
}

const theMessage = ({ place, notice }: Amiss): string => `The message about ${aboutWords(notice)} at ${place}`;

async function sayQuietly(
  tx: Tx,
  now: Date,
  said: Pick<AlertToRaise, 'key' | 'error_class' | 'error_message'>,
): Promise<void> {
  await raiseAlert(tx, now, { kind: 'UNREACHABLE', severity: 'P3', workflow: null, ...said });
}

export const noteThereAgain = (tx: Tx, now: Date, place: string): Promise<void> =>
  recoverAlerts(tx, now, [deletedKey(place), fixedKey(place), twinKey(place)], { reason: `it is at ${place} again` });

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
