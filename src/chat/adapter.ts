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
  /** What it is about, in a few words: the name of what holds the lines below it, where the platform wants one. */
  name?: string | undefined;
}

/** How a platform wants messages spared that are no longer new: the least time between edits that change no state and no button. */
export interface Sparing {
  olderThanMs: number;
  everyMs: number;
}

/** The room for talk below a message. */
export interface TalkState {
  name: string;
  open: boolean;
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
   * where there is none for certain. `until`: when it was last tried, and nothing is asked about what came long after that.
   * Fails as `refused` where that can never be known, as `later` where the look is not at its end yet and goes on from there.
   */
  find(place: string, token: string, since: Date, thread: string | null, until?: Date): Promise<string | null>;
  /** Left out where a message may be changed as often as one likes, however old it is. */
  sparing?: Sparing | undefined;
  /**
   * Opens the room for talk below a message, or closes it; asked again after a crash, with the same outcome. False where the
   * platform does not let us, which is no failure of the message: it is tried again when the message is next told. Left out
   * where a message has no such room.
   */
  talk?: ((place: string, externalId: string, talk: TalkState) => Promise<boolean>) | undefined;
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
 * time-out). `gone`: the message to edit is not there any more. `fixed`: it stands, and cannot be changed any more. `away`:
 * nothing reaches this place now (archived, bot removed, token revoked, platform down). `refused`: this very message is not
 * taken, and never will be as it is.
 */
export type DeliveryFailure = 'later' | 'unknown' | 'gone' | 'fixed' | 'away' | 'refused';

export class DeliveryError extends Error {
  readonly failure: DeliveryFailure;
  /** For `later`: milliseconds to wait. */
  readonly afterMs: number | null;
  /** For `away`: the same is so for every place of the platform (its token, the app). */
  readonly everywhere: boolean;
  /** For `later`: only this message or change of it waits, and the place takes everything else. */
  readonly only: boolean;
  /** Of a post that was answered: how the platform names the message, which shows what it did at an earlier attempt. */
  readonly posted: string | null;

  constructor(
    failure: DeliveryFailure,
    message: string,
    options: { afterMs?: number; everywhere?: boolean; only?: boolean; posted?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeliveryError';
    this.failure = failure;
    this.afterMs = options.afterMs ?? null;
    this.everywhere = options.everywhere ?? false;
    this.only = options.only ?? false;
    this.posted = options.posted ?? null;
  }
}
