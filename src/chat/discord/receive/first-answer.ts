import type { MessageView } from '../../../message/view.ts';
import { notShown } from '../../receive/words.ts';
import { within } from '../../within.ts';
import { checkDiscord } from '../check.ts';
import type { DiscordMessage, DiscordModal } from '../components.ts';
import type { Arrived, Callback, Discord } from '../discord.ts';
import type { DiscordOptions } from '../options.ts';
import { type AnswerTo, answerPrivately } from './answer.ts';
import { alone, drawOptions, quiet } from './draw.ts';
import type { Received } from './read-interaction.ts';

/** The first answer to a click or a form, and the same in words for where Discord did not take it. */
export interface First {
  callback: Callback;
  said: MessageView | null;
}

/** Discord waits three seconds; what takes longer is not waited for by who goes on with the work. */
const PATIENCE_MS = 3000;

/** Whether the private message that was clicked becomes the answer; else that stands below it. */
export const inPlaceOf = ({ privately }: Received, replaces: boolean): boolean => privately && replaces;

/** Our own words for that person alone. */
export function saying(
  view: MessageView,
  options: DiscordOptions,
  { inPlace, adorn = (message) => message }: { inPlace: boolean; adorn?: (message: DiscordMessage) => DiscordMessage },
): First {
  const message = adorn(quiet(view, options));
  return { callback: inPlace ? { type: 7, data: message } : { type: 4, data: alone(message) }, said: view };
}

/** A form; `said` where it could not be opened. One that Discord would refuse is a fault of ours, and is not sent. */
export async function opening(discord: Discord, modal: DiscordModal, said: MessageView): Promise<First> {
  const faults = checkDiscord(modal);
  if (faults.length === 0) return { callback: { type: 9, data: modal }, said };
  discord.ground.log.error({ code: modal.custom_id, faults }, 'A form of ours is none that Discord takes.');
  return saying(notShown(), await drawOptions(discord), { inPlace: false });
}

/** "Thinking", for that person alone, or nothing yet where the answer takes the place of what was clicked. */
export const waiting = (inPlace: boolean): First => ({
  callback: inPlace ? { type: 6 } : { type: 5, data: { flags: 64 } },
  said: null,
});

/**
 * Gives the first answer. Where Discord did not take it, or we came too late, what it would have said takes another way;
 * never rejects. Resolves when whoever goes on may answer after it.
 */
export async function giveFirst(discord: Discord, arrived: Arrived, to: AnswerTo, first: First): Promise<void> {
  const { ground } = discord;
  // Heard of or not, the work goes on.
  const given = await within(ground.clock, PATIENCE_MS, arrived.answer(first.callback));
  if (given === true && !arrived.deadline.missed) return;
  const { said } = first;
  if (said) discord.after({ first: 'not taken' }, async () => void (await answerPrivately(discord, to, said)));
}
