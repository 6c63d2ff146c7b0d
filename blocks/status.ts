import type { Failing } from '../src/reports/failing.ts';
import type { Paused, RunningNow, Status } from '../src/reports/status.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { FenceReport } from '../src/skills/fence/layers.ts';
import { queueLine } from './queue.ts';
import { clockText, momentText, personText, type Reader } from './time.ts';
import { counted, firstLines } from './words.ts';
import { workflowLines } from './workflow-status.ts';

const MOST = 5;

/** How it all stands, in plain text: the bad first, one line for the rest; one line alone when all is well. */
export function statusText(status: Status, reader: Reader): string {
  const bad = [
    ...status.home_problems.flatMap(problemLines),
    ...standingStill(status.idle_roles),
    ...firstLines(
      status.failing.map((each) => failingText(each, reader)),
      MOST,
      'alert',
    ),
    ...status.paused.map((each) => pausedText(each, reader)),
    ...waitingLines(status, reader),
    ...status.running.filter(({ state }) => state === 'parked').map((run) => parkedText(run, reader)),
  ];
  const about = status.workflow ? workflowLines(status.workflow, reader) : [];
  const [head, rest] = [headline(status), lastLine(status, reader)];
  const quiet = status.green && !status.workflow;
  const lines = quiet ? [`${head} ${rest}`, ...bad] : [head, ...about, ...bad, rest];
  return [...lines, ...weakSpots(status)].filter((line) => line !== '').join('\n');
}

export function headline({ green, failing, paused, idle_roles, home_problems, workflow, team }: Status): string {
  const subject = workflow ? `${workflow.name}: ` : '';
  if (green) return `${subject}${workflow ? 'all is well.' : 'All green.'}`;
  const parts = [
    failing.length > 0 ? `${counted(failing.length, 'alert')} open` : '',
    paused.length > 0 ? `${counted(paused.length, 'schedule')} paused` : '',
    idle_roles.length > 0 ? 'the product does not run' : '',
    home_problems.length > 0 ? 'the home on disk cannot be used' : '',
  ].filter((part) => part !== '');
  return `${subject || `${oneLine(team)}: `}not green, ${parts.join(', ')}.`;
}

const problemLines = (problem: string): string[] => [`Home: ${oneLine(problem)}`];

/** What does not go on while nobody holds these roles; nothing where all are held. */
export const standingStill = (roles: string[]): string[] => {
  const what = roles.map((role) => (role === 'clock' ? 'schedules stand still' : 'runs wait'));
  return roles.length === 0
    ? []
    : [`No ${roles.join(' and no ')} runs, so ${what.join(' and ')}. Start it: cowork-ops start.`];
};

function failingText(alert: Failing, reader: Reader): string {
  const who = alert.acknowledged_by ? `${personText(alert.acknowledged_by, reader)} has it` : 'nobody has it';
  const times = alert.count > 1 ? `, ${alert.count} times, last ${clockText(alert.last_at, reader)}` : '';
  const error = alert.error ? ` ${oneLine(alert.error.class, 60)}${messageText(alert.error.message)}` : '';
  const about = alert.workflow ?? 'the product';
  const ids = [alert.alert_id, alert.run_id, alert.review_id].filter((id) => id !== null).join(' · ');
  const good = alert.last_good_at ? `last delivered ${clockText(alert.last_good_at, reader)}` : 'never delivered yet';
  return [
    `[${alert.severity}] ${alert.kind} ${about}:${error || ' see the run'}`,
    `  ${ids} · since ${momentText(alert.since, reader)}${times} · ${who} · ${good}`,
  ].join('\n');
}

const messageText = (message: string | null): string =>
  message === null ? ' (details are for those who may see this work)' : message === '' ? '' : ` — ${oneLine(message)}`;

export function pausedText(pause: Paused, reader: Reader): string {
  const until = pause.until ? `until ${clockText(pause.until, reader)}` : 'until resumed';
  const by = personText(pause.by, reader);
  return `Paused: ${pause.workflow ?? 'everything'}, by ${by} since ${momentText(pause.since, reader)}, ${until}: ${oneLine(pause.reason)}`;
}

function waitingLines({ waiting, waiting_items }: Status, reader: Reader): string[] {
  if (waiting === 0) return [];
  const lines = waiting_items.map((item) => `  ${queueLine(item, reader)}`);
  return [`${counted(waiting, 'review')} ${waiting === 1 ? 'waits' : 'wait'}:`, ...firstLines(lines, MOST, 'review')];
}

const parkedText = (run: RunningNow, reader: Reader): string =>
  `Parked: ${run.run_id} since ${momentText(run.since, reader)}: ${oneLine(run.parked_reason ?? 'a person has to decide')}`;

export function lastLine(status: Status, reader: Reader): string {
  const { ended, from } = status.since;
  const scope = status.workflow ? '' : `${counted(status.workflows, 'workflow')}, `;
  const runs = `${counted(ended, 'run')} since ${clockText(from, reader)}`;
  const now = status.running.filter(({ state }) => state === 'running' || state === 'queued').length;
  const first = status.next.find((each) => !each.paused);
  const sentences = [
    `${scope}${runs}${now > 0 ? `, ${now} under way` : ''}${status.waiting === 0 ? ', nothing waits' : ''}.`,
    first
      ? `Next: ${first.workflow}, ${clockText(first.at, reader)}.`
      : status.next.length > 0
        ? 'Next: nothing, while it is paused.'
        : 'Next: nothing is scheduled.',
    dutyText(status, reader),
  ];
  const line = sentences.join(' ');
  return line.charAt(0).toUpperCase() + line.slice(1);
}

/** Who is on call, until when. */
export const dutyText = ({ on_call, on_call_until }: Status, reader: Reader): string => {
  if (!on_call) return 'On call: nobody.';
  const until = on_call_until ? ` until ${clockText(on_call_until, reader)}` : '';
  return `On call: ${personText(on_call, reader)}${until}.`;
};

const weakSpots = ({ unchecked, fence, sandbox }: Status): string[] => [
  unchecked.length > 0 ? `Unchecked: ${firstLines(unchecked, MOST, 'workflow').join(', ')}.` : '',
  fence ? fenceText(fence, sandbox) : '',
];

/** Which layers of the fence hold on this host, and what it takes to have more. */
export function fenceText(fence: FenceReport, sandbox: 'required' | 'optional'): string {
  const holding = [
    fence.bubblewrap.holds ? 'bubblewrap' : '',
    fence.network.holds ? 'network by host name' : '',
    fence.nodePermissions.holds ? 'node permissions' : '',
    fence.ownUser.holds ? 'own user' : '',
  ].filter((layer) => layer !== '');
  const missing = fence.bubblewrap.holds
    ? ''
    : ` Bubblewrap does not: ${oneLine(fence.bubblewrap.why ?? 'unknown why').replace(/\.$/, '')}.`;
  const todo = fence.install ? ` To have more: ${fence.install}.` : '';
  return `Fence (sandbox: ${sandbox}): ${holding.join(', ') || 'no layer'} ${holding.length > 1 ? 'hold' : 'holds'}.${missing}${todo}`;
}
