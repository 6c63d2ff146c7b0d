/** What a body of Discord's holds; what is inside is looked at where it is used. */
export type Json = Record<string, unknown>;

/**
 * `pending` has not yet passed the guild's membership screening; `outsider` was never in the guild and uses the bot from
 * another one; `gone` has left it.
 */
export type UserKind = 'member' | 'pending' | 'bot' | 'outsider' | 'gone';

export interface User {
  id: string;
  name: string;
  kind: UserKind;
  roles: Set<string>;
  /** False: takes no direct messages from members of the guild. */
  dms: boolean;
  locale: string;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  managed: boolean;
}

/** What a channel changes of somebody's permissions; type 0 for a role, 1 for a member. */
export interface Overwrite {
  id: string;
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface Thread {
  parent: string;
  owner: string;
  /** The message that it was made from. */
  parentMessage: string | null;
  archived: boolean;
  locked: boolean;
  /** Minutes. */
  autoArchive: number;
  archivedAt: Date;
}

export interface Channel {
  id: string;
  name: string;
  /** Discord's numbers: 0 text, 1 direct message, 11 public thread, 15 forum. */
  type: 0 | 1 | 11 | 15;
  overwrites: Map<string, Overwrite>;
  /** The person at the other end of a direct message. */
  recipient: string | null;
  thread: Thread | null;
}

export interface Attachment {
  id: string;
  filename: string;
  content_type: string;
  size: number;
  url: string;
  description?: string;
  bytes: Buffer;
}

export interface Message {
  id: string;
  channel: string;
  author: string;
  /** 0 an ordinary one, 20 the answer to a command, 23 to a command on a message. */
  type: number;
  flags: number;
  content: string;
  embeds: Json[];
  /** As they were sent. */
  components: Json[];
  attachments: Attachment[];
  nonce: string | number | null;
  at: Date;
  edits: number;
  editedAt: Date | null;
  deleted: boolean;
  /** Whom it calls: ids of people and of roles, `everyone`, `here`. */
  pings: string[];
  /** Who alone sees it; null for everybody. */
  onlyFor: string | null;
  interaction: Json | null;
  reference: Json | null;
}

/** A message as it stands. */
export interface DiscordShown {
  id: string;
  channel: string;
  author: string;
  flags: number;
  content: string;
  embeds: Json[];
  /** As they were sent. */
  components: Json[];
  attachments: Attachment[];
  /** The thread that was made from it. */
  thread?: string;
  /** How often it was edited. */
  edited: number;
  nonce?: string | number;
  /** The app said no more than that it is thinking. */
  loading: boolean;
}

export interface ThreadShown {
  id: string;
  name: string;
  parentMessage: string | null;
  archived: boolean;
  locked: boolean;
  messages: DiscordShown[];
}

/** A form that somebody has open. */
export interface Modal {
  custom_id: string;
  title: string;
  components: Json[];
}

/** A registered command as Discord gives it back. */
export interface Command extends Json {
  id: string;
  type: number;
  name: string;
  description: string;
  options?: Json[];
}

export interface Callback {
  type: number;
  data: Json | null;
}

/** What a person's act led to. */
export interface Interaction {
  id: string;
  /** False: Discord showed "did not respond". */
  acked: boolean;
  callback: Callback | null;
  /** Whole milliseconds on the emulator's clock until the first answer. */
  ackMs: number;
  /** The payload as it was sent. */
  payload: Json;
  /** The answer as it stands now: a message of its own, or the one that was clicked where that was redrawn. */
  shown(): DiscordShown | null;
}

export interface ApiCall {
  method: string;
  /** `/channels/:id/messages` */
  route: string;
  /** Decoded, without `/api/v10`. */
  path: string;
  body: unknown;
  at: Date;
  status: number;
  code?: number;
}
