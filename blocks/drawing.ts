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
}
