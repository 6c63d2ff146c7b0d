import { platformName } from '../src/message/platform.ts';
import type { Span, Text } from '../src/message/text.ts';
import type { AlertFact } from '../src/reports/alert-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { MOST_PATHS } from '../src/runs/finish-early.ts';
import type { AlertKind } from '../src/store/schema.ts';
import { code, join, reviewLink, time } from './say.ts';
import { personSpan, type Reader } from './time.ts';

const KINDS: Record<AlertKind, string> = {
  FAIL: 'FAIL',
  TIMED_OUT: 'TIMED OUT',
  MISSED: 'MISSED',
  LATE: 'LATE',
  OVERDUE: 'OVERDUE REVIEW',
  PARKED: 'PARKED',
  BLOCKED: 'BLOCKED',
  UNREACHABLE: 'UNREACHABLE',
};

/** What a run that ended in part is called wherever it went wrong: never a success, and no plain failure. */
const kindText = ({ kind, run }: AlertFact): string =>
  kind === 'FAIL' && run?.status === 'PARTIAL' ? 'PARTIAL' : KINDS[kind];

/** The workflow, else what the key names (`#cowork-ops (slack:C0COWORKOPS)`, `daily-digest`), else the product as a whole. */
export function aboutText(
  { workflow, kind, key }: Pick<AlertFact, 'workflow' | 'kind' | 'key'>,
  reader: Reader,
): string {
  if (workflow !== null) return workflow;
  if (!key.startsWith(`${kind}:`)) return 'the product';
  const named = oneLine(key.slice(kind.length + 1), 80);
  const [place = ''] = named.split(' ');
  const channels = Object.entries(reader.team?.channels ?? {}).filter(([, places]) => places.includes(place));
  if (channels.length === 0) return platformName(named) ?? (named || 'the product');
  return `${channels.map(([name]) => `#${name}`).join(', ')} (${named})`;
}

/** `[P1] Cowork FAIL: monday-brief`. */
export const firstLine = (fact: AlertFact, reader: Reader): string =>
  `[${fact.severity}] Cowork ${kindText(fact)}: ${aboutText(fact, reader)}`;

/** The playbook's five lines, in its order (P1.3). Owner and on call are mentions where the rule of the severity pings them. */
export function fiveLines(fact: AlertFact, reader: Reader): Text[] {
  return [
    [firstLine(fact, reader)],
    ['run_id: ', fact.run ? code(fact.run.run_id) : '-', ` | Skill: ${versioned(fact.skill)}`],
    [`error: ${errorText(fact)}`],
    [`partial: ${partialText(fact.partial)}`],
    ownerLine(fact, reader),
  ];
}

/** `finance-memo-v2` as the playbook writes it: `finance-memo_v2`; `-` without a step. */
const versioned = (skill: string | null): string =>
  skill === null ? '-' : oneLine(skill, 80).replace(/-v(\d+)$/, '_v$1');

const WITHHELD = 'the details are for those who may see this work';

export function errorText({ error }: Pick<AlertFact, 'error'>): string {
  if (error === null) return '-';
  const message = error.message === null ? WITHHELD : oneLine(error.message);
  return `${oneLine(error.class, 60)}${message ? ` — ${message}` : ''}`;
}

/** `2 files in staging/monday-brief/7k3q/outputs`: where they are, since a list of long paths says less. */
function partialText(paths: readonly string[]): string {
  const [first] = paths;
  if (first === undefined) return 'none';
  if (paths.length === 1) return oneLine(first, 120);
  const count = paths.length < MOST_PATHS ? paths.length : `${MOST_PATHS} or more`;
  const folder = commonFolder(paths);
  return `${count} files${folder ? ` in ${oneLine(folder, 160)}` : ''}`;
}

/** The deepest folder that holds all of them; empty where they share none. */
function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const differs = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  return (differs < 0 ? first : first.slice(0, differs)).join('/');
}

function ownerLine(fact: AlertFact, reader: Reader): Text {
  const { owner, on_call, mentions } = fact;
  const told = (key: string): Span => personSpan(key, reader, { ping: mentions.includes(key) });
  const others = mentions.filter((key) => key !== owner && key !== on_call);
  return join(
    [
      ['owner: ', owner === null ? '-' : told(owner)],
      ...(on_call === null ? [] : [['on call: ', told(on_call)]]),
      ...(others.length > 0
        ? [
            [
              'also: ',
              ...join(
                others.map((key) => [told(key)]),
                ', ',
              ),
            ],
          ]
        : []),
    ],
    ' · ',
  );
}

/** `Step brief, attempt 3 of 3, today 06:04 · due 06:30 · last good run Mon 9 Nov · next Mon 23 Nov`. */
export function whereLine(fact: AlertFact): Text {
  const { step, since, count, last_good_at, next_at, workflow } = fact;
  const where = step ? `Step ${step.id}, attempt ${step.attempt} of ${step.of}, ` : 'Since ';
  // How often it came again says since when, above.
  const told = step === null && count > 1;
  const good: Text[] =
    workflow === null ? [] : last_good_at ? [['last good run ', time(last_good_at, 'day')]] : [['no good run yet']];
  return join(
    [
      ...(told ? [] : [[where, time(since)]]),
      ...dueTexts(fact),
      ...good,
      ...(next_at ? [['next ', time(next_at)]] : []),
    ],
    ' · ',
  );
}

/** `R-128 was due today 10:00`; `due today 06:30`, `review R-128`. */
function dueTexts({ kind, run, review_id, review_due_at }: AlertFact): Text[] {
  if (kind === 'OVERDUE' && review_id && review_due_at)
    return [[reviewLink(review_id), ' was due ', time(review_due_at)]];
  return [
    ...(run?.due_at ? [['due ', time(run.due_at)]] : []),
    ...(review_id ? [['review ', reviewLink(review_id)]] : []),
  ];
}
