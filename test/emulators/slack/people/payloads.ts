import type { Channel, HeldView, Json, Message, User } from '../shapes.ts';
import { messageObject } from '../web-api/shown.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Control } from './elements.ts';
import { flat } from './elements.ts';
import { stateOf } from './inputs.ts';

/** What every payload of a person's act begins with. */
export const person = (workspace: Workspace, user: User): Json => ({
  user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
  api_app_id: workspace.app,
  token: workspace.tokens.verification,
  team: workspace.teamObject(),
  enterprise: null,
  is_enterprise_install: false,
});

/** The same where a view is all that there is: of a stranger it then carries their own workspace alone. */
export const viewer = (workspace: Workspace, user: User): Json => ({
  ...person(workspace, user),
  ...(user.kind === 'stranger' ? { team: { id: user.team, domain: 'elsewhere' } } : {}),
});

/** A channel as payloads name it: not every one by its name. */
export const named = (channel: Channel): Json => ({
  id: channel.id,
  name: channel.im ? 'directmessage' : channel.private ? 'privategroup' : channel.name,
});

/** A view with what was typed into it. */
export const filled = (held: HeldView): Json => ({
  ...held.view,
  state: { values: stateOf(held, flat(held.view.blocks)) },
});

/** One entry of `actions`. */
export function action(control: Pick<Control, 'block' | 'element' | 'option'>, at: string): Json {
  const { element, option, block } = control;
  return {
    action_id: element.action_id,
    block_id: block,
    type: element.type,
    ...(option ? { selected_option: option } : {}),
    ...(element.type === 'button' ? { text: element.text } : {}),
    ...(element.type === 'button' && element.value !== undefined ? { value: element.value } : {}),
    ...(element.style === undefined ? {} : { style: element.style }),
    ...(element.confirm === undefined ? {} : { confirm: element.confirm }),
    action_ts: at,
  };
}

/** Where a click on a message comes from; of a private one only the container tells. */
export function onMessage(
  workspace: Workspace,
  channel: Channel,
  message: Message | { ts: string; ephemeral: true },
  responseUrl: string,
): Json {
  const ephemeral = 'ephemeral' in message;
  return {
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: ephemeral },
    channel: named(channel),
    ...(ephemeral ? {} : { message: messageObject(workspace, message, true) }),
    state: { values: {} },
    response_url: responseUrl,
  };
}
