import type { Text } from '../src/message/text.ts';
import type { DailyDigest, DigestAlert, DigestPause, DigestReview, Some, Spend } from '../src/reports/digest-fact.ts';
import type { Degraded } from '../src/reports/digest-queries.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { aboutText } from './alert-lines.ts';
import { code, join, reviewLink, runLink, strong, time } from './say.ts';
import { personSpan, type Reader } from './time.ts';
import { counted } from './words.ts';

const MOST = 5;
const LONGEST = 120;

/** One matter of the day: what it is and how much of it, then a line each; no line where there is none of it. */
function matter<T>(title: string, { count, first }: Some<T>, lineOf: (one: T) => Text): Text[] {
  if (count === 0) return [];
  const shown = first.slice(0, MOST);
  const left = count - shown.length;
  const rest: Text[] = left > 0 ? [[`and ${left.toLocaleString('en-GB')} more`]] : [];
  return [[strong(`${title} (${count.toLocaleString('en-GB')})`)], ...shown.map(lineOf), ...rest];
}

const all = <T>(list: readonly T[]): Some<T> => ({ count: list.length, first: [...list] });

/** What is wrong or waits, the gravest matter first, each as lines of its own. */
export const matters = (digest: DailyDigest, reader: Reader): Text[][] =>
  [
    standing(digest.idle_roles),
    matter('Open alerts', digest.failing, (alert) => failedLine(alert, reader)),
    matter('Degraded inputs', digest.degraded, degradedLine),
    matter('Waiting for review', digest.waiting, waitingLine),
    matter('Silenced', digest.silenced, (alert) => silencedLine(alert, reader)),
    matter('Paused', all(digest.paused), (pause) => pausedLine(pause, reader)),
    matter('Over 80 % of the week’s tokens', all(digest.spend), spendLine),
  ].filter((lines) => lines.length > 0);

const standing = (roles: readonly string[]): Text[] =>
  roles.length === 0
    ? []
    : [
        [
          strong('A part of the product does not run'),
          `: no ${roles.join(' and no ')}. Start it: `,
          code('cowork-ops start'),
        ],
      ];

const named = (alert: DigestAlert, reader: Reader): string =>
  `[${alert.severity}] ${alert.kind.replace('_', ' ')} ${oneLine(aboutText(alert, reader), 80)}`;

/** `A-57 · [P1] FAIL monday-brief: SourceChanged — column amount is gone · since today 06:04 · Jon has it · monday-brief-…`. */
function failedLine(alert: DigestAlert, reader: Reader): Text {
  const { error, holder, count, run_id, review_id } = alert;
  const words = error?.message ? ` — ${oneLine(error.message, LONGEST)}` : '';
  const why = error ? `: ${oneLine(error.class, 60)}${words}` : '';
  return join(
    [
      [alert.alert_id],
      [`${named(alert, reader)}${why}`],
      ['since ', time(alert.since), ...(count > 1 ? [`, ${count.toLocaleString('en-GB')} times`] : [])],
      holder ? [personSpan(holder, reader), ' has it'] : ['nobody has it'],
      run_id ? [runLink(run_id)] : [],
      review_id ? [reviewLink(review_id)] : [],
    ],
    ' · ',
  );
}

const degradedLine = ({ workflow, inputs, runs, run_id }: Degraded): Text => {
  const names = inputs.slice(0, MOST).map((input) => oneLine(input, 60));
  const more = inputs.length > MOST ? ` and ${inputs.length - MOST} more` : '';
  return [
    `${workflow}: ${names.join(', ')}${more} unavailable in ${counted(runs, 'run')} · ${runs === 1 ? '' : 'latest '}`,
    runLink(run_id),
  ];
};

const waitingLine = ({ review_id, workflow, severity, opened_at, due_at, held }: DigestReview): Text =>
  join(
    [
      [reviewLink(review_id)],
      [workflow],
      [severity],
      ['since ', time(opened_at)],
      held ? ['held, since nobody decided'] : [time(due_at, 'due')],
    ],
    ' · ',
  );

const silencedLine = (alert: DigestAlert, reader: Reader): Text => {
  const { silenced } = alert;
  if (!silenced) return [alert.alert_id];
  return [
    `${alert.alert_id} · ${named(alert, reader)} · until `,
    time(silenced.until),
    ', by ',
    personSpan(silenced.by, reader),
  ];
};

/** `ledger · since today 08:00, until resumed, by Jon: ledger moves`. */
const pausedLine = ({ workflow, reason, by, since, until }: DigestPause, reader: Reader): Text => [
  `${workflow ?? 'everything'} · since `,
  time(since),
  ...(until ? [', until ', time(until)] : [', until resumed']),
  ', by ',
  personSpan(by, reader),
  `, because: ${oneLine(reason, LONGEST)}`,
];

const spendLine = ({ workflow, tokens, budget, share }: Spend): Text => [
  `${workflow}: ${Math.round(share * 100)} % of its budget (${tokens.toLocaleString('en-GB')} of ${budget.toLocaleString('en-GB')})`,
];
