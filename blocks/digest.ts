import type { Action } from '../src/message/action.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView, Part, Tone } from '../src/message/view.ts';
import type { DailyDigest } from '../src/reports/digest-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { matters } from './digest-lines.ts';
import { shareText } from './roi-figures.ts';
import { code, time } from './say.ts';
import { personSpan, type Reader } from './time.ts';
import { counted } from './words.ts';

/**
 * How the day begins (P3.8): one line where all is green and nothing waits, else the bad first, then one line for the
 * rest. Below stands the head of the audit trail, so that nobody can rewrite history without rewriting the chat.
 */
export function digestView(digest: DailyDigest, reader: Reader): MessageView {
  const found = matters(digest, reader);
  const head = headline(digest, found.length === 0);
  const rest = restText(digest, reader);
  const quiet = found.length === 0;
  const first: Text = quiet ? [`${head} `, ...rest] : [head];
  return {
    summary: [first],
    parts: [
      { part: 'headline', tone: toneOf(digest, quiet), text: first },
      ...found.map((lines): Part => ({ part: 'prose', lines })),
      ...(quiet ? [] : [{ part: 'prose' as const, lines: [rest, ...reviewLine(digest)] }]),
      ...sealOf(digest),
      ...(quiet ? [] : [{ part: 'actions' as const, actions: actionsOf(digest) }]),
    ],
    mentions: [],
  };
}

function toneOf({ failing, idle_roles, waiting }: DailyDigest, quiet: boolean): Tone {
  if (quiet) return 'ok';
  return failing.count > 0 || idle_roles.length > 0 || waiting.overdue > 0 ? 'fail' : 'warn';
}

const MOST_NAMED = 2;

/** `Acme: 2 alerts open, 3 reviews wait (1 overdue) and 2 more matters.`: the two worst, the others stand below. */
function headline(digest: DailyDigest, quiet: boolean): string {
  if (quiet) return 'All green.';
  const { failing, idle_roles, waiting, paused, degraded, spend } = digest;
  const parts = [
    idle_roles.length > 0 ? 'a part of the product does not run' : '',
    failing.count > 0 ? `${counted(failing.count, 'alert')} open` : '',
    waiting.count > 0 ? waitingText(waiting) : '',
    paused.length > 0 ? `${counted(paused.length, 'schedule')} paused` : '',
    degraded.count > 0 ? `${counted(degraded.count, 'workflow')} with inputs missing` : '',
    spend.length > 0 ? `${counted(spend.length, 'workflow')} near or over budget` : '',
  ].filter((part) => part !== '');
  const left = parts.length - MOST_NAMED;
  const more = left > 0 ? ` and ${counted(left, 'more matter')}` : '';
  const lead = failing.count === 0 && idle_roles.length === 0 ? 'Nothing fails, ' : '';
  return `${oneLine(digest.team, 80)}: ${lead.toLowerCase()}${parts.slice(0, MOST_NAMED).join(', ')}${more}.`;
}

const waitingText = ({ count, overdue }: DailyDigest['waiting']): string =>
  `${counted(count, 'review')} ${count === 1 ? 'waits' : 'wait'}${overdue > 0 ? ` (${overdue} overdue)` : ''}`;

/** `6 workflows, 14 runs since yesterday 08:00 (1 failed), nothing waits. Next: … On call: …` */
function restText(digest: DailyDigest, reader: Reader): Text {
  const { workflows, runs, since, waiting, recovered } = digest;
  const failed = runs.failed > 0 ? ` (${runs.failed.toLocaleString('en-GB')} failed)` : '';
  const over = recovered > 0 ? `, ${counted(recovered, 'alert')} ended since` : '';
  return [
    `${sentence(counted(workflows, 'workflow'))}, ${counted(runs.ended, 'run')} since `,
    time(since),
    `${failed}${over}${waiting.count === 0 ? ', nothing waits' : ''}. `,
    ...nextText(digest),
    ' ',
    ...dutyText(digest, reader),
  ];
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

const MOST_NEXT = 4;

function nextText({ next }: DailyDigest): Text {
  if (next.length === 0) return ['Next: nothing is scheduled.'];
  const shown = next
    .slice(0, MOST_NEXT)
    .flatMap(({ workflow, at }, index): Text => [index === 0 ? `${workflow}, ` : `; ${workflow}, `, time(at)]);
  const left = next.length - MOST_NEXT;
  return ['Next: ', ...shown, left > 0 ? `; and ${left} more.` : '.'];
}

/** P3.8: what the morning costs, beside what it replaces. */
const reviewLine = ({ review }: DailyDigest): Text[] => (review ? [[`${shareText(review)} this month.`]] : []);

const dutyText = ({ on_call, on_call_until }: DailyDigest, reader: Reader): Text =>
  on_call
    ? ['On call: ', personSpan(on_call, reader), ...(on_call_until ? [' until ', time(on_call_until)] : []), '.']
    : ['On call: nobody.'];

const sealOf = ({ chain_head }: DailyDigest): Part[] =>
  chain_head === null ? [] : [{ part: 'footnote', text: ['Audit trail sealed up to ', code(chain_head)] }];

const MOST_TAKEN = 3;

/** What nobody has can be taken from here. */
const actionsOf = ({ failing, waiting }: DailyDigest): Action[] => [
  ...failing.first
    .filter(({ holder, silenced }) => holder === null && silenced === null)
    .slice(0, MOST_TAKEN)
    .map(
      ({ alert_id }): Action => ({
        intent: 'acknowledge',
        subject: alert_id,
        label: `Acknowledge ${alert_id}`,
        style: 'plain',
      }),
    ),
  { intent: 'command', subject: 'status', label: 'Show status', style: 'plain' },
  ...(waiting.count > 0
    ? [{ intent: 'command', subject: 'queue', label: 'Show the queue', style: 'plain' } as const]
    : []),
];
