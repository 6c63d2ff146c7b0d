import type { MessageView } from '../../../message/view.ts';
import { neverConnected } from '../../connect/never-connected.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { DiscordMessage } from '../components.ts';
import { drawnFor } from '../deliver/draw.ts';
import { deliveryErrorOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';
import type { DiscordOptions } from '../options.ts';
import type { Way } from './asked-payload.ts';
import { writeDirectly } from './direct.ts';
import { alone, drawOptions, QUIET } from './draw.ts';
import { pagesOf } from './pages.ts';
import { followUp, isOpen, replaceFirst, type Upload } from './webhook.ts';

/** Whom a private answer is for, and the ways to them. */
export interface AnswerTo extends Way {
  sender: string;
}

/** One message of an answer, with files below it. */
export interface Page {
  view: MessageView;
  /** Makes more of the drawing, such as a button that no view knows. */
  adorn?: ((message: DiscordMessage) => DiscordMessage) | undefined;
  files?: readonly Upload[] | undefined;
}

/** Sends one message; the `first` of an answer stands where the interaction waits. */
type Send = (message: DiscordMessage, files: readonly Upload[], first: boolean) => Promise<unknown>;

/**
 * Tells one person alone, where they asked: in the message that the interaction waits with (private where it was deferred
 * as private), with more private ones below it where one does not hold it all; once its token is void, in a direct
 * message. Nothing is said twice: where Discord did not say whether it took a message, no other way is tried. False where
 * no way led there, which is logged; what was asked for is done all the same.
 */
export async function answerPrivately(
  discord: Discord,
  to: AnswerTo,
  view: MessageView,
  adorn?: Page['adorn'],
): Promise<boolean> {
  const heard = await sendPages(discord, to, async (options) => {
    const views = pagesOf(view, options);
    return views.map((each, at) => ({ view: each, adorn: at === views.length - 1 ? adorn : undefined }));
  });
  return heard !== 'nothing';
}

/** Whether an answer arrived: `perhaps` where Discord did not say so of all of it. */
export type Heard = 'all' | 'perhaps' | 'nothing';

/** More private messages below an answer that was given. */
export const sendBelow = (discord: Discord, to: AnswerTo, pages: readonly Page[]): Promise<Heard> =>
  sendPages(discord, to, async () => pages, { below: true });

/** The same; false where they reached nobody. */
export const addPrivately = async (discord: Discord, to: AnswerTo, pages: readonly Page[]): Promise<boolean> =>
  (await sendBelow(discord, to, pages)) !== 'nothing';

async function sendPages(
  discord: Discord,
  to: AnswerTo,
  draw: (options: DiscordOptions) => Promise<readonly Page[]>,
  { below = false } = {},
): Promise<Heard> {
  const options = await drawOptions(discord);
  const pages = await draw(options);
  let [told, heard]: [number, Heard] = [0, 'all'];
  for (const [name, send] of waysTo(discord, to)) {
    try {
      while (told < pages.length) {
        const page = pages[told] as Page;
        const sent = await sendOnce(discord, page, options, (message, files) =>
          send(message, files, told === 0 && !below),
        );
        if (!sent) heard = 'perhaps';
        told += 1;
      }
      return heard;
    } catch (error) {
      discord.ground.log.info(
        { way: name, user: to.sender, ...plainError(error) },
        'A private answer takes another way.',
      );
    }
  }
  discord.ground.log.warn({ user: to.sender, told, of: pages.length }, 'A private answer reached nobody.');
  return 'nothing';
}

/** False where Discord did not say whether it took a message, which is logged; rejects where it did not. */
async function sendOnce(
  discord: Discord,
  page: Page,
  options: DiscordOptions,
  send: (message: DiscordMessage, files: readonly Upload[]) => Promise<unknown>,
): Promise<boolean> {
  let begun = false;
  try {
    await sendPage(discord, page, options, (message, files) => {
      begun = true;
      return send(message, files);
    });
    return true;
  } catch (error) {
    if (!begun || neverConnected(error) || deliveryErrorOf(error).failure !== 'unknown') throw error;
    discord.ground.log.info(plainError(error), 'A private answer may have arrived.');
    return false;
  }
}

/** With pictures of its charts, and plainer where Discord refuses how it is drawn; nobody is pinged by it. */
const sendPage = (
  discord: Discord,
  { view, adorn = (message) => message, files = [] }: Page,
  options: DiscordOptions,
  send: (message: DiscordMessage, files: readonly Upload[]) => Promise<unknown>,
): Promise<unknown> =>
  drawnFor(
    discord,
    view,
    ({ message, files: pictures, attachments }) =>
      send(adorn({ ...message, attachments, allowed_mentions: QUIET } as DiscordMessage), [...pictures, ...files]),
    options,
  );

function waysTo(discord: Discord, to: AnswerTo): [string, Send][] {
  const { sender, token } = to;
  const ways: [string, Send][] = [];
  if (token !== null && isOpen(discord, to)) {
    ways.push([
      'interaction',
      (message, files, first) =>
        first
          ? replaceFirst(discord, { ...to, token }, message, files)
          : followUp(discord, token, alone(message), files),
    ]);
  }
  if (sender === '') return ways;
  ways.push(['direct message', (message, files) => writeDirectly(discord, sender, message, files)]);
  return ways;
}
