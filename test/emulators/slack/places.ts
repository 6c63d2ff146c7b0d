import type { EventDelivery, Events } from './events/events.ts';
import type { Channel, Json } from './shapes.ts';
import { messageObject } from './web-api/shown.ts';
import type { Workspace } from './workspace/workspace.ts';

/** What people do to channels and to the app, each with the event that Slack sends for it. */
export class Places {
  readonly #workspace: Workspace;
  readonly #events: Events;

  constructor(workspace: Workspace, events: Events) {
    this.#workspace = workspace;
    this.#events = events;
  }

  #kind = (channel: Channel) => (channel.private ? 'group' : 'channel');
  #admin = (): string => [...this.#workspace.users.values()].find(({ kind }) => kind === 'member')?.id ?? 'USLACKBOT';

  /** Whether the app may hear of a channel at all. */
  #heard = (channel: Channel): boolean => channel.members.has(this.#workspace.botUser);

  async archive(id: string): Promise<EventDelivery | null> {
    const channel = this.#workspace.channel(id);
    channel.archived = true;
    if (!this.#heard(channel)) return null;
    return this.#events.emit({
      type: `${this.#kind(channel)}_archive`,
      channel: id,
      user: this.#admin(),
      is_moved: 0,
    });
  }

  async unarchive(id: string): Promise<EventDelivery | null> {
    const channel = this.#workspace.channel(id);
    channel.archived = false;
    if (!this.#heard(channel)) return null;
    return this.#events.emit({ type: `${this.#kind(channel)}_unarchive`, channel: id, user: this.#admin() });
  }

  /** Takes the bot out of a channel. */
  async kick(id: string): Promise<EventDelivery | null> {
    const channel = this.#workspace.channel(id);
    channel.members.delete(this.#workspace.botUser);
    return this.#events.emit({ type: `${this.#kind(channel)}_left`, channel: id, actor_id: this.#admin() });
  }

  async invite(id: string, user: string = this.#workspace.botUser): Promise<EventDelivery | null> {
    const channel = this.#workspace.channel(id);
    channel.members.add(user);
    return this.#events.emit({
      type: 'member_joined_channel',
      user,
      channel: id,
      channel_type: channel.private ? 'G' : 'C',
      team: this.#workspace.team.id,
      inviter: this.#admin(),
    });
  }

  /** The token is taken back; with `uninstall` the whole app goes. */
  async revoke({ uninstall = false }: { uninstall?: boolean } = {}): Promise<void> {
    this.#workspace.tokenFault = uninstall ? 'account_inactive' : 'token_revoked';
    const tokens = { oauth: [], bot: [this.#workspace.botUser] };
    await this.#events.emit({ type: 'tokens_revoked', tokens });
    if (uninstall) await this.#events.emit({ type: 'app_uninstalled' });
  }

  /** Somebody deletes a message of any author's. */
  async deleteMessage(id: string, ts: string, by: string): Promise<EventDelivery | null> {
    const workspace = this.#workspace;
    const channel = workspace.channel(id);
    const message = workspace.message(id, ts);
    if (!message) throw new Error(`no message ${ts} stands in ${id}`);
    workspace.user(by);
    const previous = messageObject(workspace, message);
    message.deleted = true;
    return this.#message(channel, {
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: ts,
      previous_message: previous,
    });
  }

  /** Somebody writes into a channel. */
  async say(id: string, user: string, text: string, threadTs?: string): Promise<string> {
    const workspace = this.#workspace;
    const channel = workspace.channel(id);
    const message = workspace.write(id, { user, own: false, text, thread_ts: threadTs ?? null });
    const { team, kind } = workspace.user(user);
    const abroad = kind === 'stranger' ? { user_team: team, source_team: team } : {};
    await this.#message(channel, { ...messageObject(workspace, message), ...abroad, ts: message.ts });
    return message.ts;
  }

  /** A message event comes only with the scope to read this kind of conversation. */
  async #message(channel: Channel, event: Json): Promise<EventDelivery | null> {
    const { scopes } = this.#workspace;
    const kind = channel.im ? 'im' : `${this.#kind(channel)}s`;
    if (!scopes.has(`${kind}:history`) || !this.#heard(channel)) return null;
    const type = channel.im ? 'im' : this.#kind(channel);
    const ts = this.#workspace.stamp();
    const shared = [...channel.members].some((id) => this.#workspace.users.get(id)?.kind === 'stranger');
    const message = { type: 'message', channel: channel.id, channel_type: type, ts, ...event };
    return this.#events.emit(message, { is_ext_shared_channel: shared });
  }
}
