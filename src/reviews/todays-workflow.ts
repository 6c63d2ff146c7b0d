import type { Ground } from '../ground.ts';
import type { Workflow } from '../workflows/home.ts';

/** The definition as it is today, or the pinned one where the workflow has left the home. */
export async function todaysWorkflow(
  ground: Ground,
  run: { workflow: string; snapshot_id: number },
): Promise<Workflow | undefined> {
  const { workflows } = (await ground.homes.active()).home;
  if (Object.hasOwn(workflows, run.workflow)) return workflows[run.workflow];
  return (await ground.homes.byId(run.snapshot_id)).home.workflows[run.workflow];
}
