import type { CoworkError } from '../src/errors.ts';
import type { Action } from '../src/message/action.ts';
import type { MessageView } from '../src/message/view.ts';
import { sentencesView } from './sentences.ts';

/** `words` where some of the message are to be typed. */
type Refusal = Pick<CoworkError, 'code' | 'message'> & Partial<Pick<CoworkError, 'words'>>;

/**
 * A refusal, for whoever asked alone: what happened, why, who can, and as a button what to do next where a command
 * answers that. `command` is the one that was typed, where it is known.
 */
export function refusalView(error: Refusal, command?: string): MessageView {
  const { code, message, words = message } = error;
  const next = nextStep(code, command);
  const tone = code === 'unavailable' || code === 'internal' ? 'fail' : 'warn';
  return sentencesView(words, tone, ...(next ? [{ part: 'actions' as const, actions: [next] }] : []));
}

/** What lists the things that a command is about. */
const LISTS: Record<string, Action> = {
  ...Object.fromEntries(
    ['audit', 'summary', 'cancel', 'rerun', 'unpark'].map((name) => [name, show('runs', 'Show the latest runs')]),
  ),
  review: show('queue', 'Show the queue'),
};

function nextStep(code: CoworkError['code'], command: string | undefined): Action | undefined {
  switch (code) {
    case 'not_found':
      if (command === undefined || command === 'help') return show('help', 'Show all commands');
      return Object.hasOwn(LISTS, command) ? LISTS[command] : undefined;
    case 'invalid':
      return command === undefined ? show('help', 'Show all commands') : show(`help ${command}`, 'How to write it');
    case 'refused':
      return command === undefined ? undefined : show('help', 'What I can do for you');
    case 'conflict':
    case 'unavailable':
    case 'internal':
      return undefined;
  }
}

function show(subject: string, label: string): Action {
  return { intent: 'command', subject, label, style: 'plain' };
}
