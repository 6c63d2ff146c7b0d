import type { Action } from '../src/message/action.ts';
import type { MessageView } from '../src/message/view.ts';
import { sentencesView } from './sentences.ts';

/** What an act came to, for whoever did it alone: the record everybody reads changes by itself. */
export const doneView = (message: string, actions: Action[] = []): MessageView =>
  sentencesView(message, 'ok', ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []));

/** A promotion that was taken back: from where to where, and where one can read why. */
export const undoneView = (undone: { run_id: string; message: string }): MessageView =>
  doneView(undone.message, [
    { intent: 'command', subject: `audit ${undone.run_id}`, label: 'What happened?', style: 'plain' },
    { intent: 'command', subject: `summary ${undone.run_id}`, label: 'Summary to forward', style: 'plain' },
  ]);
