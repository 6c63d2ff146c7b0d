import { plainText } from '../src/message/plain.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView, Tone } from '../src/message/view.ts';
import type { Failing } from '../src/reports/failing.ts';
import type { Paused, RunningNow, Status } from '../src/reports/status.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { FenceReport } from '../src/skills/fence/layers.ts';
import { pausedLine } from './paused.ts';
import { lateText, queueLine } from './queue.ts';
import { join, reviewLink, runLink, time } from './say.ts';
import { statusActions } from './status-actions.ts';
import { personSpan, type Reader } from './time.ts';
import { counted, firstOf } from './words.ts';
import { workflowLines } from './workflow-status.ts';

const MOST = 5;

/** How it all stands: the bad first, one line for the rest; one line alone when all is well. */
export function statusView(status: Status, reader: Reader): MessageView {
  const quiet = status.green && status.waiting === 0 && !status.workflow;
  const head = headline(status);
  const rest = lastText(status, reader);
  const first: Text = quiet ? [`${head} `, ...rest] : [head];
  const lines = [
    ...(status.workflow ? workflowLines(status.workflow, reader) : []),
    ...badLines(status, reader),
    ...(quiet ? [] : [rest]),
    ...weakSpots(status),
  ];
  const actions = statusActions(status);
  return {
    summary: [quiet ? first : [`${head} `, ...rest]],
    parts: [
      { part: 'headline', tone: toneOf(status), text: first },
      ...(lines.length > 0 ? [{ part: 'prose' as const, lines }] : []),
      ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
    ],
    mentions: [],
  };
}

function toneOf({ green, failing, waiting }: Status): Tone {
  if (!green) return failing.length > 0 ? 'fail' : 'warn';
  return waiting === 0 ? 'ok' : 'info';
}

const badLines = (status: Status, reader: Reader): Text[] => [
  ...status.home_problems.map((problem): Text => [`Home: ${oneLine(problem)}`]),
  ...standingStill(status.idle_roles).map((line): Text => [line]),
  ...firstOf(status.failing, MOST, 'alert', (alert) => failingLines(alert, reader)),
  ...firstOf(status.paused, MOST, 'pause', (pause) => [pausedLine(pause, reader)]),
  ...waitingLines(status, reader),
  ...firstOf(
    status.running.filter(({ state }) => state === 'parked'),
    MOST,
    'parked run',
    (run) => [parkedLine(run)],
  ),
];

/** `Acme: not green, 2 alerts open, 1 review waits.`; `2 reviews wait, 1 overdue; no alert is open.`; `All green.` */
export function headline(status: Status): string {
  const { failing, paused, idle_roles, home_problems, workflow, team } = status;
  const subject = workflow ? `${workflow.name}: ` : '';
  const bad = [
    failing.length > 0 ? `${counted(failing.length, 'alert')} open` : '',
    paused.length > 0 ? `${counted(paused.length, 'schedule')} paused` : '',
    idle_roles.length > 0 ? 'the product does not run' : '',
    home_problems.length > 0 ? 'the home on disk cannot be used' : '',
  ].filter((part) => part !== '');
  const waits = waitingText(status);
  if (bad.length > 0) {
    return `${subject || `${oneLine(team)}: `}not green, ${[...bad, ...(waits ? [waits] : [])].join(', ')}.`;
  }
  if (waits) return `${subject}${waits}; no alert is open.`;
  return `${subject}${workflow ? 'all is well.' : 'All green.'}`;
}

/** `2 reviews wait, 1 overdue`; empty where none does. */
const waitingText = ({ waiting, waiting_items }: Pick<Status, 'waiting' | 'waiting_items'>): string =>
  waiting === 0 ? '' : `${counted(waiting, 'review')} ${waiting === 1 ? 'waits' : 'wait'}${lateText(waiting_items)}`;

/** What does not go on while nobody holds these roles; nothing where all are held. */
export const standingStill = (roles: string[]): string[] => {
  const what = roles.map((role) => (role === 'clock' ? 'schedules stand still' : 'runs wait'));
  return roles.length === 0
    ? []
    : [`No ${roles.join(' and no ')} runs, so ${what.join(' and ')}. Start it: cowork-ops start.`];
};

function failingLines(alert: Failing, reader: Reader): Text[] {
  const error = alert.error ? ` ${oneLine(alert.error.class, 60)}${messageText(alert.error.message)}` : ' see the run';
  return [
    [`[${alert.severity}] ${alert.kind} ${alert.workflow ?? 'the product'}:${error}`],
    ['  ', ...join([idsOf(alert), sinceOf(alert), holderText(alert, reader), lastGood(alert.last_good_at)], ' · ')],
  ];
}

const idsOf = ({ alert_id, run_id, review_id }: Failing): Text =>
  join([[alert_id], ...(run_id ? [[runLink(run_id)]] : []), ...(review_id ? [[reviewLink(review_id)]] : [])], ' · ');

const sinceOf = ({ since, count, last_at }: Failing): Text => [
  'since ',
  time(since, 'moment'),
  ...(count > 1 ? [`, ${count.toLocaleString('en-GB')} times, last `, time(last_at)] : []),
];

const holderText = ({ holder }: Failing, reader: Reader): Text =>
  holder ? [personSpan(holder, reader), ' has it'] : ['nobody has it'];

const lastGood = (at: string | null): Text => (at ? ['last delivered ', time(at)] : ['never delivered yet']);

const messageText = (message: string | null): string =>
  message === null ? ' (details are for those who may see this work)' : message === '' ? '' : ` — ${oneLine(message)}`;

export const pausedText = (pause: Paused, reader: Reader): string => plainText(pausedLine(pause, reader), reader);

const waitingLines = ({ waiting, waiting_items }: Status, reader: Reader): Text[] =>
  waiting === 0
    ? []
    : [
        ['Waiting for review:'],
        ...firstOf(waiting_items, MOST, 'review', (item): Text[] => [['  ', ...queueLine(item, reader)]]),
      ];

const parkedLine = (run: RunningNow): Text => [
  'Parked: ',
  runLink(run.run_id),
  ' since ',
  time(run.since, 'moment'),
  `: ${oneLine(run.parked_reason ?? 'a person has to decide')}`,
];

/** `6 workflows, 14 runs since yesterday 08:00, nothing waits. Next: … On call: …` */
function lastText(status: Status, reader: Reader): Text {
  const { ended, from } = status.since;
  const scope = status.workflow ? '' : `${counted(status.workflows, 'workflow')}, `;
  const runs = `${scope}${counted(ended, 'run')}`;
  const now = status.running.filter(({ state }) => state === 'running' || state === 'queued').length;
  return [
    `${runs.charAt(0).toUpperCase()}${runs.slice(1)} since `,
    time(from),
    `${now > 0 ? `, ${now} under way` : ''}${status.waiting === 0 ? ', nothing waits' : ''}. `,
    ...nextText(status),
    ' ',
    ...dutyLine(status, reader),
  ];
}

function nextText({ next }: Status): Text {
  const first = next.find((each) => !each.paused);
  if (first) return [`Next: ${first.workflow}, `, time(first.at), '.'];
  return [next.length > 0 ? 'Next: nothing, while it is paused.' : 'Next: nothing is scheduled.'];
}

export const lastLine = (status: Status, reader: Reader): string => plainText(lastText(status, reader), reader);

/** Who is on call, until when. */
const dutyLine = ({ on_call, on_call_until }: Pick<Status, 'on_call' | 'on_call_until'>, reader: Reader): Text =>
  on_call
    ? ['On call: ', personSpan(on_call, reader), ...(on_call_until ? [' until ', time(on_call_until)] : []), '.']
    : ['On call: nobody.'];

export const dutyText = (status: Status, reader: Reader): string => plainText(dutyLine(status, reader), reader);

const weakSpots = ({ on_call_trouble, unchecked, fence, sandbox }: Status): Text[] => [
  ...(on_call_trouble
    ? [[`The user group of the rota is not whoever is on call: ${oneLine(on_call_trouble, 300)}.`]]
    : []),
  ...(unchecked.length > 0
    ? [
        join(
          [
            ['Nothing checks the outputs of: '],
            join(
              firstOf(unchecked, MOST, 'workflow', (name): Text[] => [[name]]),
              ', ',
            ),
            ['.'],
          ],
          '',
        ),
      ]
    : []),
  ...(fence ? [[fenceText(fence, sandbox)]] : []),
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
