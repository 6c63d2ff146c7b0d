import type { Clock } from '#src/clock.ts';
import { Refusal } from '../refusal.ts';
import type { ApiCall, Channel, Ephemeral, Json, Message, UploadedFile, User, UserGroup } from '../shapes.ts';
import { newId, Stamps, secret } from './ids.ts';
import { ResponseUrls } from './response-urls.ts';
import { Triggers } from './triggers.ts';
import { Views } from './views.ts';

export const OTHER_TEAM = 'T0OTHER001';

/** Whom a person may be made with. */
export interface NewUser {
  id: string;
  name: string;
  realName?: string;
  email?: string;
  kind?: User['kind'];
}

export interface NewChannel {
  id: string;
  name: string;
  members: readonly string[];
  private?: boolean;
  archived?: boolean;
  /** False: the bot is not in it. */
  bot?: boolean;
}

/** Everything that a workspace knows, without any wire. */
export class Workspace {
  readonly clock: Clock;
  readonly team = { id: 'T0ACME0001', name: 'Acme', domain: 'acme' };
  readonly app = 'A0COWORK01';
  readonly bot = 'B0COWORK01';
  readonly botUser = 'U0COWORK01';
  readonly botName = 'cowork';
  readonly tokens = { bot: `xoxb-${secret()}`, app: `xapp-1-${secret()}`, signing: secret(), verification: secret() };
  /** Why the bot token is not taken; null while it is. */
  tokenFault: 'token_revoked' | 'account_inactive' | 'invalid_auth' | null = null;
  plan: 'paid' | 'free' = 'paid';
  /** False: the workspace lets admins only change user groups. */
  botsManageGroups = true;
  /** Whether a group that is switched off takes members; what Slack does is not written anywhere. */
  membersWhileOff = false;
  /** False: the Home tab is switched off in the app's settings. */
  homeEnabled = true;
  /** How often a new file's first `files.info` says that it is not ready. */
  filesNotReady = 1;
  /** How long Slack waits for an acknowledgement, and a trigger lives. */
  readonly patienceMs: number;
  scopes: Set<string>;
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, Message[]>();
  readonly ephemerals: Ephemeral[] = [];
  readonly files = new Map<string, UploadedFile>();
  readonly groups = new Map<string, UserGroup>();
  readonly amiss: string[] = [];
  readonly calls: ApiCall[] = [];
  readonly stamps = new Stamps();
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly views: Views;

  constructor(clock: Clock, scopes: readonly string[], patienceMs = 3000) {
    this.clock = clock;
    this.scopes = new Set(scopes);
    this.patienceMs = patienceMs;
    this.triggers = new Triggers(clock, patienceMs);
    this.responseUrls = new ResponseUrls(clock);
    this.views = new Views(this);
    this.addUser({ id: this.botUser, name: this.botName, realName: 'Cowork', kind: 'bot' });
  }

  now = (): Date => this.clock.now();
  stamp = (): string => this.stamps.next(this.now());

  addUser({ id, name, realName, email, kind = 'member' }: NewUser): User {
    const team = kind === 'stranger' ? OTHER_TEAM : this.team.id;
    const user: User = { id, name, realName: realName ?? name, email: email ?? null, kind, team };
    this.users.set(id, user);
    return user;
  }

  addChannel({ id, name, members, private: hidden = false, archived = false, bot = true }: NewChannel): Channel {
    for (const member of members)
      if (!this.users.has(member)) throw new Error(`${member} is no user of this workspace`);
    const channel: Channel = {
      id,
      name,
      private: hidden,
      archived,
      members: new Set(bot ? [this.botUser, ...members] : members),
      im: null,
      created: Math.floor(this.now().getTime() / 1000),
    };
    this.channels.set(id, channel);
    return channel;
  }

  /** @throws Error where a story names somebody who is not there. */
  user(id: string): User {
    const user = this.users.get(id);
    if (!user) throw new Error(`${id} is no user of this workspace`);
    return user;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`${id} is no channel of this workspace`);
    return channel;
  }

  /** The direct message between the bot and somebody; made where there is none. */
  im(user: string): Channel {
    const there = [...this.channels.values()].find((one) => one.im === user);
    if (there) return there;
    const id = newId('D');
    const created = Math.floor(this.now().getTime() / 1000);
    const made: Channel = {
      id,
      name: id,
      private: true,
      archived: false,
      members: new Set([this.botUser, user]),
      im: user,
      created,
    };
    this.channels.set(id, made);
    return made;
  }

  /** What was written into a channel and not deleted, oldest first. */
  standing(channel: string): Message[] {
    return (this.messages.get(channel) ?? []).filter((message) => !message.deleted);
  }

  message(channel: string, ts: string): Message | undefined {
    return this.standing(channel).find((message) => message.ts === ts);
  }

  write(channel: string, from: Pick<Message, 'user' | 'own' | 'text'> & Partial<Message>): Message {
    const message: Message = {
      ts: this.stamp(),
      blocks: [],
      attachments: [],
      thread_ts: null,
      broadcast: false,
      metadata: null,
      edits: 0,
      editedAt: null,
      files: [],
      deleted: false,
      ...from,
    };
    const all = this.messages.get(channel) ?? [];
    all.push(message);
    this.messages.set(channel, all);
    return message;
  }

  /** Notes what a strict Slack holds against the app. */
  note(sentence: string): void {
    this.amiss.push(sentence);
  }

  /** @throws Refusal `missing_scope`, naming what is needed and what there is. */
  need(method: string, anyOf: readonly string[]): void {
    if (anyOf.length === 0 || anyOf.some((scope) => this.scopes.has(scope))) return;
    this.note(`${method}: missing scope ${anyOf.join(' or ')}`);
    throw new Refusal('missing_scope', { needed: anyOf.join(','), provided: [...this.scopes].join(',') });
  }

  teamObject(): Json {
    return { id: this.team.id, domain: this.team.domain };
  }
}
