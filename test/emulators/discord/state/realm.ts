import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '#src/clock.ts';
import type { ApiCall, Channel, Command, Message, Modal, Role, User, UserKind } from '../shapes.ts';
import { Snowflakes, secret } from './ids.ts';
import { bitsOf, EVERYONE } from './permissions.ts';

export const OTHER_GUILD = '900000000000000009';

/** Whom a person may be made with. */
export interface NewUser {
  id: string;
  name: string;
  kind?: UserKind;
  roles?: readonly string[];
  /** False: takes no direct messages. */
  dms?: boolean;
  /** `en-US` unless said. */
  locale?: string;
}

export interface NewChannel {
  id: string;
  name: string;
  kind?: 'text' | 'forum';
  /** `all`, or the names of those that the bot lacks here. */
  permissions?: 'all' | readonly string[];
}

/** Tells the gateway of something that happened: event name and data. */
export type Tell = (event: string, data: object) => void;

/** Everything that a guild and its app know, without any wire. */
export class Realm {
  readonly clock: Clock;
  readonly guild = { id: '800000000000000001', name: 'Acme', locale: 'en-US', unavailable: false };
  readonly application = '700000000000000001';
  readonly botUser = '700000000000000001';
  readonly botRole = '800000000000000002';
  readonly token = `${Buffer.from('700000000000000001').toString('base64url')}.${secret(4)}.${secret(27)}`;
  readonly keys: { publicKey: string; privateKey: KeyObject };
  /** How long Discord waits for the first answer, in milliseconds. */
  readonly patienceMs: number;
  /** False: the token was reset. */
  tokenGood = true;
  /** False: the bot was kicked. */
  inGuild = true;
  interactionsUrl: string | null = null;
  /** Other servers that the bot was added to; nothing happens there. */
  readonly elsewhere: { id: string; name: string }[] = [];
  readonly users = new Map<string, User>();
  readonly roles = new Map<string, Role>();
  readonly channels = new Map<string, Channel>();
  readonly messages: Message[] = [];
  readonly #inChannel = new Map<string, Message[]>();
  /** What somebody's client shows as chosen in a menu, by person, message and custom id, and how the message was then. */
  readonly chosen = new Map<string, { value: string; shown: string }>();
  readonly modals = new Map<string, { modal: Modal; interaction: string }[]>();
  readonly commands: { guild: Command[]; global: Command[] } = { guild: [], global: [] };
  readonly amiss: string[] = [];
  readonly calls: ApiCall[] = [];
  readonly #ids = new Snowflakes();
  tell: Tell = () => {};

  constructor(clock: Clock, invited: readonly string[], patienceMs: number) {
    this.clock = clock;
    this.patienceMs = patienceMs;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'jwk' }).x ?? '';
    this.keys = { publicKey: Buffer.from(raw, 'base64url').toString('hex'), privateKey };
    this.addRole({ id: this.guild.id, name: '@everyone', permissions: EVERYONE });
    this.addRole({ id: this.botRole, name: 'Cowork', permissions: invited, managed: true });
    this.addUser({ id: this.botUser, name: 'Cowork', kind: 'bot', roles: [this.botRole] });
  }

  now = (): Date => this.clock.now();
  newId = (): string => this.#ids.next(this.now());

  addUser({ id, name, kind = 'member', roles = [], dms = true, locale = 'en-US' }: NewUser): User {
    for (const role of roles) this.role(role);
    const user: User = { id, name, kind, roles: new Set(roles), dms, locale };
    this.users.set(id, user);
    return user;
  }

  addRole(role: { id: string; name: string; permissions?: readonly string[]; managed?: boolean }): Role {
    const { id, name, permissions = [], managed = false } = role;
    const made = { id, name, permissions: bitsOf(permissions), managed };
    this.roles.set(id, made);
    return made;
  }

  addChannel({ id, name, kind = 'text', permissions = 'all' }: NewChannel): Channel {
    const type = kind === 'forum' ? 15 : 0;
    const channel: Channel = { id, name, type, overwrites: new Map(), recipient: null, thread: null };
    this.channels.set(id, channel);
    if (permissions !== 'all') this.deny(channel, permissions);
    return channel;
  }

  /** Takes permissions from the bot in a channel. */
  deny(channel: Channel, names: readonly string[]): void {
    const before = channel.overwrites.get(this.botUser)?.deny ?? 0n;
    channel.overwrites.set(this.botUser, { id: this.botUser, type: 1, allow: 0n, deny: before | bitsOf(names) });
  }

  /** @throws Error where a story names somebody who is not there; so do the next ones. */
  user(id: string): User {
    const user = this.users.get(id);
    if (!user) throw new Error(`${id} is nobody that Discord knows`);
    return user;
  }

  role(id: string): Role {
    const role = this.roles.get(id);
    if (!role) throw new Error(`${id} is no role of this guild`);
    return role;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`${id} is no channel of this guild`);
    return channel;
  }

  /** Whether somebody is in the guild. */
  isMember = (id: string): boolean => ['member', 'pending', 'bot'].includes(this.users.get(id)?.kind ?? 'gone');

  /** The direct message between the bot and somebody; made where there is none. */
  dm(user: string): Channel {
    const there = [...this.channels.values()].find((one) => one.recipient === user);
    if (there) return there;
    const id = this.newId();
    const made: Channel = { id, name: '', type: 1, overwrites: new Map(), recipient: user, thread: null };
    this.channels.set(id, made);
    return made;
  }

  /** What was written into a channel, not deleted and not private, oldest first. */
  standing(channel: string): Message[] {
    return (this.#inChannel.get(channel) ?? []).filter((one) => !one.deleted && one.onlyFor === null);
  }

  add(message: Message): Message {
    this.messages.push(message);
    const there = this.#inChannel.get(message.channel);
    if (there) there.push(message);
    else this.#inChannel.set(message.channel, [message]);
    return message;
  }

  message = (channel: string, id: string): Message | undefined => this.standing(channel).find((one) => one.id === id);

  /** Notes what a strict Discord holds against the app. */
  note(sentence: string): void {
    this.amiss.push(sentence);
  }
}
