import { randomUUID } from 'node:crypto';
import type { World } from '../../../../commands/command.ts';
import { type Click, decodeAction } from '../../../message/action.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { refusedAct } from '../../acts.ts';
import { type AskedFirst, askedBy, mayAsk } from '../../asked.ts';
import type { Payload } from '../../connect/payload.ts';
import type { Deadline } from '../../deadline.ts';
import { type NewAsk, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { refuseOutsider } from '../../receive/outsider.ts';
import type { Sender } from '../../receive/sender.ts';
import { titleOf } from '../../receive/titles.ts';
import { cameTo, notOpened, olderButton, unsure } from '../../receive/words.ts';
import type { Slack } from '../slack.ts';
import type { AskedPayload, From, Shown } from './asked-payload.ts';
import { formModal, openForm } from './form.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { type Clicked, readClick } from './read-click.ts';
import { senderOf } from './sender.ts';
import { openWaiting, waiting } from './show.ts';
import { tell } from './tell.ts';

/** What follows a click once Slack was told that it arrived. */
type Next =
  | { do: 'nothing' }
  | { do: 'say'; view: MessageView; click: Click | null; sender: Sender | null }
  | { do: 'ask'; asked: AskedFirst; click: Click; sender: Sender }
  | { do: 'act'; ask: AskRow; click: Click; sender: Sender; external: string | null };

const NOTHING: Next = { do: 'nothing' };

/**
 * A click: read, its sender found, noted where something is to be done, and only then acknowledged; what it asks for comes
 * after that. In time whatever the record does, and never with an exception for the payload's sake.
 */
export async function handleClick(
  slack: Slack,
  body: Payload,
  deadline: Deadline,
  ack: () => Promise<void>,
): Promise<void> {
  const clicked = readClick(body);
  if (clicked.link) return ack();
  const came = await inTime(slack, deadline, consider(slack, body, clicked, deadline), (next) =>
    next.do === 'act' ? next.ask : null,
  );
  await ack();
  slack.after({ click: clicked.actionId }, async () => {
    if (came.ended === 'well') return follow(slack, clicked, came.value);
    // Nothing more is asked of a record that does not answer.
    await say(slack, clicked, { view: cameTo(came.ended), click: null, sender: null }, body);
  });
}

async function consider(slack: Slack, body: Payload, clicked: Clicked, deadline: Deadline): Promise<Next> {
  const click = decodeAction(clicked.code);
  const sender = await senderOf(slack, body);
  if (sender.sender === '') return NOTHING;
  // Without its moment a click cannot be told from its second delivery.
  const moment = clicked.actionTs || clicked.trigger;
  if (!click || !moment) return { do: 'say', view: olderButton(clicked.code), click: null, sender };
  if (sender.outsider) {
    const place = placeOf(clicked, sender);
    const request = { click, values: {}, person: null, sender: sender.sender, via: 'slack', place } as const;
    return { do: 'say', view: await refuseOutsider(await slack.world(), request, sender.outsider), click, sender };
  }
  if (click.intent === 'command' && sender.unsure) return { do: 'say', view: unsure('slack'), click, sender };
  if (mayAsk(click)) {
    const first = await askFirst(slack, { click, sender, place: placeOf(clicked, sender) });
    if (first && 'view' in first) return { do: 'say', view: first.view, click, sender };
    if (first) return { do: 'ask', asked: first, click, sender };
  }
  const external = opens(click, clicked) ? randomUUID() : null;
  const where = clicked.ts ?? clicked.view?.id ?? '';
  const noted: NewAsk = {
    ...{ platform: 'slack', kind: 'click', sender: sender.sender, person: sender.person },
    place: placeOf(clicked, sender),
    key: ['click', slack.team().id, where, clicked.actionId, sender.sender, moment].join(':'),
    payload: payloadOf(clicked, sender, external),
  };
  const ask = await takeAsk(slack.ground, slack.process, noted, deadline);
  return ask ? { do: 'act', ask, click, sender, external } : NOTHING;
}

/** The form, or why there is none for this person; null where nothing is asked. */
async function askFirst(
  slack: Slack,
  { click, sender: { sender, person, member }, place }: { click: Click; sender: Sender; place: string },
): Promise<AskedFirst | { view: MessageView } | null> {
  const world: World = await slack.world();
  try {
    return await askedBy(world, click, { person, sender, via: 'slack' });
  } catch (error) {
    return refusedAct(world, { click, values: {}, person, member, sender, via: 'slack', place }, error);
  }
}

/** A brief is longer than a line beside the message, and the App Home has no such line. */
const opens = ({ intent }: Click, { view, trigger }: Clicked): boolean =>
  trigger !== null && (view === null ? intent === 'look' : view.home);

const metadataIn = ({ view }: Clicked): Metadata | null => (view && !view.home ? readMetadata(view.metadata) : null);

const placeOf = (clicked: Clicked, { place }: Sender): string => metadataIn(clicked)?.place ?? place;

function payloadOf(clicked: Clicked, sender: Sender, external: string | null): AskedPayload {
  const { member, unsure: doubt } = sender;
  const shown: Shown | null = external === null ? shownIn(clicked) : { view: { external }, hash: null, below: null };
  return { code: clicked.code, values: {}, member, unsure: doubt, from: { ...fromOf(clicked), shown } };
}

/** The modal that was clicked in. */
function shownIn(clicked: Clicked): Shown | null {
  const { view } = clicked;
  if (!view || view.home) return null;
  return { view: { id: view.id }, hash: view.hash, below: metadataIn(clicked)?.below ?? null };
}

function fromOf(clicked: Clicked): From {
  const { channel, ts, thread, responseUrl } = clicked;
  const metadata = metadataIn(clicked);
  return {
    ...{ channel: channel ?? metadata?.channel ?? null, ts: ts ?? metadata?.ts ?? null },
    ...{ thread, responseUrl, shown: shownIn(clicked) },
  };
}

async function follow(slack: Slack, clicked: Clicked, next: Next): Promise<void> {
  switch (next.do) {
    case 'nothing':
      return;
    case 'say':
      return say(slack, clicked, next);
    case 'ask':
      return open(slack, clicked, next);
    case 'act': {
      const { ask, click, external } = next;
      if (external !== null && clicked.trigger !== null) {
        const modal = waiting(titleOf(click), metadataOf(clicked, ask.place ?? ''));
        await openWaiting(slack, clicked.trigger, external, modal);
      }
      return slack.perform(ask);
    }
  }
}

const metadataOf = (clicked: Clicked, place: string): Metadata => {
  const { channel, ts } = fromOf(clicked);
  return { code: clicked.code.slice(0, 100), place, channel, ts, once: null, below: null };
};

async function open(
  slack: Slack,
  clicked: Clicked,
  { asked, click, sender }: { asked: AskedFirst; click: Click; sender: Sender },
): Promise<void> {
  const { view, trigger } = clicked;
  const place = placeOf(clicked, sender);
  const on = view && !view.home ? { id: view.id } : null;
  const under = metadataIn(clicked);
  const below = on && under ? { id: on.id, code: under.code } : null;
  const modal = formModal(asked, { ...metadataOf(clicked, place), below });
  if (trigger !== null && (await openForm(slack, { trigger, on }, modal))) return;
  await say(slack, clicked, { view: notOpened('the form', 'slack'), click, sender });
}

/** Where whoever clicked looks: in the modal that they clicked in, over their App Home, beside the message. */
async function say(
  slack: Slack,
  clicked: Clicked,
  { view, click, sender }: { view: MessageView; click: Click | null; sender: Sender | null },
  body?: Payload,
): Promise<void> {
  const user = sender?.sender ?? userIn(body);
  const metadata = metadataOf(clicked, sender ? placeOf(clicked, sender) : 'slack:modal');
  const title = click ? titleOf(click) : 'Nothing was done';
  const framed = { title, metadata, outcome: true };
  const trigger = clicked.view?.home ? clicked.trigger : null;
  await tell(slack, { ...fromOf(clicked), sender: user, trigger }, view, framed);
}

const userIn = (body: Payload | undefined): string => {
  const user = body?.user;
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  return typeof id === 'string' ? id : '';
};
