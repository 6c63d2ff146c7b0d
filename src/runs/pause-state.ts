import { DateTime } from 'luxon';
import { shortName } from '../people/names.ts';
import type { Team } from '../people/team.ts';
import type { Db, Tx } from '../store/db.ts';
import type { PauseRow } from '../store/schema.ts';

type Interval = Pick<PauseRow, 'workflow' | 'paused_at' | 'until' | 'ended_at'>;

/** The pause, of one workflow or of all, that covers this moment; its end is exclusive. Undefined where nothing does. */
export const isPaused = <P extends Interval>(pauses: readonly P[], workflow: string, at: Date): P | undefined =>
  pauses.find(
    (pause) =>
      (pause.workflow === null || pause.workflow === workflow) &&
      pause.paused_at <= at &&
      (pause.until === null || at < pause.until) &&
      (pause.ended_at === null || at < pause.ended_at),
  );

/** Pauses that covered any moment since `since`, oldest first. */
export const pausesSince = (db: Db | Tx, since: Date): Promise<PauseRow[]> =>
  db
    .selectFrom('pauses')
    .selectAll()
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', since)]))
    .orderBy('id')
    .execute();

/** Pauses in force at `now`. */
export const openPauses = async (db: Db | Tx, now: Date): Promise<PauseRow[]> =>
  (await pausesSince(db, now)).filter((pause) => pause.until === null || now < pause.until);

/** `by Jon since 2026-11-21 06:04 (Europe/Berlin): ledger moves` */
export const pauseWords = (team: Team, pause: PauseRow): string => {
  const local = (at: Date) => DateTime.fromJSDate(at, { zone: team.timezone }).toFormat('yyyy-MM-dd HH:mm');
  const until = pause.until ? ` until ${local(pause.until)}` : '';
  return `by ${shortName(team, pause.paused_by)} since ${local(pause.paused_at)}${until} (${team.timezone}): ${pause.reason}`;
};
