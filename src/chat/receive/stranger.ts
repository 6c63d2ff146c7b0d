import { sentencesView } from '../../../blocks/sentences.ts';
import type { Elsewhere } from '../../message/platform.ts';
import type { MessageView } from '../../message/view.ts';
import type { Team } from '../../people/team.ts';
import { notListed } from '../not-listed.ts';
import { type Outsider, outsiderView } from './outsider.ts';
import { unsure as unsureView } from './words.ts';

/** For somebody whom nothing lets in: why, who can, and what to tell them. */
export function strangerView(
  via: Elsewhere,
  team: Team,
  from: { sender: string; unsure: boolean; outsider?: Outsider | null },
): MessageView {
  if (from.unsure) return unsureView(via);
  if (from.outsider) return outsiderView(via, team, from.outsider);
  return sentencesView(notListed(team, 'nothing was done', { via, sender: from.sender }), 'warn');
}
