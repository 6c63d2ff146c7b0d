import type { Here } from '../../message/clock-words.ts';
import type { Chart } from '../../message/view.ts';

export interface Picture {
  /** `chart-1.png`: drawn as `attachment://chart-1.png`. */
  name: string;
  /** What is to be seen in it, for those who hear it; at most 1,024 characters. */
  alt: string;
}

/** For whom and where something is drawn for Discord. */
export interface DiscordOptions {
  /** The moment and zone for words about time where Discord cannot put the reader's own (in tables). */
  here: Here;
  /** Address of the console, without a slash at the end; null where readers cannot reach it: links become words. */
  console: string | null;
  /** Discord's id of a person (by key), or null where they are not linked: then a name, and no mention. */
  idOf: (personKey: string) => string | null;
  /** The picture of a chart among the message's attachments, by file name; null or left out where its figures are shown. */
  picture?: ((chart: Chart) => Picture | null) | undefined;
  /** An answer to somebody who asked: rare acts are buttons like the others. */
  alone?: boolean;
}
