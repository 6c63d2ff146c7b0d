import { Refusal } from '../refusal.ts';
import type { Channel, Json, Message } from '../shapes.ts';
import { contentOf, needContent } from './content.ts';
import { type Api, channelArg, flagArg, type Method, textArg } from './method.ts';
import { messageObject } from './shown.ts';

const WRITE = ['chat:write'];

/** Where something is to be posted: a channel by id or name, or a person, whose direct message it then is. */
function placeOf(api: Api, args: Json): Channel {
  const { workspace } = api;
  const named = textArg(args, 'channel');
  if (/^[UW]/.test(named)) {
    const user = workspace.users.get(named);
    if (!user || user.id === workspace.botUser) throw new Refusal('channel_not_found');
    if (user.kind === 'bot') throw new Refusal('cannot_dm_bot');
    if (user.kind === 'gone') throw new Refusal('user_disabled');
    return workspace.im(named);
  }
  const byName = [...workspace.channels.values()].find(({ im, name }) => !im && `#${name}` === named);
  return channelArg(api, byName ? { channel: byName.id } : args);
}

/** @throws Refusal where the bot may not write into it. */
function mayWrite({ workspace }: Api, method: string, channel: Channel): void {
  if (channel.archived) throw new Refusal('is_archived');
  if (channel.members.has(workspace.botUser)) return;
  if (method === 'chat.postEphemeral' || !workspace.scopes.has('chat:write.public')) {
    throw new Refusal('not_in_channel');
  }
}

/** The thread a message goes into: its parent, or what is left of it. */
function threadOf({ workspace }: Api, args: Json, channel: Channel): string | null {
  if (args.thread_ts === undefined || args.thread_ts === '') return null;
  const ts = String(args.thread_ts);
  const message = workspace.message(channel.id, ts);
  const replied = workspace.standing(channel.id).some((one) => one.thread_ts === ts);
  if (!message && !replied) throw new Refusal('thread_not_found');
  return message?.thread_ts ?? ts;
}

function post(api: Api, args: Json): Json {
  const { workspace } = api;
  const channel = placeOf(api, args);
  mayWrite(api, 'chat.postMessage', channel);
  const content = contentOf(workspace, 'chat.postMessage', args);
  needContent(content);
  const thread_ts = threadOf(api, args, channel);
  const message = workspace.write(channel.id, {
    user: workspace.botUser,
    own: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    metadata: content.metadata ?? null,
    thread_ts,
    broadcast: flagArg(args, 'reply_broadcast'),
  });
  return { channel: channel.id, ts: message.ts, message: messageObject(workspace, message, true) };
}

/** One of our own messages that may still be changed. */
function ownMessage(api: Api, args: Json, method: string): { channel: Channel; message: Message } {
  const { workspace } = api;
  const channel = channelArg(api, args);
  const message = workspace.message(channel.id, textArg(args, 'ts'));
  if (channel.archived) throw new Refusal('is_inactive');
  if (!channel.members.has(workspace.botUser) && !workspace.scopes.has('chat:write.public')) {
    throw new Refusal('not_in_channel');
  }
  if (!message) throw new Refusal('message_not_found');
  if (!message.own) throw new Refusal(method === 'chat.update' ? 'cant_update_message' : 'cant_delete_message');
  return { channel, message };
}

/** What is not given stays; an empty list takes the blocks away. */
function update(api: Api, args: Json): Json {
  const { workspace } = api;
  const { channel, message } = ownMessage(api, args, 'chat.update');
  const content = contentOf(workspace, 'chat.update', args);
  if (content.text === undefined && content.blocks === undefined && content.attachments === undefined) {
    throw new Refusal('no_text');
  }
  message.text = content.text ?? message.text;
  message.blocks = content.blocks ?? message.blocks;
  message.attachments = content.attachments ?? message.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  message.edits += 1;
  message.editedAt = workspace.stamp();
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messageObject(workspace, message, true),
  };
}

function remove(api: Api, args: Json): Json {
  const { channel, message } = ownMessage(api, args, 'chat.delete');
  message.deleted = true;
  return { channel: channel.id, ts: message.ts };
}

function ephemeral(api: Api, args: Json): Json {
  const { workspace } = api;
  const channel = channelArg(api, args);
  mayWrite(api, 'chat.postEphemeral', channel);
  const user = workspace.users.get(textArg(args, 'user'));
  if (!user || user.kind === 'gone' || !channel.members.has(user.id)) throw new Refusal('user_not_in_channel');
  const content = contentOf(workspace, 'chat.postEphemeral', args);
  needContent(content);
  const ts = workspace.stamp();
  const { text = '', blocks = [] } = content;
  const thread = args.thread_ts === undefined ? {} : { thread_ts: String(args.thread_ts) };
  workspace.ephemerals.push({ user: user.id, channel: channel.id, ts, text, blocks, ...thread });
  return { message_ts: ts };
}

function permalink(api: Api, args: Json): Json {
  const { workspace } = api;
  const channel = channelArg(api, args);
  const ts = textArg(args, 'message_ts');
  if (!workspace.message(channel.id, ts)) throw new Refusal('message_not_found');
  const address = `https://${workspace.team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`;
  return { channel: channel.id, permalink: address };
}

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': { scopes: WRITE, run: post },
  'chat.update': { scopes: WRITE, run: update },
  'chat.delete': { scopes: WRITE, run: remove },
  'chat.postEphemeral': { scopes: WRITE, run: ephemeral },
  'chat.getPermalink': { scopes: [], run: permalink },
};
