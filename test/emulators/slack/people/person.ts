import type { EventDelivery } from '../events/events.ts';
import type { Ack, Channel, Delivery, HeldView, Interaction, Json, User, View } from '../shapes.ts';
import type { Api } from '../web-api/method.ts';
import { answerCommand } from '../web-api/respond.ts';
import { messageObject } from '../web-api/shown.ts';
import { type Control, controlBy, controls, flat } from './elements.ts';
import { formFaults, stateOf, typedValue } from './inputs.ts';
import { action, filled, named, onMessage, person, viewer } from './payloads.ts';
import { applyAnswer } from './view-answer.ts';

/** Where somebody clicks; `nth` where several buttons bear one label (the first is 0). */
export type ClickAt = ({ channel: string; ts: string } | { modal: true } | { home: true } | { ephemeral: true }) & {
  nth?: number;
};

export interface Hands {
  api: Api;
  deliver(delivery: Delivery): Promise<Ack>;
  /** How the bot's command is called, and whether Slack turns names into ids. */
  command: { name: string; escape: boolean };
  /** What the manifest offers; null: everything. */
  shortcuts: readonly { callback_id: string; type: string }[] | null;
  /** In the conversation with the bot there is no box to type in. */
  directReadOnly: boolean;
}

/** Slack's own libraries send an empty object where nothing is to be shown. */
const isNothing = (body: unknown): boolean =>
  body === null || body === '' || (typeof body === 'object' && Object.keys(body).length === 0);

/** Somebody at their own Slack window: does only what stands in it. */
export class SlackPerson {
  readonly id: string;
  readonly #hands: Hands;

  constructor(id: string, hands: Hands) {
    this.id = id;
    this.#hands = hands;
    this.#user();
  }

  get #workspace() {
    return this.#hands.api.workspace;
  }

  #user = (): User => this.#workspace.user(this.id);

  /** Clicks a button, or an option of an overflow, by what it says; a confirm dialog is accepted. */
  async click(at: ClickAt, label: string | RegExp, over: Json = {}): Promise<Interaction> {
    const { blocks, payload } = this.#window(at);
    return this.#act(payload(this.#action(controlBy(blocks, label, at.nth))), over);
  }

  /** What can be clicked there, as it is read. */
  buttons(at: ClickAt): string[] {
    return controls(this.#window(at).blocks).map(({ label }) => label);
  }

  /** Chooses in a select that stands in a row or beside a section (not in an input). */
  async select(at: ClickAt, actionId: string, wanted: string, over: Json = {}): Promise<Interaction> {
    const { blocks, payload, held } = this.#window(at);
    const found = flat(blocks).flatMap((block) => {
      const elements = [block.accessory, block.element, ...((block.elements as Json[] | undefined) ?? [])] as Json[];
      const element = elements.find((one) => one?.action_id === actionId);
      return element ? [{ block: String(block.block_id), element }] : [];
    })[0];
    if (!found) throw new Error(`nothing with the action id ${actionId} stands here`);
    const value = typedValue(found.element, wanted);
    if (held) held.values[found.block] = { ...held.values[found.block], [actionId]: value };
    const chosen = { ...action({ ...found, option: null }, this.#workspace.stamp()), ...value };
    return this.#act(payload(chosen), over);
  }

  /** Fills in the top modal without sending it. */
  type(values: Record<string, string>): void {
    const held = this.#top();
    for (const [id, typed] of Object.entries(values)) {
      const block = flat(held.view.blocks).find((one) => one.block_id === id && one.type === 'input');
      const there = held.view.blocks.filter((one) => one.type === 'input').map((one) => one.block_id);
      if (!block) throw new Error(`no field ${id} in this modal; there are: ${there.join(', ') || 'none'}`);
      const element = block.element as Json;
      held.values[id] = { [String(element.action_id)]: typedValue(element, typed) };
    }
  }

  /** Fills in the top modal and submits it; what the app answers is done to the modal. */
  async submit(values: Record<string, string> = {}, over: Json = {}): Promise<Interaction> {
    this.type(values);
    const held = this.#top();
    const { view } = held;
    if (!view.submit) throw new Error('this modal has no button to submit it');
    const state = stateOf(held, flat(view.blocks));
    const faults = formFaults(flat(view.blocks), state);
    const workspace = this.#workspace;
    const payload = {
      type: 'view_submission',
      ...viewer(workspace, this.#user()),
      trigger_id: workspace.triggers.give(this.id, view.id),
      view: filled(held),
      response_urls: [],
      ...over,
    };
    if (Object.keys(faults).length > 0) {
      return { acked: false, ackMs: 0, body: null, errors: faults, sent: false, payload };
    }
    const done = await this.#send('interactive', payload, true);
    if (!done.acked) return done;
    const errors = applyAnswer(workspace, held, done.body);
    return errors ? { ...done, errors } : done;
  }

  /** Closes the top modal; the app hears of it only where it asked to. */
  async close(options: { all?: boolean } = {}): Promise<Interaction | null> {
    const held = this.#top();
    const workspace = this.#workspace;
    const cleared = options.all === true || held.view.clear_on_close === true;
    const told = cleared ? workspace.views.stack(this.id).toReversed() : [held];
    if (cleared) workspace.views.clear(this.id);
    else workspace.views.pop(this.id);
    let last: Interaction | null = null;
    for (const one of told) {
      if (one.view.notify_on_close !== true) continue;
      const body = { type: 'view_closed', ...viewer(workspace, this.#user()), view: filled(one), is_cleared: cleared };
      last = await this.#send('interactive', body, false);
    }
    return last;
  }

  /** Types the bot's command into a channel. */
  async command(words: string, channel: string, over: Json = {}): Promise<Interaction> {
    const workspace = this.#workspace;
    const place = this.#standsIn(channel);
    if (this.#hands.directReadOnly && place.id.startsWith('D'))
      throw new Error('sending messages to this app has been turned off, so nothing can be typed there');
    const user = this.#user();
    const { name, escape: escaping } = this.#hands.command;
    const payload: Json = {
      token: workspace.tokens.verification,
      team_id: user.team,
      team_domain: workspace.team.domain,
      channel_id: place.id,
      channel_name: named(place).name,
      user_id: user.id,
      user_name: user.name,
      command: name,
      text: escaping ? this.#escaped(words) : words,
      api_app_id: workspace.app,
      is_enterprise_install: 'false',
      response_url: this.#responseUrl(place, null),
      trigger_id: workspace.triggers.give(this.id),
      ...over,
    };
    const done = await this.#send('slash_commands', payload, true);
    if (done.acked && !isNothing(done.body)) this.#answered(place, done.body, payload);
    return done;
  }

  /** Chooses a shortcut from a message's menu. */
  async messageShortcut(callbackId: string, channel: string, ts: string, over: Json = {}): Promise<Interaction> {
    this.#offered(callbackId, 'message');
    const workspace = this.#workspace;
    const place = this.#standsIn(channel);
    const message = workspace.message(place.id, ts);
    if (!message) throw new Error(`no message ${ts} stands in ${channel}`);
    const payload = {
      type: 'message_action',
      ...person(workspace, this.#user()),
      callback_id: callbackId,
      action_ts: workspace.stamp(),
      trigger_id: workspace.triggers.give(this.id),
      response_url: this.#responseUrl(place, { ts, ephemeral: false }),
      message_ts: ts,
      channel: named(place),
      message: messageObject(workspace, message, true),
      ...over,
    };
    return this.#send('interactive', payload, false);
  }

  /** Chooses a global shortcut. */
  async globalShortcut(callbackId: string, over: Json = {}): Promise<Interaction> {
    this.#offered(callbackId, 'global');
    const workspace = this.#workspace;
    const payload = {
      type: 'shortcut',
      ...person(workspace, this.#user()),
      callback_id: callbackId,
      action_ts: workspace.stamp(),
      trigger_id: workspace.triggers.give(this.id),
      ...over,
    };
    return this.#send('interactive', payload, false);
  }

  /** Opens the app's home (or its messages). */
  async openHome(tab: 'home' | 'messages' = 'home'): Promise<EventDelivery | null> {
    const workspace = this.#workspace;
    const home = workspace.views.home(this.id);
    return this.#hands.api.events.emit({
      type: 'app_home_opened',
      user: this.id,
      channel: workspace.im(this.id).id,
      tab,
      ...(home && tab === 'home' ? { view: home.view } : {}),
    });
  }

  /** What stands at the place of a click, and the payload that it makes. */
  #window(at: ClickAt): { blocks: Json[]; held?: HeldView; payload(action: Json): Json } {
    const workspace = this.#workspace;
    const act = () => ({ type: 'block_actions', ...viewer(workspace, this.#user()) });
    if ('modal' in at || 'home' in at) {
      const held = 'modal' in at ? this.#top() : workspace.views.home(this.id);
      if (!held) throw new Error('this person has no home yet');
      const payload = (one: Json) => ({
        ...act(),
        container: { type: 'view', view_id: held.view.id },
        trigger_id: workspace.triggers.give(this.id, 'modal' in at ? held.view.id : null),
        view: filled(held),
        actions: [one],
      });
      return { blocks: held.view.blocks, held, payload };
    }
    if ('ephemeral' in at) {
      const shown = workspace.ephemerals.findLast(({ user }) => user === this.id);
      if (!shown) throw new Error('this person was told nothing privately');
      return this.#message(workspace.channel(shown.channel), shown.blocks, { ts: shown.ts, ephemeral: true });
    }
    const channel = this.#standsIn(at.channel);
    const message = workspace.message(channel.id, at.ts);
    if (!message) throw new Error(`no message ${at.ts} stands in ${at.channel}`);
    return this.#message(channel, message.blocks, message);
  }

  #message(channel: Channel, blocks: Json[], message: Parameters<typeof onMessage>[2]) {
    const workspace = this.#workspace;
    const payload = (one: Json) => ({
      type: 'block_actions',
      ...person(workspace, this.#user()),
      ...onMessage(
        workspace,
        channel,
        message,
        this.#responseUrl(channel, { ts: message.ts, ephemeral: 'ephemeral' in message }),
      ),
      trigger_id: workspace.triggers.give(this.id),
      actions: [one],
    });
    return { blocks, payload };
  }

  #action = (control: Control): Json => action(control, this.#workspace.stamp());

  #act(payload: Json, over: Json): Promise<Interaction> {
    return this.#send('interactive', { ...payload, ...over }, false);
  }

  async #send(type: Delivery['type'], payload: Json, acceptsResponse: boolean): Promise<Interaction> {
    const ack = await this.#hands.deliver({ type, payload, acceptsResponse });
    return { acked: ack.acked, ackMs: ack.ms, body: ack.body, sent: true, payload };
  }

  /** An answer inside of the acknowledgement of a command. */
  #answered(place: Channel, body: unknown, payload: Json): void {
    const given = typeof body === 'string' ? { text: body } : (body as Json);
    answerCommand(
      this.#workspace,
      { user: this.id, channel: place.id, message: null },
      String(payload.response_url),
      given,
    );
  }

  #responseUrl(channel: Channel, message: { ts: string; ephemeral: boolean } | null): string {
    const { workspace, base } = this.#hands.api;
    const key = workspace.responseUrls.give({ user: this.id, channel: channel.id, message });
    return `${base}/actions/${workspace.team.id}/${key}`;
  }

  /** A channel that this person sees. */
  #standsIn(id: string): Channel {
    const channel = this.#workspace.channel(id);
    if (!channel.members.has(this.id)) throw new Error(`${this.id} is not in ${id} and sees nothing of it`);
    return channel;
  }

  #offered(callbackId: string, type: 'message' | 'global'): void {
    const { shortcuts } = this.#hands;
    if (!shortcuts || shortcuts.some((one) => one.callback_id === callbackId && one.type === type)) return;
    throw new Error(`the manifest has no ${type} shortcut ${callbackId}`);
  }

  #top(): HeldView {
    const held = this.#workspace.views.stack(this.id).at(-1);
    if (!held) throw new Error(`${this.id} has no modal open`);
    return held;
  }

  /** The modal that this person has before them. */
  get modal(): View | null {
    return this.#workspace.views.stack(this.id).at(-1)?.view ?? null;
  }

  /** Names become ids, and what is special to Slack becomes entities, as `should_escape` asks for. */
  #escaped(words: string): string {
    const { users, channels } = this.#workspace;
    const byName = <T extends { name: string }>(all: Iterable<T>, name: string) =>
      [...all].find((one) => one.name === name);
    return words
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/(^|\s)@([\w.-]+)/g, (whole, before: string, name: string) => {
        const user = byName(users.values(), name);
        return user ? `${before}<@${user.id}|${user.name}>` : whole;
      })
      .replace(/(^|\s)#([\w-]+)/g, (whole, before: string, name: string) => {
        const channel = byName(channels.values(), name);
        return channel ? `${before}<#${channel.id}|${channel.name}>` : whole;
      });
  }
}
