import type { MessageView } from '../message/view.ts';
import type { Notice } from '../store/outbox.ts';

/** How a notice looks now, drawn from the current fact: the same code for a first post and for an edit. */
export interface Drawing {
  view: MessageView;
  /** Lines below the message, each told once. */
  thread: readonly ThreadLine[];
  /** What it is about, in a few words: `R-128 · Monday board brief`. */
  name?: string | undefined;
  /** The room for talk below it, where the platform has such rooms; left out where there is nothing to talk over. */
  talk?: Talk | undefined;
}

export interface Talk {
  open: boolean;
  /** What is said there alone, each once, and only where the room was open before. */
  lines: readonly ThreadLine[];
}

export interface ThreadLine {
  /** What the line is about, the same each time it is drawn: `recovered`, `repeat-4`. */
  key: string;
  view: MessageView;
  /**
   * Belongs to the message from its first moment (a list that would be too long in it). Every other line tells a change
   * and is left out below a message that is posted only after it, since that shows it already.
   */
  detail?: boolean | undefined;
}

/** Null where the notice has nothing to tell at this place (any more). */
export type Draw = (notice: Notice, place: string) => Promise<Drawing | null>;

/** What a message is about, in the words that a person can look it up by. */
export function aboutWords(notice: Notice): string {
  switch (notice.kind) {
    case 'run':
      return `run ${notice.run_id}`;
    case 'review':
      return `review R-${notice.review_id}`;
    case 'alert':
      return `alert A-${notice.alert_id}`;
    case 'pause':
      return 'a pause of schedules';
    case 'feedback':
      return "feedback to a skill's owner";
    case 'digest':
      return 'the digest';
    case 'welcome':
      return 'what this channel is for';
  }
}
