import { createHash } from 'node:crypto';
import { triageClosedView, triageView } from '../../../../blocks/triage.ts';
import { readerOf } from '../../../../commands/command.ts';
import { hashView } from '../../../message/hash.ts';
import { type CommonFacts, type Triage, type TriageClosed, triageFact } from '../../../reports/triage-fact.ts';
import { offeredTo } from '../../offered.ts';
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
  const drawn = isClosed(fact) ? triageClosedView(fact, reader.sender) : triageView(fact, await readerOf(world));
  const { view } = await offeredTo(world, { ...reader, member: true }, { view: drawn, json: null, exit: 0 });
  const options = await slack.draw('home');
  // Moments are drawn by Slack itself, so that what the clock alone changes is no reason to publish.
  const said = `${hashView(view)} ${options.console ?? ''}`;
  const hash = createHash('sha256').update(said).digest('hex');
  return { home: renderSlackHome(view, options), hash, closed: isClosed(fact) };
}

const isClosed = (fact: Triage | TriageClosed): fact is TriageClosed => 'closed' in fact;
