import type { Here } from '../../message/clock-words.ts';

/** Where and for whom a view is drawn. */
export interface ViewOptions extends Here {
  /** Begins every element id of this view, so that a page holds each id once: letters, digits and `-`. */
  id: string;
  /** The secret of the reader's session; empty where nobody is signed in. */
  csrf: string;
  /** The channel that the answer to a click belongs to; null on a page of its own. */
  channel: string | null;
  /** The message that the buttons stand in; null for an answer that only one person sees. */
  message: number | null;
  /**
   * What this person had started when it was drawn (`lastStarted`), so that a form sent twice starts one run; null where a
   * script sees to that.
   */
  asked: string | null;
  /** Who reads, so that a mention of them stands out. */
  me: string | null;
  /** The level of the headline; null where it is one line among others. */
  heading: 2 | 3 | null;
}
