import { expect, test } from 'vitest';
import { answerText } from '#src/cli/answer-text.ts';
import { type Action, INTENTS } from '#src/message/action.ts';
import { command } from '#src/message/text.ts';
import { type MessageView, plainView } from '#src/message/view.ts';

const READER = { now: new Date('2026-11-21T08:00:00Z'), zone: 'utc' };
const view = (...actions: Action[]): MessageView => ({
  summary: [['All green.']],
  parts: [
    { part: 'headline', tone: 'ok', text: ['All green.'] },
    ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
    { part: 'footnote', text: ['sealed'] },
  ],
  mentions: [],
});
const button = (intent: Action['intent'], subject: string, more: Partial<Action> = {}): Action => ({
  ...{ intent, subject, label: 'Do', style: 'plain' as const },
  ...more,
});

test('buttons become the commands that do the same, each once, rare ones left out', () => {
  expect(answerText(view(), READER)).toBe('All green.\nsealed');
  expect(answerText(view(button('command', 'queue')), READER)).toBe('All green.\nsealed\nNext: cowork-ops queue');
  expect(
    answerText(
      view(
        button('approve', 'R-2', { revision: '1.ec4645ac479c.aaaaaaaaaaaa.bbbbbbbbbbbb' }),
        button('command', 'queue'),
        button('command', 'queue'),
        button('resolve', 'A-1', { rare: true }),
        button('rerun', 'A-1', { revision: 'brief-7k3q' }),
      ),
      READER,
    ),
  ).toBe(
    'All green.\nsealed\nNext:\n  cowork-ops approve R-2 --hash ec4645ac479c --as <person>\n  cowork-ops queue\n  cowork-ops rerun brief-7k3q',
  );
});

test('every button that acts has its command', () => {
  for (const intent of INTENTS) {
    const text = answerText(view(button(intent, 'brief-1')), READER);
    expect(text, intent).toMatch(/\nNext: cowork-ops .*\bbrief-1/);
  }
});

test('words to type begin as they do here', () => {
  const typed = plainView('info', ['Look at one with: ', command('review R-1')]);
  expect(answerText(typed, READER)).toBe('Look at one with: cowork-ops review R-1');
});
