import { DateTime } from 'luxon';
import type { Action, LinkAction } from '../src/message/action.ts';
import type { Span, Text } from '../src/message/text.ts';
import type { MessageView, Part, Tone } from '../src/message/view.ts';
import type { AuditStory, StoryLine } from '../src/reports/audit-story.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { reviewName } from '../src/reviews/review-id.ts';
import { cameToText, toneAfter } from './audit-outcome.ts';
import { code, labelled, runPath, strong } from './say.ts';
import { personSpan, type Reader } from './time.ts';
import { counted, hashText } from './words.ts';

/** As long as a story of retries may get: its beginning and its end are told, and how much lies between. */
const MOST = 120;

/**
 * What happened in a run (P2.7), in order: who, when, what and through which door; then what it read, wrote and called.
 * The first line says how it came out.
 */
export function auditView(audit: AuditStory, reader: Reader): MessageView {
  const { run_id, record } = audit;
  const head: Text = [`${run_id}: `, ...cameToText(audit, reader)];
  return {
    summary: [[...head, '.']],
    parts: [
      { part: 'headline', tone: toneOf(audit), text: head },
      ...days(audit.story, reader),
      { part: 'prose', lines: recordLines(record) },
      { part: 'footnote', text: versionsText(record) },
      { part: 'actions', actions: actionsOf(audit) },
    ],
    mentions: [],
  };
}

function toneOf({ record, story }: AuditStory): Tone {
  switch (record.status) {
    case null:
    case 'CANCELLED':
      return 'info';
    case 'SUCCESS':
      return toneAfter(story);
    case 'PARTIAL':
      return 'warn';
    case 'FAILED':
    case 'TIMED_OUT':
      return 'fail';
  }
}

/** A day's acts under its date and zone, so that a pasted line cannot be misread. */
function days(story: readonly StoryLine[], reader: Reader): Part[] {
  const half = MOST / 2;
  const told = story.length > MOST ? [...story.slice(0, half), ...story.slice(-half)] : story;
  const gap = story.length - told.length;
  const byDay = new Map<string, Text[]>();
  told.forEach((line, index) => {
    const day = local(line.at, reader).toFormat('ccc d LLL yyyy');
    const lines = byDay.get(day) ?? [];
    if (gap > 0 && index === half) lines.push([`… ${counted(gap, 'more act')} …`]);
    byDay.set(day, [...lines, lineText(line, reader)]);
  });
  return [...byDay].map(([day, lines]) => ({ part: 'prose', lines: [[strong(`${day} (${reader.zone})`)], ...lines] }));
}

/** `09:00:10 Ana approved R-7 (sha256 …), 1 of 1 [cli, root]`. */
function lineText(line: StoryLine, reader: Reader): Text {
  const at = code(local(line.at, reader).toFormat('HH:mm:ss'));
  if (line.actor === 'service') return [at, ` ${line.sentence}`];
  const door = line.operator ? `${line.via}, ${oneLine(line.operator, 40)}` : line.via;
  return [at, ' ', personSpan(line.actor, reader), ` ${line.sentence} [${door}]`];
}

function recordLines(record: AuditStory['record']): Text[] {
  const { paths_read, outputs, connectors, validation, output_hash, promoted_to, approvals } = record;
  const calls = connectors.map(({ name, calls: times }) => `${oneLine(name, 60)} ${times.toLocaleString('en-GB')}`);
  const ran = validation ? validation.pass + validation.warn + validation.fail : 0;
  const wrote = paths(outputs.map(({ path }) => path));
  return [
    labelled('Read', paths(paths_read)),
    labelled('Wrote', `${wrote}${output_hash ? ` (${hashText(output_hash)})` : ''}`),
    labelled('Connectors', calls.join(', ') || 'none called'),
    labelled(
      'Checks',
      `${validation && ran > 0 ? `${validation.result} (${ran - validation.warn - validation.fail} of ${ran} passed)` : 'none ran'} · ` +
        `${counted(approvals.length, 'approval')} · ${promoted_to ? `in ${oneLine(promoted_to)}` : 'not in production'}`,
    ),
  ];
}

const MOST_PATHS = 10;

function paths(all: readonly string[]): string {
  const shown = all.slice(0, MOST_PATHS).map((path) => oneLine(path, 120));
  const left = all.length - shown.length;
  return `${shown.join(', ') || 'nothing'}${left > 0 ? ` and ${left.toLocaleString('en-GB')} more` : ''}`;
}

/** Which definition and which skills it was, by their hashes. */
function versionsText({ definition_hash, steps }: AuditStory['record']): Text {
  const skills = new Map(steps.map(({ skill, hash }) => [skill, hash]));
  const named = [...skills].flatMap(([skill, hash]) =>
    skill && hash ? [`${oneLine(skill, 60)} ${hashText(hash)}`] : [],
  );
  const first: Span[] = [`Definition ${hashText(definition_hash)}`];
  return [...first, ...named.slice(0, MOST_PATHS).map((each) => ` · ${each}`)];
}

const actionsOf = ({ run_id, record }: AuditStory): (Action | LinkAction)[] => [
  { intent: 'command', subject: `summary ${run_id}`, label: 'Summary to forward', style: 'plain' },
  ...(record.review_id === null ? [] : [showReview(reviewName(record.review_id))]),
  { intent: 'open', label: 'Open run', path: runPath(run_id) },
];

const showReview = (name: string): Action => ({
  intent: 'command',
  subject: `review ${name}`,
  label: `Show ${name}`,
  style: 'plain',
});

const local = (at: string, { zone }: Reader) => DateTime.fromISO(at, { zone }).setLocale('en-GB');
