import type { Action } from '../src/message/action.ts';
import { cut } from '../src/message/clean.ts';
import type { Text } from '../src/message/text.ts';
import { type MessageView, type Part, plainView } from '../src/message/view.ts';
import type { Failing } from '../src/reports/failing.ts';
import type { Next } from '../src/reports/status.ts';
import type { OwnWorkflow, Triage, TriageClosed } from '../src/reports/triage-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { pausedLine } from './paused.ts';
import { lateText, queueLine } from './queue.ts';
import { runForm, textInputs } from './run-form.ts';
import { join, person, reviewLink, runLink, strong, time } from './say.ts';
import type { Reader } from './time.ts';
import { personText } from './time.ts';
import { counted, firstOf } from './words.ts';

/** Lines of a section before it says how many more there are. */
const MOST = 8;
/** Things of a section that have a button of their own: all sections together keep within what a view carries. */
const MOST_BUTTONS = 4;

/** The morning of one person: what waits for them, what failed, what runs next, what is theirs. For their eyes only. */
export function triageView(triage: Triage, reader: Reader): MessageView {
  const head = headOf(triage);
  const well = triage.reviews.length === 0 && triage.failing.length === 0;
  const late = triage.reviews.some(({ overdue }) => overdue);
  return {
    summary: [[head]],
    parts: [
      {
        part: 'headline',
        tone: triage.failing.length > 0 ? 'fail' : late ? 'warn' : well ? 'ok' : 'info',
        text: [head],
      },
      ...waiting(triage, reader),
      ...failed(triage, reader),
      ...section(
        'Paused',
        firstOf(triage.paused, MOST, 'pause', (pause) => [pausedLine(pause, reader, true)]),
      ),
      ...section('Next today', nextLines(triage)),
      ...own(triage),
      { part: 'footnote', text: dutyText(triage, reader) },
    ],
    mentions: [],
  };
}

/** For somebody who may not read: who can let them. `id` is how the chat knows them, for whoever adds them. */
export const triageClosedView = ({ team, admins }: TriageClosed, id: string): MessageView =>
  plainView(
    'warn',
    [`You are not listed in cowork.yaml of ${oneLine(team, 80)}, so there is nothing to show you here.`],
    [`${admins ? `Ask ${admins}` : 'Ask an admin'} to add you there, with this id: ${id}.`],
  );

/** `2 reviews wait for you, 1 overdue. 1 alert is open.` */
function headOf({ reviews, failing, person: who }: Triage): string {
  const waits =
    reviews.length === 0
      ? `Nothing waits for ${who === null ? 'review by you' : 'you'}.`
      : `${counted(reviews.length, 'review')} ${reviews.length === 1 ? 'waits' : 'wait'} for you${lateText(reviews)}.`;
  const bad =
    failing.length === 0
      ? 'Nothing failed.'
      : `${counted(failing.length, 'alert')} ${failing.length === 1 ? 'is' : 'are'} open.`;
  return `${waits} ${bad}`;
}

/** A title, its lines and its buttons; nothing at all where there is no line. */
function section(title: string, lines: readonly Text[], actions: readonly Action[] = []): Part[] {
  if (lines.length === 0) return [];
  return [
    { part: 'prose', lines: [[strong(title)], ...lines] },
    ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
  ];
}

function waiting({ reviews, others_wait }: Triage, reader: Reader): Part[] {
  const others =
    others_wait > 0 ? [[`${counted(others_wait, 'review')} ${others_wait === 1 ? 'waits' : 'wait'} for others.`]] : [];
  const lines = firstOf(reviews, MOST, 'review', (item) => [queueLine(item, reader)]);
  const actions = reviews.slice(0, MOST_BUTTONS).map(
    ({ review_id }, index): Action => ({
      intent: 'look',
      subject: review_id,
      label: `Look at ${review_id}…`,
      style: index === 0 ? 'primary' : 'plain',
    }),
  );
  const all = reviews.length > MOST_BUTTONS || others_wait > 0 ? [showAction('queue', 'Show the queue')] : [];
  return section('Waits for you', [...lines, ...others], [...actions, ...all]);
}

function failed({ failing, person: who }: Triage, reader: Reader): Part[] {
  const lines = firstOf(failing, MOST, 'alert', (alert) => [failedLine(alert, who, reader)]);
  const free = failing.filter(({ holder, acknowledged_by }) => holder === null && acknowledged_by === null);
  const actions = free.slice(0, MOST_BUTTONS).map(
    ({ alert_id }): Action => ({
      intent: 'acknowledge',
      subject: alert_id,
      label: `Acknowledge ${alert_id}`,
      style: 'plain',
    }),
  );
  return section('Failed', lines, [...actions, showAction('alert list', 'Show the alerts')]);
}

const showAction = (subject: string, label: string): Action => ({ intent: 'command', subject, label, style: 'plain' });

/** `[P1] FAIL monday-brief: SourceChanged · A-57 · since today 06:04 (2 h ago) · you have it`. */
const failedLine = (alert: Failing, who: string | null, reader: Reader): Text =>
  join(
    [
      [
        `[${alert.severity}] ${alert.kind} ${alert.workflow ?? 'the product'}${alert.error ? `: ${oneLine(alert.error.class, 60)}` : ''}`,
      ],
      [alert.alert_id],
      alert.review_id ? [reviewLink(alert.review_id)] : alert.run_id ? [runLink(alert.run_id)] : [],
      [
        'since ',
        time(alert.since, 'moment'),
        ...(alert.count > 1 ? [`, ${alert.count.toLocaleString('en-GB')} times`] : []),
      ],
      holderText(alert.holder, who, reader),
    ],
    ' · ',
  );

function holderText(holder: string | null, who: string | null, reader: Reader): Text {
  if (holder === null) return ['nobody has it'];
  return holder === who ? ['you have it'] : [person(holder, personText(holder, reader)), ' has it'];
}

function nextLines({ next, later }: Triage): Text[] {
  if (next.length > 0) return firstOf(next, MOST, 'run', (each) => [nextLine(each)]);
  return later ? [['Nothing more today. Then: ', ...nextLine(later)]] : [['Nothing is scheduled.']];
}

const nextLine = ({ workflow, at, paused }: Next): Text => [
  time(at),
  ` ${workflow}`,
  ...(paused ? [', skipped while it is paused'] : []),
];

function own({ workflows }: Triage): Part[] {
  const lines = firstOf(workflows, MOST, 'workflow', (each) => [ownLine(each)]);
  const actions = workflows
    .filter(({ run }) => run !== null)
    .slice(0, MOST_BUTTONS)
    .flatMap(runActions);
  return section('Your workflows', lines, actions);
}

/** `Monday board brief (monday-brief): SUCCESS, today 06:04 · next tomorrow 06:00`. */
const ownLine = ({ name, title, last, next_at }: OwnWorkflow): Text => [
  `${oneLine(title, 80)}${title === name ? '' : ` (${name})`}: `,
  ...(last ? [runLink(last.run_id), ` ${last.status}, `, time(last.at)] : ['never run yet']),
  ...(next_at ? [' · next ', time(next_at)] : []),
];

/** Starts it: by a form where it asks for texts, else after a question. Nothing where a form cannot hold what it needs. */
function runActions({ name, run }: OwnWorkflow): Action[] {
  if (!run) return [];
  const base = { intent: 'run', subject: name, style: 'plain' } as const;
  const texts = textInputs(run);
  if (texts.length === 0) return [startAction(name)];
  const form = runForm({ workflow: name, inputs: run.inputs }, {}, { seen: run.seen });
  if (texts.slice(form.fields.length).some(({ required }) => required)) return [];
  return [{ ...base, label: `${cut(`Run ${name}`, 29).replace(/…$/, '')}…`, ask: form }];
}

/** Starts a workflow that asks for nothing. */
export const startAction = (name: string): Action => ({
  intent: 'run',
  subject: name,
  style: 'plain',
  label: cut(`Run ${name}`, 30),
  confirm: {
    title: cut(`Run ${name}?`, 45),
    text: `${name} is run now, whatever its schedule says. Whoever starts a run cannot approve it.`,
    yes: 'Run',
  },
});

const dutyText = ({ on_call, team }: Triage, reader: Reader): Text => [
  `${oneLine(team, 80)} · on call: ${on_call === null ? 'nobody' : personText(on_call, reader)}`,
];
