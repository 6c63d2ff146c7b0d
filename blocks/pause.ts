import type { Action } from '../src/message/action.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView, Tone } from '../src/message/view.ts';
import type { PauseFact } from '../src/reports/pause-fact.ts';
import { nameList, oneLine } from '../src/reviews/plain.ts';
import { pausedLine } from './paused.ts';
import { openEnded, time } from './say.ts';
import { lengthText, personSpan, type Reader } from './time.ts';
import { counted, firstOf } from './words.ts';

const MOST = 5;

/** A pause in the state it is in now: in force with its end, or over with what was skipped and what comes next. */
export function pauseView(fact: PauseFact, reader: Reader): MessageView {
  const head = fact.ended ? endedHead(fact) : pausedHead(fact);
  const why = openEnded(oneLine(fact.reason));
  return {
    summary: [fact.ended ? head : [...head, ' By ', personSpan(fact.by, reader), `: ${why}.`]],
    parts: [
      { part: 'headline', tone: toneOf(fact), text: head },
      { part: 'prose', lines: fact.ended ? endedLines(fact, reader) : pausedLines(fact, reader) },
      { part: 'actions', actions: actionsOf(fact) },
    ],
    mentions: [],
  };
}

/** Ends the pause of one workflow, or with null the pause of everything. */
export const resumeAction = (workflow: string | null): Action => ({
  intent: 'resume',
  subject: workflow ?? 'all',
  label: 'Resume',
  style: 'plain',
  confirm: {
    title: 'Resume the schedule?',
    text: `${workflow === null ? 'The next slot of each workflow' : `The next slot of ${workflow}`} starts as usual. Skipped slots are not made up for.`,
    yes: 'Resume',
  },
});

const toneOf = ({ ended, stays }: PauseFact): Tone => (ended && stays.length === 0 ? 'ok' : 'warn');

const whatOf = ({ workflow }: PauseFact): string => workflow ?? 'Everything';

/** `monday-brief is paused until tomorrow 09:00.` */
const pausedHead = (fact: PauseFact): Text => [
  `${whatOf(fact)} is paused until `,
  ...(fact.until ? [time(fact.until), '.'] : ['somebody resumes it.']),
];

/** `Everything is resumed; still paused: monday-brief.` */
function endedHead(fact: PauseFact): Text {
  const still = nameList(fact.stays.map(({ workflow }) => workflow ?? 'everything'));
  return [`${whatOf(fact)} is resumed${still ? `; still paused: ${still}` : ''}.`];
}

const pausedLines = (fact: PauseFact, reader: Reader): Text[] => [
  ['By ', personSpan(fact.by, reader), ' since ', time(fact.since, 'moment'), `: ${oneLine(fact.reason)}`],
  [
    'Runs under way go on; ',
    ...(skipsNext(fact) && fact.next
      ? [`the slot of ${fact.next.workflow}, `, time(fact.next.at), ', is skipped unless it is resumed before.']
      : ['slots that come meanwhile are skipped.']),
  ],
  ...(fact.skipped > 0 ? [[`Skipped so far: ${counted(fact.skipped, 'slot')}.`]] : []),
];

/** Whether the next slot lies within the pause as it stands. */
const skipsNext = ({ next, until }: PauseFact): boolean =>
  next !== null && (until === null || Date.parse(next.at) < Date.parse(until));

const endedLines = (fact: PauseFact, reader: Reader): Text[] => [
  endLine(fact, reader),
  ['It was paused by ', personSpan(fact.by, reader), `: ${oneLine(fact.reason)}`],
  [fact.skipped === 0 ? 'No slot was skipped.' : `Skipped meanwhile: ${counted(fact.skipped, 'slot')}.`],
  ...(fact.stays.length > 0
    ? firstOf(fact.stays, MOST, 'pause', (other) => [['Still ', ...lowered(pausedLine(other, reader))]])
    : [nextLine(fact)]),
];

/** `By Ana, today 10:05, after 2 h.` */
function endLine({ ended, since }: PauseFact, reader: Reader): Text {
  const at = ended?.at ?? since;
  const after = `, after ${lengthText(Date.parse(at) - Date.parse(since))}.`;
  if (ended?.by === 'service') return ['It ended by itself, ', time(at), after];
  return ['By ', personSpan(ended?.by ?? 'service', reader), ', ', time(at), after];
}

const lowered = ([first = '', ...more]: Text): Text => [
  typeof first === 'string' ? first.charAt(0).toLowerCase() + first.slice(1) : first,
  ...more,
];

const nextLine = ({ next }: PauseFact): Text =>
  next ? [`Next: ${next.workflow}, `, time(next.at), '; it starts as usual.'] : ['Next: nothing is scheduled.'];

function actionsOf(fact: PauseFact): Action[] {
  const { workflow, ended } = fact;
  const subject = workflow === null ? 'status' : `status ${workflow}`;
  const status = { intent: 'command', subject, label: 'Show status', style: 'plain' } as const;
  return ended ? [status] : [resumeAction(workflow), status];
}
