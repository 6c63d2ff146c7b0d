import type { Here } from '../../message/clock-words.ts';

/** For whom and where something is drawn for Slack. */
export interface SlackOptions {
  /** The moment and zone for words about time where Slack cannot put the reader's own. */
  here: Here;
  /** Address of the console, without a slash at the end; null where readers cannot reach it: links become words. */
  console: string | null;
  /** Slack's id of a person (by key), or null where they are not linked: then a name, and no mention. */
  idOf: (personKey: string) => string | null;
  /** A modal takes no tables and charts, and more blocks. */
  surface: 'message' | 'modal';
}
