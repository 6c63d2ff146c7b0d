import { conflict, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { clockText } from '../message/clock-words.ts';
import { shortName } from '../people/names.ts';
import { runAskedBy } from '../runs/asked-once.ts';
import { considerRerun, startRerun } from '../runs/rerun.ts';
import type { Tx } from '../store/db.ts';
import type { AlertRow } from '../store/schema.ts';
import { type AlertDone, type AlertRequest, outcome, record, subjectOf } from './ask.ts';
import { alertName, loadAlert } from './list.ts';
import { closedSentence } from './standing.ts';

export interface RerunAlertRequest extends AlertRequest {
  /** The run that the person saw the alert to be about; left out, whichever it is about now. */
  runSeen?: string | undefined;
}

/**
 * Runs the alert's run again, as `rerun` does; whoever asks may not approve what comes of it. A second click is refused
 * with who was faster while that rerun has not ended: the alert's row is held, so that of many at once one starts it.
 * @throws CoworkError `refused` (may not, over, rerun already, about no run), `conflict` (about another run by now, or it
 * has not ended), `not_found`. The same ask of a chat again is answered with the run that it has started.
 */
export async function rerunAlert(
  ground: Ground,
  request: RerunAlertRequest,
): Promise<AlertDone & { rerun_id: string; rerun_of: string }> {
  const seen = await loadAlert(ground.db, request.alertId);
  const name = alertName(seen.id);
  if (!seen.run_id) throw refused(`${name} is about no run, so there is nothing to run again.`);
  const rerun_of = request.runSeen ?? seen.run_id;
  const mine = await runAskedBy(ground.db, request.ask);
  if (mine !== null) return queued(seen, mine, rerun_of);
  if (seen.run_id !== rerun_of) throw conflict(newerSentence(seen, rerun_of));
  const parts = await considerRerun(ground, { ...request, runId: rerun_of });
  const { team } = parts.snapshot.home;
  const now = ground.clock.now();
  const { closed } = await subjectOf(ground, seen, now);
  const { alert, run_id } = await ground.db.transaction().execute(async (tx) => {
    const held = await tx
      .selectFrom('alerts')
      .selectAll()
      .where('id', '=', seen.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const asked = await runAskedBy(tx, request.ask);
    if (asked !== null) return { alert: held, run_id: asked };
    const over = closedSentence(held, { team, now, closed });
    if (over) throw refused(over);
    if (held.run_id !== rerun_of) throw conflict(newerSentence(held, rerun_of));
    const before = await rerunUnderWay(tx, held, parts.before.queued_at);
    if (before) {
      const who = `${shortName(team, before.trigger_by)} ${clockText(before.queued_at, { now, zone: team.timezone })}`;
      throw refused(`${rerun_of} was run again by ${who}: ${before.id} is ${before.state}. Nothing changed.`);
    }
    const started = await startRerun(tx, ground, parts);
    const data = { rerun_id: started.run_id };
    await record(tx, { alert: held, now }, request, { act: 'alert.rerun', data, run_id: rerun_of });
    return { alert: held, ...started };
  });
  return queued(alert, run_id, rerun_of);
}

const queued = (alert: AlertRow, rerun_id: string, rerun_of: string) => ({
  ...outcome(alert, `${rerun_id} is queued; it repeats ${rerun_of}.`),
  ...{ rerun_id, rerun_of },
});

const rerunUnderWay = (tx: Tx, alert: AlertRow, since: Date) =>
  tx
    .selectFrom('runs')
    .select(['id', 'state', 'trigger_by', 'queued_at'])
    .where('workflow', '=', alert.workflow ?? '')
    .where('queued_at', '>=', since)
    .where('rerun_of', '=', alert.run_id)
    .where('state', '<>', 'ended')
    .limit(1)
    .executeTakeFirst();

const newerSentence = ({ id, run_id }: AlertRow, seen: string): string =>
  `${alertName(id)} is about ${run_id ?? 'no run'} by now, not about ${seen} any more. Look at it, then rerun that. Nothing was started.`;
