import type { Here } from '../../message/clock-words.ts';

/** For whom and where something is drawn for Discord. */
export interface DiscordOptions {
  /** The moment and zone for words about time where Discord cannot put the reader's own (in tables). */
  here: Here;
  /** Address of the console, without a slash at the end; null where readers cannot reach it: links become words. */
  console: string | null;
  /** Discord's id of a person (by key), or null where they are not linked: then a name, and no mention. */
  idOf: (personKey: string) => string | null;
}
