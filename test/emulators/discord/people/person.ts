import type { Deliveries } from '../interactions/deliver.ts';
import type { Held, Interactions, InteractionType } from '../interactions/interactions.ts';
import type { Channel, Interaction, Json, Message, Modal } from '../shapes.ts';
import { bitsOf, guildPermissions, permissionsIn } from '../state/permissions.ts';
import type { Realm } from '../state/realm.ts';
import { messageObject, userObject } from '../wire.ts';
import { type Control, clickData, controlBy, offers } from './controls.ts';
import { type FormValue, formData } from './form.ts';
import { type OptionValue, typedCommand } from './options.ts';
import { payloadOf } from './payloads.ts';

/** Where somebody clicks: a message of a channel; a private answer or a direct message, the newest with such a button unless said. */
export type ClickAt =
  | { channel: string; message: string }
  | { private: true; message?: string }
  | { dm: true; message?: string };

export interface Hands {
  realm: Realm;
  interactions: Interactions;
  deliveries: Deliveries;
}

/** Puts other values into a payload; undefined takes a field away. */
function changed(payload: Json, over: object): Json {
  const all = Object.entries({ ...payload, ...over });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** Somebody in front of Discord's client. */
export class DiscordPerson {
  readonly id: string;
  readonly #hands: Hands;

  constructor(id: string, hands: Hands) {
    hands.realm.user(id);
    this.id = id;
    this.#hands = hands;
  }

  get #realm(): Realm {
    return this.#hands.realm;
  }

  /**
   * Clicks a button, or chooses one option of a menu, by what stands on it. `over` replaces fields of the payload.
   * @throws Error too for an option that is chosen already: until the message is drawn otherwise, the client shows it as
   * chosen, and choosing it again sends nothing.
   */
  click(at: ClickAt, label: string | RegExp, over: object = {}): Promise<Interaction> {
    const message = this.#messageAt(at, label);
    const control = controlBy(message, label);
    this.#choose(message, control);
    return this.#send(3, this.#realm.channel(message.channel), clickData(control), message, over);
  }

  #choose({ id, components }: Message, { label, component, value }: Control): void {
    if (value === undefined) return;
    const menu = `${this.id} ${id} ${String(component.custom_id)}`;
    const shown = JSON.stringify(components);
    const before = this.#realm.chosen.get(menu);
    if (before?.value === value && before.shown === shown)
      throw new Error(`${label} is chosen already, so the client sends nothing`);
    this.#realm.chosen.set(menu, { value, shown });
  }

  /** Sends the form that this person has open. */
  async submit(values: Readonly<Record<string, FormValue>>, over: object = {}): Promise<Interaction> {
    const open = this.#realm.modals.get(this.id) ?? [];
    const top = open.at(-1);
    if (!top) throw new Error(`${this.id} has no form open`);
    const from = this.#hands.interactions.get(top.interaction);
    const channel = this.#realm.channel(from?.channel ?? '');
    const sent = await this.#send(5, channel, formData(top.modal, values), from?.source ?? null, over);
    if (sent.acked)
      this.#realm.modals.set(
        this.id,
        open.filter((one) => one !== top),
      );
    return sent;
  }

  /** The form that this person has before them. */
  get modal(): Modal | null {
    return this.#realm.modals.get(this.id)?.at(-1)?.modal ?? null;
  }

  /** Closes it without sending. */
  dismiss(): void {
    this.#realm.modals.set(this.id, (this.#realm.modals.get(this.id) ?? []).slice(0, -1));
  }

  /** `command('alert show', { id: 'A-7' })`; in the first channel that this person sees, unless said. */
  command(
    name: string,
    options: Readonly<Record<string, OptionValue>> = {},
    channel?: string,
    over: object = {},
  ): Promise<Interaction> {
    const { command, data } = typedCommand(this.#realm, name, options);
    const place = this.#place(channel);
    this.#offered(command, place);
    return this.#send(2, place, data, null, over);
  }

  /** What is offered while an option is typed. */
  async complete(
    name: string,
    options: Readonly<Record<string, string>>,
    focused: string,
    channel?: string,
  ): Promise<{ name: string; value: string | number }[]> {
    const { command, data } = typedCommand(this.#realm, name, options, focused);
    const place = this.#place(channel);
    this.#offered(command, place);
    const { callback } = await this.#send(4, place, data, null, {});
    return ((callback?.data?.choices ?? []) as { name: string; value: string | number }[]).slice();
  }

  /** A command of a message's menu (Apps). */
  messageCommand(name: string, channel: string, message: string, over: object = {}): Promise<Interaction> {
    const all = [...this.#realm.commands.guild, ...this.#realm.commands.global];
    const command = all.find((one) => one.name === name && one.type === 3);
    if (!command) throw new Error(`there is no command ${name} on messages`);
    const place = this.#place(channel);
    this.#offered(command, place);
    const target = this.#messageAt({ channel, message }, name);
    const guild = command.guild_id === undefined ? {} : { guild_id: command.guild_id };
    const resolved = { messages: { [target.id]: messageObject(this.#realm, target) } };
    const data = { id: command.id, name, type: 3, ...guild, target_id: target.id, resolved };
    return this.#send(2, place, data, null, over);
  }

  async #send(
    type: InteractionType,
    channel: Channel,
    data: Json,
    message: Message | null,
    over: object,
  ): Promise<Interaction> {
    const { interactions, deliveries } = this.#hands;
    const user = this.#realm.user(this.id);
    const held: Held = interactions.open({ type, user, channel: channel.id, source: message });
    const carried = message ? messageObject(this.#realm, message) : null;
    held.payload = changed(payloadOf(this.#realm, held, channel, data, carried), over);
    return deliveries.deliver(held);
  }

  #messageAt(at: ClickAt, label: string | RegExp): Message {
    const found = this.#messagesAt(at);
    const newest = found.findLast((one) => offers(one, label)) ?? found.at(-1);
    const named = at.message === undefined ? newest : found.find(({ id }) => id === at.message);
    if (!named) throw new Error(`${this.id} has no message to click ${label} on`);
    return named;
  }

  #messagesAt(at: ClickAt): Message[] {
    if ('private' in at) return this.#realm.messages.filter((one) => one.onlyFor === this.id && !one.deleted);
    if ('dm' in at) return this.#realm.standing(this.#realm.dm(this.id).id);
    return this.#realm.standing(this.#place(at.channel).id);
  }

  /** A channel that this person sees. */
  #place(id?: string): Channel {
    const all = [...this.#realm.channels.values()];
    const channel = id === undefined ? all.find((one) => one.type === 0 && this.#sees(one)) : this.#realm.channel(id);
    if (!channel || !this.#sees(channel)) throw new Error(`${this.id} does not see ${id ?? 'any channel'}`);
    return channel;
  }

  #sees(channel: Channel): boolean {
    const { kind } = this.#realm.user(this.id);
    if (channel.type === 1) return channel.recipient === this.id;
    if (kind === 'gone') return false;
    return kind === 'outsider' || (permissionsIn(this.#realm, this.id, channel) & bitsOf(['ViewChannel'])) !== 0n;
  }

  /** @throws Error where Discord would not show the command. */
  #offered(command: Json, channel: Channel): void {
    const contexts = command.contexts as number[] | null;
    const context = channel.type === 1 ? 1 : 0;
    if (contexts && !contexts.includes(context)) throw new Error(`/${String(command.name)} is not offered here`);
    const needed = command.default_member_permissions as string | null;
    if (needed === null || context === 1 || this.#realm.user(this.id).kind === 'outsider') return;
    const has = guildPermissions(this.#realm, this.id);
    const enough =
      needed === '0' ? (has & bitsOf(['Administrator'])) !== 0n : (has & BigInt(needed)) === BigInt(needed);
    if (!enough)
      throw new Error(`${userObject(this.#realm.user(this.id)).username} is not offered /${String(command.name)}`);
  }
}
