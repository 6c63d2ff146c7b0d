import type { MessageView } from '../../../message/view.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { DiscordMessage } from '../components.ts';
import { drawnFor } from '../deliver/draw.ts';
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
 * message. False where no way led there, which is logged; what was asked for is done all the same.
 */
export function answerPrivately(
  discord: Discord,
  to: AnswerTo,
  view: MessageView,
  adorn?: Page['adorn'],
): Promise<boolean> {
  return sendPages(discord, to, async (options) => {
    const views = pagesOf(view, options);
    return views.map((each, at) => ({ view: each, adorn: at === views.length - 1 ? adorn : undefined }));
  });
}

/** More private messages below an answer that was given. */
export const addPrivately = (discord: Discord, to: AnswerTo, pages: readonly Page[]): Promise<boolean> =>
  sendPages(discord, to, async () => pages, { below: true });

async function sendPages(
  discord: Discord,
  to: AnswerTo,
  draw: (options: DiscordOptions) => Promise<readonly Page[]>,
  { below = false } = {},
): Promise<boolean> {
  const options = await drawOptions(discord);
  const pages = await draw(options);
  let told = 0;
  for (const [name, send] of waysTo(discord, to)) {
    try {
      while (told < pages.length) {
        const page = pages[told] as Page;
        await sendPage(discord, page, options, (message, files) => send(message, files, told === 0 && !below));
        told += 1;
      }
      return true;
    } catch (error) {
      discord.ground.log.info(
        { way: name, user: to.sender, ...plainError(error) },
        'A private answer takes another way.',
      );
    }
  }
  discord.ground.log.warn({ user: to.sender, told, of: pages.length }, 'A private answer reached nobody.');
  return false;
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
