import type { Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import type { FeedbackFact } from '../src/reports/feedback-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { lookActions } from './run-actions.ts';
import { reviewLink, runLink, time } from './say.ts';
import { personSpan, personText, type Reader } from './time.ts';
import { counted } from './words.ts';

/** What somebody said of a skill's work, for whoever looks after the skill. */
export function feedbackView(fact: FeedbackFact, reader: Reader): MessageView {
  const { by, kind, skill, review_id, run_id, text } = fact;
  const verb = kind === 'rejected' ? 'rejected the work of' : 'asks for a change in the work of';
  const head: Text = [personSpan(by, reader), ` ${verb} ${skill}: ${oneLine(fact.title, 120)}.`];
  return {
    summary: [head],
    parts: [
      { part: 'headline', tone: kind === 'rejected' ? 'fail' : 'warn', text: head },
      { part: 'prose', lines: [whereLine(fact), ...afterLines(fact)] },
      ...(text === null
        ? []
        : [{ part: 'quote' as const, by: personText(by, reader), text: text.trim() || '(no words)' }]),
      {
        part: 'actions',
        actions: [
          { intent: 'command', subject: `review ${review_id}`, label: `Show ${review_id}`, style: 'plain' },
          ...lookActions(run_id, {}),
        ],
      },
    ],
    mentions: [],
  };
}

const whereLine = ({ review_id, run_id, at }: FeedbackFact): Text => [
  reviewLink(review_id),
  ', run ',
  runLink(run_id),
  ', ',
  time(at, 'moment'),
];

const afterLines = ({ kind, change_run, recent, skill, text, data_class }: FeedbackFact): Text[] => [
  kind === 'rejected'
    ? ['The outputs are in the archive; nothing was delivered.']
    : change_run
      ? ['Run ', runLink(change_run), ' makes the change, with the words as its note.']
      : ['The next run gets the words as its note.'],
  ...(recent > 1 ? [[`The work of ${skill} was sent back ${counted(recent, 'time')} within 30 days.`]] : []),
  ...(text === null ? [[`The work is ${data_class}: the words are for those who may see it.`]] : []),
];
