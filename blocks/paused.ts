import type { Text } from '../src/message/text.ts';
import type { Paused } from '../src/reports/status.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { time } from './say.ts';
import { personSpan, type Reader } from './time.ts';

/** `Paused: brief, by Jon since today 08:00 (2 h ago), until resumed, because: ledger moves`; below a title without `Paused`. */
export const pausedLine = (pause: Paused, reader: Reader, titled = false): Text => [
  `${titled ? '' : 'Paused: '}${pause.workflow ?? 'everything'}, by `,
  personSpan(pause.by, reader),
  ' since ',
  time(pause.since, 'moment'),
  ...(pause.until ? [', until ', time(pause.until)] : [', until resumed']),
  `, because: ${oneLine(pause.reason)}`,
];
