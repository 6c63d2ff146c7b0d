import type { World } from '../../../../commands/command.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { refusedAct } from '../../acts.ts';
import { type AskedFirst, askedBy, mayAsk } from '../../asked.ts';
import { confirmationOf } from '../../confirmation.ts';
import { type NewAsk, takeAsk, wasEnded } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { refuseOutsider } from '../../receive/outsider.ts';
import type { Sender } from '../../receive/sender.ts';
import { cameTo, notOpened, notShown, olderButton, olderForm, unsure, yesAlready } from '../../receive/words.ts';
import { type DiscordClick, plainCode, readDiscordCode } from '../codes.ts';
import type { Arrived, Discord } from '../discord.ts';
import { renderDiscordConfirm } from '../modal.ts';
import type { AskedPayload } from './asked-payload.ts';
import { draftOf } from './drafts.ts';
import { drawOptions, plainOptions } from './draw.ts';
import { type First, giveFirst, inPlaceOf, opening, saying, waiting } from './first-answer.ts';
import { formModal } from './form.ts';
import type { Received } from './read-interaction.ts';
import { senderId, senderOf } from './sender.ts';
import { wayOf } from './way.ts';

/** So long after its end the answer to an act stands where it was asked for, and is not written over. */
const SHOWN_MS = 5000;

/** What follows a click: its first answer, and what was noted to be done. */
interface Next {
  first: First;
  ask: AskRow | null;
}

/**
 * A click: read, its sender found, noted where something is to be done, and only then answered for the first time; what it
 * asks for comes after that. In time whatever the record does, and never with an exception for the payload's sake.
 */
export async function handleClick(discord: Discord, arrived: Arrived, received: Received): Promise<void> {
  const { body, deadline } = arrived;
  const came = await inTime(discord, deadline, consider(discord, arrived, received), ({ ask }) => ask);
  const { first, ask } = came.ended === 'well' ? came.value : notDone(discord, cameTo(came.ended));
  await giveFirst(discord, arrived, { ...wayOf(discord, received), sender: senderId(body) ?? '' }, first);
  // It was noted, so it is done whatever became of the answer.
  if (ask) discord.after({ click: ask.id }, () => discord.perform(ask));
}

/** Nothing more is asked of a record that does not answer. */
const notDone = (discord: Discord, view: MessageView): Next => ({
  first: saying(view, plainOptions(discord), { inPlace: false }),
  ask: null,
});

async function consider(discord: Discord, arrived: Arrived, received: Received): Promise<Next> {
  const click = readDiscordCode(received.code);
  const sender = await senderOf(discord, arrived.body);
  const inPlace = click !== null && inPlaceOf(received, replaces(click));
  const say = async (view: MessageView): Promise<Next> => ({
    first: saying(view, await drawOptions(discord), { inPlace }),
    ask: null,
  });
  if (sender.outsider && click) {
    const request = { ...sender, click, values: {}, via: 'discord' } as const;
    return say(await refuseOutsider(await discord.world(), request, sender.outsider));
  }
  if (sender.sender === '') return say(unsure('discord'));
  // Without its id a click cannot be told from its second delivery.
  if (!click || received.id === '') return say(olderButton(received.code));
  if (click.intent === 'command' && sender.unsure) return say(unsure('discord'));
  const asked = await askFirst(discord, { click, sender });
  if (asked && 'view' in asked) return say(asked.view);
  if (asked) return { first: await openForm(discord, { asked, click, sender, received }), ask: null };
  if (click.corrects) return say(olderForm());
  const question = click.confirmed ? null : await confirmationOf(await discord.world(), click, sender.person);
  if (question) {
    const callback = { type: 4, data: renderDiscordConfirm(question) } as const;
    return { first: { callback, said: notOpened('the question', 'discord') }, ask: null };
  }
  const one = noted(discord, received, click, sender);
  const ask = await takeAsk(discord.ground, discord.process, one, arrived.deadline);
  if (ask === null && (await wasEnded(discord.ground, one, SHOWN_MS))) return say(yesAlready());
  return { first: waiting(inPlace), ask };
}

/** The message of a question, of a form to be corrected, and of what only reads gives way to what follows from it. */
const replaces = ({ confirmed, corrects, intent }: DiscordClick): boolean =>
  confirmed || corrects || intent === 'command';

/** The form, or why there is none for this person; null where nothing is asked. */
async function askFirst(
  discord: Discord,
  { click, sender: { sender, person, member, place } }: { click: DiscordClick; sender: Sender },
): Promise<AskedFirst | { view: MessageView } | null> {
  if (!mayAsk(click)) return null;
  const world: World = await discord.world();
  try {
    return await askedBy(world, click, { person, sender, via: 'discord' });
  } catch (error) {
    return refusedAct(world, { click, values: {}, person, member, sender, via: 'discord', place }, error);
  }
}

async function openForm(
  discord: Discord,
  { asked, click, sender, received }: { asked: AskedFirst; click: DiscordClick; sender: Sender; received: Received },
): Promise<First> {
  const code = plainCode(received.code);
  const typed = click.corrects ? await draftOf(discord.ground, { sender: sender.sender, code }) : undefined;
  const amiss = notShown(
    click,
    asked.form.fields.map(({ name }) => name),
  );
  return opening(discord, formModal(asked, code, typed), { late: notOpened('the form', 'discord'), amiss });
}

function noted(discord: Discord, received: Received, click: DiscordClick, sender: Sender): NewAsk {
  // A question is asked in a message of its own, and its yes counts once, however often it is pressed.
  const once = click.confirmed && received.privately && received.message !== null;
  const payload: AskedPayload = {
    ...wayOf(discord, received),
    ...{ code: plainCode(received.code), values: {}, member: sender.member },
  };
  return {
    ...{ platform: 'discord', kind: 'click', sender: sender.sender, person: sender.person, place: sender.place },
    key: once ? `yes:${received.message}` : `interaction:${received.id}`,
    payload,
  };
}
