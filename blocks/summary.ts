import { DateTime } from 'luxon';
import { sizeText } from '../src/message/plain.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView, Part } from '../src/message/view.ts';
import type { RunSummary } from '../src/reports/run-summary.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { valueText } from './review-lines.ts';
import { openEnded, quoted, runPath } from './say.ts';
import { summaryState } from './summary-state.ts';
import type { Reader } from './time.ts';
import { counted, firstOf, hashText } from './words.ts';

const MOST_FILES = 8;
const MOST_NUMBERS = 8;

/**
 * A run in one message that is made to be passed on (W6): whole dates, full names, no buttons, nothing that needs the
 * product to be understood; contents of confidential work are left out whoever asks.
 */
export function summaryView(run: RunSummary, reader: Reader): MessageView {
  const state = summaryState(run, { day: (at) => whole(at, reader), name: (key) => fullName(key, reader) });
  const head = `${oneLine(run.title, 120)}, ${dayOf(run.for_at, reader)}: ${state.short}.`;
  const lines: Text[] = [
    ...(run.outcome ? [[`What it is for: ${oneLine(run.outcome)}`]] : []),
    [state.sentence],
    ...filesLine(run),
    ...firstOf(run.numbers, MOST_NUMBERS, 'number', (number): Text[] => [
      [`${oneLine(number.label, 80)}: `, ...valueText(number)],
    ]),
    ...checksLine(run),
    ...missingLine(run),
    ...approvedLine(run, reader),
    ...closedWork(run),
    nextLine(run, reader),
  ];
  return {
    summary: [[head]],
    parts: [
      { part: 'headline', tone: state.tone, text: [head] },
      { part: 'prose', lines },
      ...words(run),
      { part: 'links', links: [{ label: 'The run', path: runPath(run.run_id) }] },
      { part: 'footnote', text: [footnote(run, reader)] },
    ],
    mentions: [],
  };
}

const filesLine = ({ outputs, state }: RunSummary): Text[] => {
  if (outputs.length === 0) return state === 'ended' ? [['It left no files.']] : [];
  const shown = outputs.slice(0, MOST_FILES).map(({ path, bytes }) => `${oneLine(path, 100)} (${sizeText(bytes)})`);
  const left = outputs.length - shown.length;
  return [[`Files: ${shown.join(', ')}${left > 0 ? ` and ${counted(left, 'more file')}` : ''}.`]];
};

const checksLine = ({ checks, checks_passed, validation, state }: RunSummary): Text[] => {
  if (checks > 0) return [[`Checks: ${validation ?? 'none'}, ${checks_passed} of ${checks} passed.`]];
  return state === 'ended' ? [['Checks: none ran.']] : [];
};

/** What it had to do without is never left out silently. */
const missingLine = ({ degraded }: RunSummary): Text[] => {
  const all = degraded.map(
    ({ name, status, required }) => `${name} (${status}, ${required ? 'required' : 'optional'})`,
  );
  const shown = all.slice(0, MOST_FILES);
  const left = all.length - shown.length;
  return all.length === 0
    ? []
    : [[`Missing inputs: ${shown.join(', ')}${left > 0 ? ` and ${counted(left, 'more input')}` : ''}.`]];
};

const approvedLine = ({ approved_by }: RunSummary, reader: Reader): Text[] =>
  approved_by.map(({ person, at }) => [`Approved by ${fullName(person, reader)}, ${whole(at, reader)}.`]);

const closedWork = ({ contents, data_class, state }: RunSummary): Text[] =>
  contents || state !== 'ended'
    ? []
    : [[`The work is ${data_class}: its words and numbers are left out here, for whoever reads this.`]];

const nextLine = ({ next_at, owner }: RunSummary, reader: Reader): Text => [
  [
    next_at ? `Next run: ${whole(next_at, reader)}.` : 'No next run is scheduled.',
    ...(owner ? [`Owner: ${fullName(owner, reader)}.`] : []),
  ].join(' '),
];

const words = ({ summary, flags }: RunSummary): Part[] => {
  const told = [
    ...(summary ? [oneLine(summary, 1000)] : []),
    ...flags.slice(0, 5).map((flag) => `Flag: ${quoted(flag)}`),
  ];
  return told.length === 0 ? [] : [{ part: 'quote', by: 'In the words of the run', text: told.join('\n') }];
};

const footnote = ({ run_id, output_hash }: RunSummary, { zone }: Reader): string =>
  [`Run ${run_id}`, ...(output_hash ? [hashText(output_hash)] : []), `times of ${zone}`].join(' · ');

/** `Sat 21 November 2026, 09:05`: right on any day, in any time zone's mail. */
const whole = (at: string, reader: Reader): string => local(at, reader).toFormat('ccc d LLLL yyyy, HH:mm');

const dayOf = (at: string, reader: Reader): string => local(at, reader).toFormat('ccc d LLLL yyyy');

const local = (at: string, { zone }: Reader) => DateTime.fromISO(at, { zone }).setLocale('en-GB');

function fullName(key: string, { team }: Reader): string {
  if (key === 'service') return 'the service';
  const person = team && Object.hasOwn(team.people, key) ? team.people[key] : undefined;
  return openEnded(oneLine(person?.name ?? key, 100));
}
