import type { RawFile } from 'discord.js';
import { messageOf } from '../../../errors.ts';
import { type MessageView, plainView } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { DeliveryError } from '../../adapter.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { DiscordMessage } from '../components.ts';
import type { Discord } from '../discord.ts';
import type { DiscordOptions } from '../options.ts';
import { renderDiscord } from '../render.ts';
import { codeOf, drawnAmiss, fault } from './failures.ts';
import { type Drawn, picturesOf } from './picture.ts';

/** A message with the pictures that it shows. */
export interface Pictured {
  message: DiscordMessage;
  /** In the order in which `attachments` counts them. */
  files: readonly RawFile[];
  /** What a body says of its files; also that there are none, so that an edit takes away what was there. */
  attachments: { id: number; filename: string; description: string }[];
}

/** A message as Discord shows it best: charts as pictures. Throws a `DeliveryError` where it cannot be drawn at all. */
export async function pictured(
  { ground }: Pick<Discord, 'ground'>,
  view: MessageView,
  options: DiscordOptions,
): Promise<Pictured> {
  const charts = view.parts.filter((part) => part.part === 'chart');
  if (charts.length === 0) return plain(view, options);
  const pictures = await picturesOf(charts, ground.log);
  const picture: DiscordOptions['picture'] = (chart) => pictures.get(canonicalJson(chart)) ?? null;
  const message = drawn(view, { ...options, picture });
  // What was left out to make it fit is not sent along: Discord takes no attachment that no component shows.
  const text = JSON.stringify(message.components);
  return { message, ...attached([...pictures.values()].filter(({ name }) => text.includes(`attachment://${name}"`))) };
}

/** The same with figures in place of pictures. */
const plain = (view: MessageView, options: DiscordOptions): Pictured => ({
  message: drawn(view, options),
  ...attached([]),
});

const attached = (pictures: readonly Drawn[]): Omit<Pictured, 'message'> => ({
  files: pictures.map(({ file }) => file),
  attachments: pictures.map(({ name, alt }, id) => ({ id, filename: name, description: alt })),
});

/**
 * Hands the message to `send`, which throws what Discord's library throws: plainer each time its form is refused, without
 * pictures where files may not be attached, and in the end as bare sentences. `given`: how to draw, where that is known.
 */
export async function drawnFor<T>(
  discord: Discord,
  view: MessageView,
  send: (drawn: Pictured) => Promise<T>,
  given?: DiscordOptions,
): Promise<T> {
  const { log } = discord.ground;
  const options = given ?? (await discord.draw());
  let refusal: unknown = null;
  for await (const each of drawings(discord, view, options)) {
    try {
      return await send(each);
    } catch (error) {
      const noFiles = each.files.length > 0 && codeOf(error) === 50013;
      if (!drawnAmiss(error) && !noFiles) throw error;
      refusal = error;
      log.warn({ ...plainError(error), found: fault(error) }, 'Discord refuses how a message is drawn.');
    }
  }
  throw refusal;
}

/** From the richest drawing to its bare text; each is made only once the one before was refused. */
async function* drawings(discord: Discord, view: MessageView, options: DiscordOptions): AsyncGenerator<Pictured> {
  const rich = await pictured(discord, view, options);
  yield rich;
  if (rich.files.length > 0) yield plain(view, options);
  const [first = ['A message without words'], ...more] = view.summary;
  const tone = view.parts.find((part) => part.part === 'headline')?.tone ?? 'info';
  const words = plainView(tone, first, ...more);
  const actions = view.parts.filter((part) => part.part === 'actions');
  yield plain({ ...words, parts: [...words.parts, ...actions], mentions: view.mentions }, options);
  yield plain({ ...words, mentions: view.mentions }, options);
}

/** What we cannot draw was not sent, and the place is as well as before. */
function drawn(view: MessageView, options: DiscordOptions): DiscordMessage {
  try {
    return renderDiscord(view, options);
  } catch (error) {
    throw new DeliveryError('refused', `it cannot be drawn for Discord: ${messageOf(error)}`, { cause: error });
  }
}
