import type { MessageView } from '../src/message/view.ts';

/** A line below a message, posted once: `key` is the same however often the fact is drawn. */
export interface ThreadLine {
  key: string;
  view: MessageView;
}

/** A message about a fact as it stands now, and the lines below it. Where it goes is decided where it is sent. */
export interface Drawing {
  view: MessageView;
  thread: ThreadLine[];
  /** What it is about, in a few words. */
  name?: string;
  /** The room for talk below it: open while there is something to decide, and what is said there alone. */
  talk?: { open: boolean; lines: ThreadLine[] };
}
