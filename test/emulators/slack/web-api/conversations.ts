import { Refusal } from '../refusal.ts';
import type { Channel, Json, Message } from '../shapes.ts';
import { type Api, channelArg, flagArg, type Method, needFor, page, textArg } from './method.ts';
import { channelObject, messageObject } from './shown.ts';

const READ = ['channels:read', 'groups:read', 'im:read'];
const HISTORY = ['channels:history', 'groups:history', 'im:history'];

function info(api: Api, args: Json): Json {
  const channel = channelArg(api, args);
  needFor(api, 'conversations.info', channel, 'read');
  return { channel: channelObject(api.workspace, channel) };
}

function readable(api: Api, method: string, args: Json): Channel {
  const channel = channelArg(api, args);
  needFor(api, method, channel, 'history');
  if (!channel.members.has(api.workspace.botUser)) throw new Refusal('not_in_channel');
  return channel;
}

/** Messages within `oldest` and `latest`, both left out unless `inclusive`. */
function within(args: Json, messages: readonly Message[]): Message[] {
  const oldest = Number(args.oldest ?? 0);
  const latest = args.latest === undefined ? Number.POSITIVE_INFINITY : Number(args.latest);
  if (Number.isNaN(oldest)) throw new Refusal('invalid_ts_oldest');
  if (Number.isNaN(latest)) throw new Refusal('invalid_ts_latest');
  const inclusive = flagArg(args, 'inclusive');
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

function threadFacts(api: Api, channel: Channel, parent: string): Json {
  const replies = api.workspace.standing(channel.id).filter((one) => one.thread_ts === parent);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    thread_ts: parent,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users,
    is_locked: false,
    subscribed: false,
  };
}

function history(api: Api, args: Json): Json {
  const channel = readable(api, 'conversations.history', args);
  const top = api.workspace.standing(channel.id).filter((one) => !one.thread_ts || one.broadcast);
  const { items, next } = page(within(args, top).reverse(), args);
  const metadata = flagArg(args, 'include_all_metadata');
  return {
    messages: items.map((one) => ({
      ...messageObject(api.workspace, one, metadata),
      ...(one.thread_ts ? {} : threadFacts(api, channel, one.ts)),
    })),
    has_more: next !== '',
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    response_metadata: { next_cursor: next },
  };
}

function replies(api: Api, args: Json): Json {
  const channel = readable(api, 'conversations.replies', args);
  const ts = textArg(args, 'ts');
  const all = api.workspace.standing(channel.id);
  const asked = all.find((one) => one.ts === ts);
  const root = asked?.thread_ts ?? ts;
  const parent = all.find((one) => one.ts === root);
  const below = all.filter((one) => one.thread_ts === root);
  if (!parent && below.length === 0) throw new Refusal('thread_not_found');
  const metadata = flagArg(args, 'include_all_metadata');
  const { items, next } = page([...(parent ? [parent] : []), ...within(args, below)], args, 1000);
  return {
    messages: items.map((one) => ({
      ...messageObject(api.workspace, one, metadata),
      ...(one.thread_ts ? { parent_user_id: parent?.user } : threadFacts(api, channel, root)),
    })),
    has_more: next !== '',
    ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
  };
}

function open(api: Api, args: Json): Json {
  const { workspace } = api;
  const users = textArg(args, 'users').split(',');
  if (users.length !== 1) throw new Refusal('too_many_users');
  const user = workspace.users.get(users[0] ?? '');
  if (!user) throw new Refusal('user_not_found');
  if (user.kind === 'bot') throw new Refusal('cannot_dm_bot');
  if (user.kind === 'gone') throw new Refusal('user_disabled');
  const known = [...workspace.channels.values()].some(({ im }) => im === user.id);
  const channel = workspace.im(user.id);
  return {
    ...(known ? { no_op: true, already_open: true } : {}),
    channel: flagArg(args, 'return_im') ? channelObject(workspace, channel) : { id: channel.id },
  };
}

function list(api: Api, args: Json): Json {
  const { workspace } = api;
  const types = String(args.types ?? 'public_channel').split(',');
  const kindOf = (channel: Channel) => (channel.im ? 'im' : channel.private ? 'private_channel' : 'public_channel');
  const scopes: Record<string, string> = {
    public_channel: 'channels:read',
    private_channel: 'groups:read',
    im: 'im:read',
    mpim: 'mpim:read',
  };
  for (const type of types) {
    const scope = scopes[type.trim()];
    if (!scope) throw new Refusal('invalid_types');
    workspace.need('conversations.list', [scope]);
  }
  const seen = [...workspace.channels.values()].filter(
    (channel) =>
      types.map((type) => type.trim()).includes(kindOf(channel)) &&
      (!channel.private || channel.members.has(workspace.botUser)) &&
      !(flagArg(args, 'exclude_archived') && channel.archived),
  );
  const { items, next } = page(seen, args);
  return {
    channels: items.map((channel) => channelObject(workspace, channel)),
    response_metadata: { next_cursor: next },
  };
}

function members(api: Api, args: Json): Json {
  const channel = channelArg(api, args);
  needFor(api, 'conversations.members', channel, 'read');
  const { items, next } = page([...channel.members], args);
  return { members: items, response_metadata: { next_cursor: next } };
}

/** A bot may join public channels by itself where it has the scope. */
function join(api: Api, args: Json): Json {
  const channel = channelArg(api, args);
  if (channel.private) throw new Refusal('method_not_supported_for_channel_type');
  if (channel.archived) throw new Refusal('is_archived');
  channel.members.add(api.workspace.botUser);
  return { channel: channelObject(api.workspace, channel) };
}

export const conversationMethods: Record<string, Method> = {
  'conversations.info': { scopes: READ, run: info },
  'conversations.history': { scopes: HISTORY, run: history },
  'conversations.replies': { scopes: HISTORY, run: replies },
  'conversations.open': { scopes: ['im:write'], run: open },
  'conversations.list': { scopes: READ, run: list },
  'conversations.members': { scopes: READ, run: members },
  'conversations.join': { scopes: ['channels:join'], run: join },
};
