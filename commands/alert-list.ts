import { alertView } from '../blocks/alert.ts';
import { said } from '../blocks/said.ts';
import { alertFact } from '../src/reports/alert-fact.ts';
import { type Failing, failingAlerts } from '../src/reports/failing.ts';
import { workflowNamed } from '../src/runs/request.ts';
import { type Answer, readerOf, type World } from './command.ts';

/** Open alerts, of all workflows or of one. */
export async function showAlerts(world: World, workflow: string | undefined): Promise<Answer> {
  const alerts = await failingAlerts(world.db, workflow);
  // A workflow that has left the home may still have alerts; any other unknown name is a slip.
  if (workflow !== undefined && alerts.length === 0) workflowNamed(await world.homes.active(), workflow);
  const text = alerts.length === 0 ? 'Nothing is wrong: no alert is open.' : alerts.map(lineOf).join('\n');
  return { view: said(text, alerts.length === 0 ? 'ok' : 'fail'), json: alerts, exit: 0 };
}

const lineOf = ({ alert_id, severity, kind, workflow, error, acknowledged_by, count }: Failing): string =>
  [
    `${alert_id} [${severity}] ${kind} ${workflow ?? ''}`.trim(),
    error ? `${error.class}${error.message ? `: ${error.message}` : ''}` : '',
    count > 1 ? `${count} times` : '',
    acknowledged_by ? `${acknowledged_by} has it` : 'nobody has it',
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** One alert with its buttons. */
export async function showAlert(world: World, id: number): Promise<Answer> {
  const fact = await alertFact(world, id);
  return { view: alertView(fact, await readerOf(world)), json: fact, exit: 0 };
}
