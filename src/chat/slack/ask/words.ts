import { sentencesView } from '../../../../blocks/sentences.ts';
import type { MessageView } from '../../../message/view.ts';
import type { Team } from '../../../people/team.ts';
import { notListed } from '../../not-listed.ts';
import { UNSURE } from '../receive/words.ts';

/** For somebody whom nothing lets in: why, who can, and what to tell them. */
export function strangerView(team: Team, { sender, unsure }: { sender: string; unsure: boolean }): MessageView {
  if (unsure) return sentencesView(UNSURE, 'warn');
  return sentencesView(notListed(team, 'nothing was done', { via: 'slack', sender }), 'warn');
}

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
