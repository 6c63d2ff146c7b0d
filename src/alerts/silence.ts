import { invalid, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { clockText } from '../message/clock-words.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import type { AlertRow } from '../store/schema.ts';
import { type AlertDone, type AlertRequest, consider, outcome, reasonOf, record } from './ask.ts';
import { alertName, loadAlert } from './list.ts';
import { closedSentence, silencedSentence, silencedUntil } from './standing.ts';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 30 * 86_400_000;

export interface SilenceRequest extends AlertRequest {
  /** Milliseconds from now: a minute to 30 days. */
  forMs: number;
  reason: string;
}

/** Its end stays, so that what comes again afterwards is known to. */
const NO_SILENCE = { silenced_by: null, silenced_at: null, silence_reason: null };

/**
 * For a while repeats of this alert ping nobody; they are still counted and shown. It ends by itself.
 * @throws CoworkError `refused` (may not, silenced already, over), `invalid` (no reason, too short or too long).
 */
export async function silenceAlert(ground: Ground, request: SilenceRequest): Promise<AlertDone> {
  const considered = await consider(ground, request, 'silence');
  const { alert, team, person, now, closed } = considered;
  if (silencedUntil(alert, now)) throw refused(silencedSentence(alert, considered));
  const name = alertName(alert.id);
  const reason = reasonOf(request.reason, name, 'silence');
  const { forMs } = request;
  if (!(forMs >= SHORTEST_MS && forMs <= LONGEST_MS)) {
    throw invalid(`An alert is silenced for a minute to 30 days, such as 2h or 3d. ${name} is as before.`);
  }
  const until = new Date(now.getTime() + forMs);
  const silenced = await ground.db.transaction().execute(async (tx) => {
    const updated = await tx
      .updateTable('alerts')
      .set({ silenced_until: until, silenced_by: person, silenced_at: now, silence_reason: reason })
      .where('id', '=', alert.id)
      .where('state', 'in', ['open', 'acknowledged'])
      .where((where) => where.or([where('silenced_until', 'is', null), where('silenced_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst();
    const data = { until: until.toISOString(), ...(closed ? {} : { reason }) };
    if (updated) await record(tx, considered, request, { act: 'alert.silenced', data });
    return updated;
  });
  if (!silenced) {
    const after = await loadAlert(ground.db, alert.id);
    throw refused(closedSentence(after, considered) ?? silencedSentence(after, considered));
  }
  const end = `${clockText(until, { now, zone: team.timezone })} (${team.timezone})`;
  return outcome(silenced, `${name} is silenced until ${end}. Repeats are counted and shown, and ping nobody.`);
}

/** Lets repeats ping again before the silence has ended by itself. Refused where it is not silenced. */
export async function endSilence(ground: Ground, request: AlertRequest): Promise<AlertDone> {
  const considered = await consider(ground, request, 'silence');
  const { alert, now } = considered;
  const name = alertName(alert.id);
  const ended = await ground.db.transaction().execute(async (tx) => {
    const updated = await tx
      .updateTable('alerts')
      .set({ ...NO_SILENCE, silenced_until: now })
      .where('id', '=', alert.id)
      .where('silenced_until', '>', now)
      .returningAll()
      .executeTakeFirst();
    if (updated) await record(tx, considered, request, { act: 'alert.silence_ended' });
    return updated;
  });
  if (!ended) throw refused(`${name} is not silenced. Nothing changed.`);
  return outcome(ended, `${name} is not silenced any more.`);
}

/** Ends the silences whose time has come, so that messages say so; returns how many. Any number of processes may ask. */
export async function endSilences(ground: Ground, now: Date): Promise<number> {
  return ground.db.transaction().execute(async (tx) => {
    const ended: AlertRow[] = await tx
      .updateTable('alerts')
      .set(NO_SILENCE)
      .where('state', 'in', ['open', 'acknowledged'])
      .where('silenced_by', 'is not', null)
      .where('silenced_until', '<=', now)
      .returningAll()
      .execute();
    for (const { id, key, workflow, run_id } of ended) {
      const data = { key, because: 'its end had come' };
      await audit(tx, {
        at: now,
        act: 'alert.silence_ended',
        actor: 'service',
        via: 'service',
        workflow,
        run_id,
        alert_id: id,
        data,
      });
      await tell(tx, now, { kind: 'alert', alert_id: id });
    }
    return ended.length;
  });
}
