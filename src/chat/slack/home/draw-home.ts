import { createHash } from 'node:crypto';
import { sentencesView } from '../../../../blocks/sentences.ts';
import { triageClosedView, triageView } from '../../../../blocks/triage.ts';
import { readerOf, type World } from '../../../../commands/command.ts';
import { hashView } from '../../../message/hash.ts';
import type { MessageView } from '../../../message/view.ts';
import { type CommonFacts, type Triage, type TriageClosed, triageFact } from '../../../reports/triage-fact.ts';
import { offeredTo } from '../../offered.ts';
import { type Outsider, outsiderWords } from '../../receive/outsider.ts';
import type { SlackHome } from '../block-kit.ts';
import type { Slack } from '../slack.ts';
import { renderSlackHome } from '../views.ts';

/** Somebody whose App Home is drawn, as they stand by today's home. */
export interface HomeReader {
  /** `U…` */
  sender: string;
  /** Key in `cowork.yaml`; null for somebody who is not listed. */
  person: string | null;
  member: boolean;
  /** Nobody, whoever is listed with their id. */
  outsider: Outsider | null;
}

/** What a home shows, and a hash of what it says: two of one hash need no second publishing. */
export interface DrawnHome {
  home: SlackHome;
  hash: string;
  /** It shows nothing but whom to ask. */
  closed: boolean;
}

/** The App Home of one person, with the buttons that this person may use. */
export async function drawHome(slack: Slack, reader: HomeReader, common?: CommonFacts): Promise<DrawnHome> {
  const world = await slack.world();
  const fact = await triageFact(world, reader, common);
  const drawn = isClosed(fact) ? await closedView(world, reader, fact) : triageView(fact, await readerOf(world));
  const { view } = await offeredTo(world, { ...reader, member: true }, { view: drawn, json: null, exit: 0 });
  const options = await slack.draw('home');
  // Moments are drawn by Slack itself, so that what the clock alone changes is no reason to publish.
  const said = `${hashView(view)} ${options.console ?? ''}`;
  const hash = createHash('sha256').update(said).digest('hex');
  return { home: renderSlackHome(view, options), hash, closed: isClosed(fact) };
}

/** Why nothing is shown. */
async function closedView(world: World, { sender, outsider }: HomeReader, fact: TriageClosed): Promise<MessageView> {
  if (outsider === null) return triageClosedView(fact, sender);
  const { team } = (await world.homes.active()).home;
  return sentencesView(outsiderWords('slack', team, outsider, ''), 'warn');
}

const isClosed = (fact: Triage | TriageClosed): fact is TriageClosed => 'closed' in fact;
