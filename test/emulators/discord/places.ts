import type { Gateway } from './gateway/gateway.ts';
import type { Channel, Message } from './shapes.ts';
import type { NewChannel, Realm } from './state/realm.ts';
import { channelObject, gatewayGuild, messageObject, roleObject } from './wire.ts';

/** What moderators and Discord itself do to places, messages and roles. */
export class Places {
  readonly #realm: Realm;
  readonly #gateway: Gateway;

  constructor(realm: Realm, gateway: Gateway) {
    this.#realm = realm;
    this.#gateway = gateway;
  }

  addChannel(channel: NewChannel): Channel {
    const made = this.#realm.addChannel(channel);
    this.#realm.tell('CHANNEL_CREATE', channelObject(this.#realm, made));
    return made;
  }

  deleteMessage(channel: string, id: string): void {
    const message = this.#realm.message(channel, id);
    if (!message) throw new Error(`${id} does not stand in ${channel}`);
    message.deleted = true;
    this.#realm.tell('MESSAGE_DELETE', { id, channel_id: channel, guild_id: this.#realm.guild.id });
  }

  deleteChannel(id: string): void {
    const channel = this.#realm.channel(id);
    const event = channel.thread ? 'THREAD_DELETE' : 'CHANNEL_DELETE';
    const told = channelObject(this.#realm, channel);
    for (const message of this.#realm.standing(id)) message.deleted = true;
    this.#realm.channels.delete(id);
    for (const one of [...this.#realm.channels.values()]) {
      if (one.thread?.parent === id) this.#realm.channels.delete(one.id);
    }
    this.#realm.tell(event, told);
  }

  /** Takes permissions from the bot in a channel. */
  deny(id: string, names: readonly string[]): void {
    const channel = this.#realm.channel(id);
    this.#realm.deny(channel, names);
    this.#realm.tell('CHANNEL_UPDATE', channelObject(this.#realm, channel));
  }

  /** Gives back all that was taken there. */
  allow(id: string): void {
    const channel = this.#realm.channel(id);
    channel.overwrites.clear();
    this.#realm.tell('CHANNEL_UPDATE', channelObject(this.#realm, channel));
  }

  archiveThread(id: string, on: { archived: boolean; locked: boolean }): void {
    const channel = this.#realm.channel(id);
    if (!channel.thread) throw new Error(`${id} is no thread`);
    Object.assign(channel.thread, on, { archivedAt: this.#realm.now() });
    this.#realm.tell('THREAD_UPDATE', channelObject(this.#realm, channel));
  }

  kickBot(): void {
    this.#realm.inGuild = false;
    this.#realm.tell('GUILD_DELETE', { id: this.#realm.guild.id });
  }

  inviteBot(): void {
    this.#realm.inGuild = true;
    this.#realm.tell('GUILD_CREATE', gatewayGuild(this.#realm));
  }

  guildUnavailable(on: boolean): void {
    this.#realm.guild.unavailable = on;
    if (on) this.#realm.tell('GUILD_DELETE', { id: this.#realm.guild.id, unavailable: true });
    else this.#realm.tell('GUILD_CREATE', gatewayGuild(this.#realm));
  }

  giveRole(user: string, role: string): void {
    this.#realm.role(role);
    this.#realm.user(user).roles.add(role);
  }

  takeRole = (user: string, role: string): boolean => this.#realm.user(user).roles.delete(role);

  /** A role of the guild goes away, from everybody too. */
  deleteRole(id: string): void {
    const role = this.#realm.role(id);
    this.#realm.roles.delete(id);
    for (const user of this.#realm.users.values()) user.roles.delete(id);
    this.#realm.tell('GUILD_ROLE_DELETE', { guild_id: this.#realm.guild.id, role_id: role.id });
  }

  updateRole(id: string): void {
    const role = roleObject(this.#realm.role(id), this.#realm);
    this.#realm.tell('GUILD_ROLE_UPDATE', { guild_id: this.#realm.guild.id, role });
  }

  /** Somebody writes something. */
  say(channel: string, author: string, content: string): string {
    this.#realm.user(author);
    const message: Message = {
      id: this.#realm.newId(),
      channel: this.#realm.channel(channel).id,
      author,
      type: 0,
      flags: 0,
      content,
      embeds: [],
      components: [],
      attachments: [],
      nonce: null,
      at: this.#realm.now(),
      edits: 0,
      editedAt: null,
      deleted: false,
      pings: [],
      onlyFor: null,
      interaction: null,
      reference: null,
    };
    this.#realm.add(message);
    this.#gateway.dispatch('MESSAGE_CREATE', {
      ...messageObject(this.#realm, message),
      guild_id: this.#realm.guild.id,
    });
    return message.id;
  }
}
