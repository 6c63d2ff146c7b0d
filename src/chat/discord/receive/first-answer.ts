import { createHash } from 'node:crypto';
import type { MessageView } from '../../../message/view.ts';
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

/** Forms that Discord refused in this process, though our check took them. */
const REFUSED = new WeakMap<Discord, Set<string>>();
const MOST_REFUSED = 500;

/**
 * A form; `late` where it could not be opened in time. One that Discord would refuse, or has refused, is a fault of ours: it
 * is not sent (again), and `amiss` says what to do without it.
 */
export async function opening(
  discord: Discord,
  modal: DiscordModal,
  { late, amiss }: { late: MessageView; amiss: MessageView },
): Promise<First> {
  const { log } = discord.ground;
  const refused = REFUSED.get(discord) ?? new Set();
  REFUSED.set(discord, refused);
  const plain = async () => saying(amiss, await drawOptions(discord), { inPlace: false });
  const faults = checkDiscord(modal);
  const key = createHash('sha256').update(JSON.stringify(modal)).digest('base64url');
  if (faults.length > 0) log.error({ code: modal.custom_id, faults }, 'A form of ours is none that Discord takes.');
  if (faults.length > 0 || refused.has(key)) return plain();
  const first: First = { callback: { type: 9, data: modal, instead }, said: late };
  async function instead(): Promise<Callback> {
    log.error({ code: modal.custom_id }, 'A form of ours is none that Discord takes, though our check took it.');
    if (refused.size >= MOST_REFUSED) refused.clear();
    refused.add(key);
    first.said = amiss;
    return (await plain()).callback;
  }
  return first;
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
