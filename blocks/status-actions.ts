import type { Action } from '../src/message/action.ts';
import type { Status } from '../src/reports/status.ts';
import { pauseForm } from './forms.ts';
import { resumeAction } from './pause.ts';

const MOST_ALERTS = 3;

/** What one does next: takes what nobody has, looks at what waits; of one workflow also at its runs and its schedule. */
export const statusActions = (status: Status): Action[] => [
  ...takeActions(status),
  ...parkedActions(status),
  ...queueActions(status),
  ...(status.workflow ? scheduleActions(status, status.workflow.name) : []),
];

const takeActions = ({ failing }: Status): Action[] =>
  failing
    .filter(({ holder }) => holder === null)
    .slice(0, MOST_ALERTS)
    .map(({ alert_id }) => ({
      intent: 'acknowledge',
      subject: alert_id,
      label: `Acknowledge ${alert_id}`,
      style: 'plain',
    }));

/** The answers for a step that waits stand under its run, beside what there is to know before. */
const parkedActions = ({ running }: Status): Action[] =>
  running
    .filter(({ state }) => state === 'parked')
    .slice(0, 1)
    .map(({ run_id }) => ({
      intent: 'command',
      subject: `runs ${run_id}`,
      label: 'Show the parked run',
      style: 'plain',
    }));

function queueActions({ waiting, workflow }: Status): Action[] {
  const subject = workflow ? `queue ${workflow.name}` : 'queue';
  return waiting > 0 ? [{ intent: 'command', subject, label: 'Show the queue', style: 'plain' }] : [];
}

/** The pause of everything is ended where everything is looked at, not from one workflow. */
const scheduleActions = ({ paused }: Status, name: string): Action[] => [
  { intent: 'command', subject: `runs ${name}`, label: 'Show its runs', style: 'plain' },
  paused.some(({ workflow }) => workflow === name)
    ? resumeAction(name)
    : { intent: 'pause', subject: name, label: 'Pause workflow…', style: 'plain', ask: pauseForm() },
];
