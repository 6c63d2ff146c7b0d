import type { Defaulted, DefaultedJson, Id, Json, Maybe } from './schema-words.ts';

/** Something a person in a chat asked for, noted before the platform was told that it arrived. */
export interface AskTable {
  id: Id;
  platform: string;
  /** What makes it this ask and no other, so that a second delivery of it does nothing. */
  key: string;
  kind: 'click' | 'form' | 'command' | 'shortcut';
  /** The platform's id of whoever asked. */
  sender: string;
  /** Key of the person in `cowork.yaml` at that moment; null for somebody who is nobody there. */
  person: Maybe<string>;
  place: Maybe<string>;
  /** What the platform's room needs to do it and to answer; emptied when it is done. */
  payload: Json<object>;
  state: Defaulted<'taken' | 'done'>;
  taken_at: Date;
  /** The process that works on it. */
  taken_by: Maybe<string>;
  tries: Defaulted<number>;
  done_at: Maybe<Date>;
  /** In a word or a sentence, for the operator. */
  outcome: Maybe<string>;
}

export interface ChatSeenTable {
  platform: string;
  key: string;
  seen_at: Date;
}

export interface ChatHomeTable {
  platform: string;
  sender: string;
  /** Whom it was drawn for, and under which home: what that person may see was decided by these. */
  person: Maybe<string>;
  member: Defaulted<boolean>;
  snapshot_id: Maybe<number>;
  /** It shows nothing but whom to ask. */
  closed: Defaulted<boolean>;
  opened_at: Date;
  view_hash: Maybe<string>;
  platform_hash: Maybe<string>;
  published_at: Maybe<Date>;
}

export interface ChatGroupTable {
  platform: string;
  group_id: string;
  /** The platform's ids of those in it by the last change that was taken. */
  members: DefaultedJson<string[]>;
  changed_at: Maybe<Date>;
  tried_at: Maybe<Date>;
  not_before: Maybe<Date>;
  error: Maybe<string>;
  /** When the home named it no more and it was begun to be switched off; null while the home names it. */
  let_go_at: Maybe<Date>;
}

/** What somebody typed into a form that came to nothing, kept for a while so that they can correct it. */
export interface ChatDraftTable {
  platform: string;
  sender: string;
  /** What the button carried whose form it was. */
  code: string;
  values: Json<Record<string, string>>;
  drafted_at: Date;
}

/** Who hears a platform that speaks to one connection only; no row while nobody does. */
export interface ChatGatewayTable {
  platform: string;
  /** The process, and until when unless it says so again. */
  holder: string;
  held_until: Date;
}

export interface ChatDirectTable {
  platform: string;
  /** The platform's id of a person there. */
  sender: string;
  /** The platform's id of the private channel with them. */
  channel: string;
  opened_at: Date;
}
