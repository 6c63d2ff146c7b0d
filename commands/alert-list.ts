import { alertView } from '../blocks/alert.ts';
import { alertListView } from '../blocks/alert-list.ts';
import { alertFact } from '../src/reports/alert-fact.ts';
import { failingAlerts } from '../src/reports/failing.ts';
import { workflowNamed } from '../src/runs/request.ts';
import { type Answer, readerOf, type World } from './command.ts';

/** Open alerts, of all workflows or of one. */
export async function showAlerts(world: World, workflow: string | undefined): Promise<Answer> {
  const alerts = await failingAlerts(world, workflow);
  // A workflow that has left the home may still have alerts; any other unknown name is a slip.
  if (workflow !== undefined && alerts.length === 0) workflowNamed(await world.homes.active(), workflow);
  return { view: alertListView(alerts, await readerOf(world)), json: alerts, exit: 0 };
}

/** One alert with its buttons. */
export async function showAlert(world: World, id: number): Promise<Answer> {
  const fact = await alertFact(world, id);
  return { view: alertView(fact, await readerOf(world)), json: fact, exit: 0 };
}
