/** What a body of Slack's holds; what is inside is looked at where it is used. */
export type Json = Record<string, unknown>;

export type UserKind = 'member' | 'guest' | 'stranger' | 'bot' | 'gone';

/** Somebody with an id; a stranger belongs to another workspace and is here by a shared channel. */
export interface User {
  id: string;
  name: string;
  realName: string;
  email: string | null;
  kind: UserKind;
  team: string;
}

export interface Channel {
  id: string;
  name: string;
  private: boolean;
  archived: boolean;
  members: Set<string>;
  /** The person at the other end of a direct message; null for a channel. */
  im: string | null;
  created: number;
}

export interface Message {
  ts: string;
  user: string;
  /** Written by our bot. */
  own: boolean;
  text: string;
  blocks: Json[];
  attachments: Json[];
  thread_ts: string | null;
  broadcast: boolean;
  metadata: Json | null;
  edits: number;
  editedAt: string | null;
  files: Json[];
  deleted: boolean;
}

/** A message as it stands in a channel. */
export interface SlackShown {
  ts: string;
  user: string;
  text: string;
  blocks: Json[];
  thread_ts?: string;
  metadata?: Json;
  /** How often it was edited. */
  edited: number;
  files: Json[];
}

/** What only one person sees, until their window is reloaded. */
export interface Ephemeral {
  user: string;
  channel: string;
  ts: string;
  text: string;
  blocks: Json[];
  thread_ts?: string;
  /** The answering address that brought it, where one did. */
  responseUrl?: string;
}

/** A modal or a home as Slack keeps it. */
export interface View extends Json {
  id: string;
  hash: string;
  type: 'modal' | 'home';
  blocks: Json[];
  callback_id: string;
  private_metadata: string;
  root_view_id: string;
  previous_view_id: string | null;
  external_id: string;
}

/** What the client of a person keeps beside a view: whose it is and what was typed. */
export interface HeldView {
  user: string;
  view: View;
  /** By block id, then action id: what `view.state.values` says. */
  values: Record<string, Record<string, Json>>;
}

export interface UploadedFile {
  id: string;
  name: string;
  title: string;
  bytes: Buffer;
  mimetype: string;
  altText: string;
  channels: string[];
  complete: boolean;
  /** How often `files.info` still says "not ready". */
  notReady: number;
  created: number;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
  disabled: boolean;
}

/** How the answer of the app to one delivery came back. */
export interface Ack {
  acked: boolean;
  ms: number;
  body: unknown;
  /** Why it counts as failed, in the words of `x-slack-retry-reason`. */
  reason?: 'timeout' | 'http_timeout' | 'http_error' | 'connection_failed';
  status?: number;
  /** The app asked for no retry. */
  noRetry?: boolean;
}

/** What a person's act led to. */
export interface Interaction {
  /** False: Slack showed its own "that didn't work". */
  acked: boolean;
  ackMs: number;
  /** What the acknowledgement carried. */
  body: unknown;
  /** By block id: what Slack, or the app by `response_action: errors`, held against the form. */
  errors?: Record<string, string>;
  /** False where Slack's own form stopped it before anything was sent. */
  sent: boolean;
  /** The payload as it was sent. */
  payload: Json;
}

export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive';

/** One attempt to hand something to the app. */
export interface Delivery {
  type: EnvelopeType;
  payload: Json;
  retry?: { attempt: number; reason: string };
  acceptsResponse: boolean;
}

export interface ApiCall {
  method: string;
  args: Json;
  at: Date;
  ok: boolean;
  error?: string;
}
