import type { Events } from '../events/events.ts';
import { Refusal } from '../refusal.ts';
import type { Channel, Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What a method works with. */
export interface Api {
  workspace: Workspace;
  events: Events;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  base: string;
  /** A ticket for one socket, as an address. */
  socketUrl(): string;
}

export interface Method {
  /** Any one of these is enough; none: every token may. */
  scopes: readonly string[];
  /** Whose token it takes; the bot's unless said. */
  token?: 'app';
  run(api: Api, args: Json): Json | Promise<Json>;
}

/** @throws Refusal `invalid_arguments` where it is missing or no text. */
export function textArg(args: Json, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}

export const flagArg = (args: Json, name: string): boolean => args[name] === true || args[name] === 'true';

export const countArg = (args: Json, name: string, usual: number, most: number): number => {
  const value = Number(args[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Refusal('invalid_limit');
  return Math.min(value, most);
};

/** Slack's family of scopes for a kind of conversation. */
const family = (channel: Channel): 'channels' | 'groups' | 'im' =>
  channel.im ? 'im' : channel.private ? 'groups' : 'channels';

/** @throws Refusal `missing_scope` where the token lacks `<kind of conversation>:<what>`. */
export const needFor = ({ workspace }: Api, method: string, channel: Channel, what: 'read' | 'history'): void =>
  workspace.need(method, [`${family(channel)}:${what}`]);

/** @throws Refusal `channel_not_found`, also for a private channel that the bot is not in. */
export function channelArg({ workspace }: Api, args: Json, name = 'channel'): Channel {
  const channel = workspace.channels.get(textArg(args, name));
  if (!channel || (channel.private && !channel.members.has(workspace.botUser))) throw new Refusal('channel_not_found');
  return channel;
}

/** One page of a list, and where the next begins. */
export function page<T>(all: readonly T[], args: Json, usual = 100): { items: T[]; next: string } {
  const from = args.cursor ? Number(Buffer.from(String(args.cursor), 'base64').toString().replace('next:', '')) : 0;
  if (!Number.isInteger(from) || from < 0) throw new Refusal('invalid_cursor');
  const size = countArg(args, 'limit', usual, 1000);
  const to = from + size;
  return {
    items: all.slice(from, to),
    next: to < all.length ? Buffer.from(`next:${to}`).toString('base64') : '',
  };
}
