import type { MessageView } from '../message/view.ts';
import type { Notice } from './outbox.ts';
import type { Defaulted, Id, Json, Maybe } from './schema-words.ts';

export interface OutboxTable {
  id: Id;
  notice: Json<Notice>;
  priority: number;
  created_at: Date;
  /** When it was handed to the places it concerns. */
  delivered_at: Maybe<Date>;
}

export interface PlaceTable {
  /** `console:ops`, `console:@maya`, `slack:C…`, `discord:…`. */
  place: string;
  state: Defaulted<'well' | 'away'>;
  last_error: Maybe<string>;
  failing_since: Maybe<Date>;
  failures: Defaulted<number>;
  /** Nothing is sent before: the platform said so, or the pause after a failure. */
  not_before: Maybe<Date>;
  /** Until then what was sent counts by the platform's pace, whichever process sends next. */
  paced_until: Maybe<Date>;
  well_at: Maybe<Date>;
  first_seen_at: Date;
  /** When it was told, once, what it is used for. */
  welcomed_at: Maybe<Date>;
  /** The process that sends to it, and until when unless it says so again. */
  holder: Maybe<string>;
  held_until: Maybe<Date>;
}

export interface DeliveryTable {
  id: Id;
  place: string;
  /** `review:128`, `alert:57`: what the message is about, one message per place. */
  subject: string;
  notice: Json<Notice>;
  priority: number;
  /** Counts up when it is asked for again while it waits or is being sent. */
  asked: Defaulted<number>;
  asked_at: Date;
  attempts: Defaulted<number>;
  due_at: Date;
  last_error: Maybe<string>;
  state: Defaulted<'due' | 'dead'>;
  dead_at: Maybe<Date>;
}

export interface MessageTable {
  id: Id;
  place: string;
  subject: string;
  /** '' for the message itself, else what the line below it says, once. */
  thread: Defaulted<string>;
  /** Idempotency key towards the platform. */
  token: string;
  /**
   * `posting` is written before the call, so that a crash in between is found and reconciled; `gone`: it is not
   * there, deleted or never taken; `skipped`: a line that says nothing new below a message that was first posted after it.
   */
  state: 'posting' | 'posted' | 'gone' | 'skipped';
  external_id: Maybe<string>;
  view_hash: Maybe<string>;
  /** Of what a person must see at once of it (state, buttons); null where nobody spares edits. */
  core_hash: Maybe<string>;
  /** When it was last posted again after a post whose answer was lost and that was not found: it may stand there twice. */
  again_at: Maybe<Date>;
  posting_at: Date;
  posted_at: Maybe<Date>;
  edited_at: Maybe<Date>;
  edits: Defaulted<number>;
}

export interface ConsoleMessageTable {
  id: Id;
  channel: string;
  token: string;
  thread_of: Maybe<number>;
  view: Json<MessageView>;
  /** From one sequence: what a reader has not seen yet has a higher one. */
  change: Defaulted<number>;
  posted_at: Date;
  changed_at: Maybe<Date>;
}

export interface DigestTable {
  id: Id;
  kind: 'daily';
  scheduled_for: Date;
  /** What it says, as it stood when it was made. */
  fact: Json<object>;
  made_at: Date;
}
