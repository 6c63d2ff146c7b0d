import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import { lostMark, lostSteps } from '../../runs/lost-steps.ts';
import type { PromotionRow, RunRow } from '../../store/schema.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import type { RunActs } from '../pages/run-acts.ts';
import { timesAsked } from '../sent-once.ts';

/** What this person may do about a run, as it stands; nobody may do nothing. */
export async function runActs(
  ground: Ground,
  home: Home,
  person: string | null,
  { run, promotion }: { run: RunRow; promotion: Pick<PromotionRow, 'state' | 'target'> | undefined },
): Promise<RunActs> {
  const today = Object.hasOwn(home.workflows, run.workflow) ? home.workflows[run.workflow] : undefined;
  const workflow: Workflow | undefined =
    today ?? (await ground.homes.byId(run.snapshot_id)).home.workflows[run.workflow];
  const subject = { workflow, dataClass: run.data_class, now: ground.clock.now() };
  const can = (act: Parameters<typeof may>[2]) => may(home, person, act, subject).ok;
  const mayRerun = run.state === 'ended' && today !== undefined && can('rerun');
  return {
    cancel: run.state !== 'ended' && run.cancel_asked_at === null && can('cancel'),
    rerun:
      mayRerun && person !== null
        ? { asked: await timesAsked(ground.db, { person, workflow: run.workflow, rerunOf: run.id }) }
        : null,
    undo: promotion?.state === 'placed' && can('undo') ? (promotion.target ?? run.promoted_to) : null,
    repeatLost: run.state === 'parked' && can('rerun'),
    closeLost: run.state === 'parked' && can('resolve'),
    lost: run.state === 'parked' ? lostMark(await lostSteps(ground, run)) : '',
  };
}
