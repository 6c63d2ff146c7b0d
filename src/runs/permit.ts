import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type Act, requireMay } from '../people/permissions.ts';
import type { RunRow, Via } from '../store/schema.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';

/** Who asks. Without a person the operator of the product asks, who holds its data anyway (design: the CLI). */
export interface Asker {
  person: string | null;
  /** The operating-system user at the CLI, for the trail. */
  operator: string | null;
  via: Via;
  /** Id of what was noted of it in a chat: it starts one run at most, however often it is performed. */
  ask?: number | undefined;
}

// Where asking without a person is possible: the operator's tool, the product itself, and a token the API has checked.
const WITHOUT_PERSON: readonly Via[] = ['cli', 'service', 'api', 'schedule'];

/** Throws `refused` unless the asker may do this now, by today's home. */
export function permit(
  ground: Pick<Ground, 'clock'>,
  snapshot: Snapshot,
  { person, via }: Asker,
  act: Act,
  subject: { workflow: Workflow | undefined; run?: Pick<RunRow, 'data_class'> | undefined },
): void {
  if (person === null) {
    if (WITHOUT_PERSON.includes(via)) return;
    throw refused('Nobody is signed in, so this is refused. Sign in and try again.', { act, via });
  }
  requireMay(snapshot.home, person, act, {
    workflow: subject.workflow,
    dataClass: subject.run?.data_class,
    now: ground.clock.now(),
  });
}

export const actorOf = ({ person }: Asker): string => person ?? 'service';

/** The run's workflow as today's home has it, else as the run started with it: a removed one has an owner still. */
export async function workflowToday(ground: Pick<Ground, 'homes'>, run: Pick<RunRow, 'workflow' | 'snapshot_id'>) {
  const snapshot = await ground.homes.active();
  const today = snapshot.home.workflows[run.workflow];
  const workflow = today ?? (await ground.homes.byId(run.snapshot_id)).home.workflows[run.workflow];
  return { snapshot, workflow, stillThere: today !== undefined };
}
