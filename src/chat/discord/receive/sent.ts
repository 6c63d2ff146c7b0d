import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import type { Click } from '../../../message/action.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { refusedAct } from '../../acts.ts';
import { askedBy, valueErrors } from '../../asked.ts';
import { takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { refuseOutsider } from '../../receive/outsider.ts';
import type { Sender } from '../../receive/sender.ts';
import { typedParts, withTyped } from '../../receive/typed.ts';
import { cameTo, NOT_IN_TIME, olderForm, unsure } from '../../receive/words.ts';
import { plainCode, readDiscordCode } from '../codes.ts';
import type { Arrived, Discord } from '../discord.ts';
import type { AskedPayload } from './asked-payload.ts';
import { AGAIN, CORRECT, withCorrection } from './correct.ts';
import { keepDraft } from './drafts.ts';
import { drawOptions, plainOptions } from './draw.ts';
import { type First, giveFirst, inPlaceOf, saying, waiting } from './first-answer.ts';
import type { Received } from './read-interaction.ts';
import { senderId, senderOf } from './sender.ts';
import { wayOf } from './way.ts';

interface Next {
  first: First;
  ask: AskRow | null;
}

/**
 * A form that was sent: held against the form as it would be drawn now, noted, and only then answered for the first time.
 * Discord has closed it by then and takes no errors below fields, so what is wrong is said privately, with a button that
 * opens it again with what was typed.
 */
export async function handleSent(discord: Discord, arrived: Arrived, received: Received): Promise<void> {
  const { body, deadline } = arrived;
  const came = await inTime(discord, deadline, consider(discord, arrived, received), ({ ask }) => ask);
  const sender = senderId(body) ?? '';
  const { first, ask } = came.ended === 'well' ? came.value : notDone(discord, received, sender, came.ended);
  await giveFirst(discord, arrived, { ...wayOf(discord, received), sender }, first);
  if (ask) discord.after({ form: ask.id }, () => discord.perform(ask));
}

/** The form is gone, so what was typed is shown to be copied, and kept as soon as the record takes it. */
function notDone(discord: Discord, received: Received, sender: string, ended: 'late' | 'unsure' | 'failed'): Next {
  const code = plainCode(received.code);
  const quote = typedParts(received.values);
  // Where it may have been noted, nobody is invited to send it twice.
  const again = ended === 'late' && quote.length > 0 && readDiscordCode(code) !== null;
  const said = ended === 'late' ? sentencesView(`${NOT_IN_TIME} Send it again in a minute.`, 'fail') : cameTo(ended);
  if (again)
    discord.after({ draft: 'late' }, () =>
      keepDraft(discord.ground, { sender, code }, received.values).catch(() => {}),
    );
  const adorn = again ? { adorn: withCorrection(code, AGAIN) } : {};
  const view = { ...said, parts: [...said.parts, ...quote] };
  return { first: saying(view, plainOptions(discord), { inPlace: false, ...adorn }), ask: null };
}

async function consider(discord: Discord, arrived: Arrived, received: Received): Promise<Next> {
  const click = readDiscordCode(received.code);
  const sender = await senderOf(discord, arrived.body);
  const inPlace = click !== null && inPlaceOf(received, click.corrects);
  const say = async (view: MessageView, correct?: string): Promise<Next> => {
    const adorn = correct === undefined ? {} : { adorn: withCorrection(correct, CORRECT) };
    return { first: saying(view, await drawOptions(discord), { inPlace, ...adorn }), ask: null };
  };
  if (sender.outsider && click) {
    const request = { ...sender, click, values: received.values, via: 'discord' } as const;
    return say(await refuseOutsider(await discord.world(), request, sender.outsider));
  }
  if (sender.sender === '') return say(unsure('discord'));
  if (!click || received.id === '') return say(withTyped(olderForm(), received.values));
  const code = plainCode(received.code);
  const wrong = await held(discord, click, sender, received);
  if (wrong?.mendable) {
    await keepDraft(discord.ground, { sender: sender.sender, code }, received.values);
    return say(wrong.view, code);
  }
  if (wrong) return say(withTyped(wrong.view, received.values));
  const payload: AskedPayload = {
    ...wayOf(discord, received),
    ...{ code, values: received.values, member: sender.member },
  };
  const key = `interaction:${received.id}`;
  const by = { sender: sender.sender, person: sender.person, place: sender.place };
  const noted = { platform: 'discord', kind: 'form', key, ...by, payload } as const;
  const ask = await takeAsk(discord.ground, discord.process, noted, arrived.deadline);
  return { first: waiting(inPlace), ask };
}

/** Why nothing can be done with it as it is; null where it can be tried. */
async function held(
  discord: Discord,
  click: Click,
  { sender, person, member, place }: Sender,
  { values }: Received,
): Promise<{ view: MessageView; mendable: boolean } | null> {
  const world = await discord.world();
  const asked = await askedBy(world, click, { person, sender, via: 'discord' }).catch(async (error) => ({
    refused: await refusedAct(world, { click, values, person, member, sender, via: 'discord', place }, error),
  }));
  if (asked === null) return null;
  if ('refused' in asked) return { view: asked.refused.view, mendable: false };
  const errors = await valueErrors(world, click, asked.form, values).catch(oddField);
  const sentences = Object.values(errors);
  if (sentences.length === 0) return null;
  return { view: sentencesView([...sentences, 'Nothing was done.'].join(' '), 'warn'), mendable: true };
}

/** A field that the form has no longer. */
function oddField(error: unknown): Record<string, string> {
  if (error instanceof CoworkError && error.code === 'invalid')
    return { '': 'The form has changed since you opened it. Look through it and send it again.' };
  throw error;
}
