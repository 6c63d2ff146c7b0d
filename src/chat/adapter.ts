import type { MessageView } from '../message/view.ts';
import type { Tx } from '../store/db.ts';
import type { Pace } from './pace.ts';

export type Platform = 'console' | 'slack' | 'discord';

/** `console:ops`, `slack:C0COWORKOPS`, `discord:1100000000000000001`. */
export const platformOf = (place: string): string => place.slice(0, place.indexOf(':'));

/** One message to be made. */
export interface Post {
  place: string;
  /** The same for every attempt of this message: what a twin is recognised by. */
  token: string;
  view: MessageView;
  /** The message this one is a line below, as the platform names it. */
  thread: string | null;
}

/** One platform's means of delivery. Every failure is a `DeliveryError`; anything else thrown counts as `unknown`. */
export interface ChatAdapter {
  platform: Platform;
  /** How fast one place takes calls. */
  pace: Pace;
  /** True where the same token can never make two messages, so that nothing has to be looked for after a crash. */
  idempotent: boolean;
  /** Returns how the platform names the message. */
  post(post: Post): Promise<string>;
  /** Changes it in place; `token` is that of its post. Fails with `gone` where it was deleted. */
  edit(place: string, externalId: string, view: MessageView, token: string): Promise<void>;
  /**
   * After a lost answer: the message that this token made at `since` or later, below `thread` where that is not null; null
   * where there is none for certain. Fails as `refused` where that can never be known.
   */
  find(place: string, token: string, since: Date, thread: string | null): Promise<string | null>;
  /** Where messages are rows of our own database: they are written in the transaction that records them, many at once. */
  own?: OwnTables | undefined;
}

/** Messages of one place as rows of ours. `post` returns their ids in order, `edit` the ids that are not there any more. */
export interface OwnTables {
  post(tx: Tx, place: string, posts: readonly Post[]): Promise<string[]>;
  edit(tx: Tx, place: string, edits: readonly { externalId: string; view: MessageView }[]): Promise<string[]>;
  /** Called after the commit, so that whoever looks at the place is told. */
  committed(place: string): void;
}

/**
 * Why a delivery failed. `later`: the platform said when to come back. `unknown`: it may have arrived (a lost answer, a
 * time-out). `gone`: the message to edit is not there any more. `fixed`: it stands, and cannot be changed any more. `away`: nothing reaches this place now (archived, bot
 * removed, token revoked, platform down). `refused`: this very message is not taken, and never will be as it is.
 */
export type DeliveryFailure = 'later' | 'unknown' | 'gone' | 'fixed' | 'away' | 'refused';

export class DeliveryError extends Error {
  readonly failure: DeliveryFailure;
  /** For `later`: milliseconds to wait. */
  readonly afterMs: number | null;
  /** For `away`: the same is so for every place of the platform (its token, the app). */
  readonly everywhere: boolean;

  constructor(
    failure: DeliveryFailure,
    message: string,
    options: { afterMs?: number; everywhere?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeliveryError';
    this.failure = failure;
    this.afterMs = options.afterMs ?? null;
    this.everywhere = options.everywhere ?? false;
  }
}
