import type { Text } from '../src/message/text.ts';
import type { MessageView, Tone } from '../src/message/view.ts';
import type { AlertFact } from '../src/reports/alert-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { alertActions } from './alert-actions.ts';
import { aboutText, firstLine, fiveLines, whereLine } from './alert-lines.ts';
import type { ThreadLine } from './drawing.ts';
import { openEnded, runLink, time } from './say.ts';
import { lengthText, personSpan, type Reader } from './time.ts';

/** An alert in the state it is in now: the playbook's five lines first, then who has it, then what one can do. */
export function alertView(fact: AlertFact, reader: Reader): MessageView {
  const five = fiveLines(fact, reader);
  const state = stateLine(fact, reader);
  const actions = alertActions(fact, reader);
  return {
    summary: [...five, ...(state.length > 0 ? [state] : [])],
    parts: [
      { part: 'headline', tone: toneOf(fact), text: [firstLine(fact, reader), ...stateWord(fact, reader)] },
      {
        part: 'prose',
        lines: [...five.slice(1), ...standing(fact, reader), whereLine(fact), ...advice(fact)].filter(
          (line) => line.length > 0,
        ),
      },
      ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
    ],
    mentions: fact.mentions,
  };
}

const toneOf = ({ ended, holder }: AlertFact): Tone => (ended ? 'ok' : holder ? 'warn' : 'fail');

/** `· ◐ Jon has it, silenced until tomorrow 09:00`, `· ✓ resolved`: the sign besides the words; nothing while it is nobody's. */
function stateWord({ state, ended, holder, silenced }: AlertFact, reader: Reader): Text {
  if (ended) return [` · ✓ ${state}`];
  const quiet: Text = silenced ? ['silenced until ', time(silenced.until)] : [];
  if (holder === null) return quiet.length > 0 ? [' · ○ ', ...quiet] : [];
  return [' · ◐ ', personSpan(holder, reader), ' has it', ...(quiet.length > 0 ? [', ', ...quiet] : [])];
}

/** Below the five lines where only words are read: what became of it, or who has it; nothing while it is nobody's. */
function stateLine(fact: AlertFact, reader: Reader): Text {
  const { ended, silenced, holder } = fact;
  if (ended) return endedText(fact, reader);
  const quiet = silenced ? silencedText(silenced, reader) : [];
  if (holder === null) return quiet;
  const taken = takenLines(fact, reader).at(-1) ?? [];
  return quiet.length > 0 ? [...taken, '. ', ...quiet] : taken;
}

/** What mends a place that is out of reach. */
const advice = ({ kind, ended, error }: AlertFact): Text[] =>
  kind === 'UNREACHABLE' && !ended && error?.class === 'Unreachable'
    ? [['To mend it: unarchive the channel and invite the app to it, or name another one in cowork.yaml.']]
    : [];

/** What has happened to it since it was raised, one line each; the latest word last. */
function standing(fact: AlertFact, reader: Reader): Text[] {
  const { count, since, last_at, silenced, rerun } = fact;
  return [
    ...(count > 1 ? [repeatedText(count, since, last_at)] : []),
    ...takenLines(fact, reader),
    ...(silenced && !fact.ended ? [silencedText(silenced, reader)] : []),
    ...(rerun
      ? [['Run again by ', personSpan(rerun.by, reader), ', ', time(rerun.at), ': ', runLink(rerun.run_id)]]
      : []),
    ...(fact.ended ? [endedText(fact, reader)] : []),
  ];
}

/** Who acknowledged it and whom it was given to, the earlier first; only who has it now is said to have it. */
function takenLines({ acknowledged, assigned, holder }: AlertFact, reader: Reader): Text[] {
  const taken = acknowledged && takenText(acknowledged, holder, reader);
  const given = assigned && [
    'Given to ',
    personSpan(assigned.to, reader),
    ' by ',
    personSpan(assigned.by, reader),
    ', ',
    time(assigned.at),
  ];
  const givenFirst = acknowledged && assigned && Date.parse(assigned.at) < Date.parse(acknowledged.at);
  return (givenFirst ? [given, taken] : [taken, given]).filter((line) => line !== null);
}

const takenText = ({ by, at }: { by: string; at: string }, holder: string | null, reader: Reader): Text =>
  by === holder
    ? [personSpan(by, reader), ' has it since ', time(at)]
    : ['Acknowledged by ', personSpan(by, reader), ', ', time(at)];

/** `4 times since today 06:04, last today 07:04`. */
const repeatedText = (count: number, since: string, last: string): Text => [
  `${count.toLocaleString('en-GB')} times since `,
  time(since),
  ', last ',
  time(last),
];

const silencedText = ({ until, by, reason }: NonNullable<AlertFact['silenced']>, reader: Reader): Text => [
  'Silenced until ',
  time(until),
  ' by ',
  personSpan(by, reader),
  reason ? `: ${oneLine(reason)}` : '',
];

/** `Recovered: run x is fine, after 58 min`; `Resolved by Jon today 07:02, after 58 min: source renamed, spec fixed`. */
function endedText(fact: AlertFact, reader: Reader): Text {
  const { state, ended } = fact;
  if (!ended) return [];
  if (state === 'recovered') return ['Recovered: ', ...recoveryText(fact)];
  const reason = openEnded(oneLine(ended.reason ?? ''));
  const why = `, ${afterText(fact)}${reason ? `: ${reason}` : ''}`;
  return ['Resolved by ', personSpan(ended.by, reader), ' ', time(ended.at), why];
}

/** `run x is fine, after 58 min (today 07:02)`. */
const recoveryText = (fact: AlertFact): Text => {
  const reason = openEnded(oneLine(fact.ended?.reason ?? '')) || 'it is well again';
  return [`${reason}, ${afterText(fact)}`, ...(fact.ended ? [' (', time(fact.ended.at), ')'] : [])];
};

const afterText = ({ ended, since }: AlertFact): string =>
  `after ${lengthText(Date.parse(ended?.at ?? since) - Date.parse(since))}`;

// A storm makes few lines: each stands for as many repeats again as were told before.
const TOLD_AT = [2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000];

/**
 * The lines below an alert, each posted once: that it came again (it pings as the alert did while nobody has it and it is
 * not silenced; anew when it comes graver than before, or after a silence), whom it was given to, that it recovered (quiet).
 */
export function alertThread(fact: AlertFact, reader: Reader): ThreadLine[] {
  const again = againKey(fact);
  return [
    ...(again === null || fact.ended ? [] : [{ key: again, view: againView(fact, reader) }]),
    ...(fact.assigned && !fact.ended
      ? [{ key: `assigned:${fact.assigned.at}`, view: assignedView(fact, reader) }]
      : []),
    ...(fact.state === 'recovered' ? [{ key: 'recovered', view: recoveredView(fact, reader) }] : []),
  ];
}

function againKey({ severity, count, silence_over }: AlertFact): string | null {
  const step = TOLD_AT.findLast((each) => each <= count);
  return step === undefined ? null : `again:${severity}:${step}${silence_over ? `:${silence_over}` : ''}`;
}

const lineView = (tone: Tone, text: Text, mentions: readonly string[] = []): MessageView => ({
  summary: [text],
  parts: [{ part: 'headline', tone, text }],
  mentions,
});

function againView(fact: AlertFact, reader: Reader): MessageView {
  const told: Text = fact.mentions.flatMap((key) => [' ', personSpan(key, reader, { ping: true })]);
  const text = [
    `${aboutText(fact, reader)} again: `,
    ...repeatedText(fact.count, fact.since, fact.last_at),
    '.',
    ...told,
  ];
  return lineView('fail', text, fact.mentions);
}

function assignedView({ assigned, alert_id, holder }: AlertFact, reader: Reader): MessageView {
  const to = assigned?.to ?? '';
  const ping = holder === to && assigned?.by !== to;
  const text = [
    personSpan(to, reader, { ping }),
    ` has ${alert_id} now, given by `,
    personSpan(assigned?.by ?? '', reader),
    '.',
  ];
  return lineView('info', text, ping ? [to] : []);
}

const recoveredView = (fact: AlertFact, reader: Reader): MessageView =>
  lineView('ok', [`${aboutText(fact, reader)} recovered: `, ...recoveryText(fact), '.']);
