import { sentencesView } from '../../../blocks/sentences.ts';
import type { MessageView } from '../../message/view.ts';

export const notOurs = (): MessageView =>
  sentencesView(
    'This message is not one of Cowork Ops, so there is no story to tell. Choose "What happened?" on a message about a run, a review or an alert.',
    'info',
  );

export const noRun = (what: string): MessageView =>
  sentencesView(`This message is about ${what}, and not about one run.`, 'info', {
    part: 'actions',
    actions: [
      { intent: 'command', subject: 'status', label: 'Show status', style: 'plain' },
      { intent: 'command', subject: 'runs', label: 'Show the latest runs', style: 'plain' },
    ],
  });
