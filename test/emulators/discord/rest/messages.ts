import { badForm, Refusal } from '../refusal.ts';
import type { Channel, Message } from '../shapes.ts';
import { timeOf } from '../state/ids.ts';
import type { Realm } from '../state/realm.ts';
import { edit, write } from '../state/write.ts';
import { channelObject, messageObject } from '../wire.ts';
import { type Api, bodyOf, type Call, type Route } from './call.ts';
import { channelAt, may, messageAt, need } from './places.ts';

const HOUR_MS = 3_600_000;

/** Wakes a sleeping thread; refuses one that is locked. */
export function speakIn(realm: Realm, channel: Channel): void {
  const { thread } = channel;
  need(realm, channel, thread ? 'SendMessagesInThreads' : 'SendMessages');
  if (!thread) return;
  if (thread.locked && !may(realm, channel, 'ManageThreads')) throw new Refusal(thread.archived ? 50083 : 160005);
  if (!thread.archived) return;
  thread.archived = false;
  thread.archivedAt = realm.now();
  realm.tell('THREAD_UPDATE', channelObject(realm, channel));
}

/** The message that was made with the same nonce a moment ago, wherever it was. */
function twin(api: Api, nonce: unknown): Message | undefined {
  const since = api.realm.now().getTime() - api.nonceMs;
  return api.realm.messages.findLast(
    (one) => one.author === api.realm.botUser && one.nonce === nonce && one.at.getTime() > since,
  );
}

function post(call: Call, api: Api) {
  const { realm, base } = api;
  const channel = channelAt(realm, call.at[0] ?? '');
  if (channel.type === 15) throw new Refusal(50008);
  const body = bodyOf(call);
  if (channel.recipient !== null) reachable(realm, channel.recipient);
  else speakIn(realm, channel);
  if (call.files.length > 0) need(realm, channel, 'AttachFiles');
  const { nonce } = body;
  if (nonce !== undefined && nonce !== null) {
    if (!['string', 'number'].includes(typeof nonce) || `${nonce}`.length > 25)
      throw badForm('/nonce', 'NONCE_TYPE_TOO_LONG', 'Nonce must be 25 or fewer in length.');
    const before = body.enforce_nonce === true ? twin(api, nonce) : undefined;
    if (before) return { status: 200, body: messageObject(realm, before, true) };
  }
  const message = write(realm, channel, { body, files: call.files, base, what: 'POST /channels/:id/messages' });
  realm.tell('MESSAGE_CREATE', messageObject(realm, message, true));
  return { status: 200, body: messageObject(realm, message, true) };
}

/** @throws Refusal 50007 where somebody takes no direct messages of the bot's. */
export function reachable(realm: Realm, user: string): void {
  const { kind, dms } = realm.user(user);
  if (!dms || !realm.inGuild || (kind !== 'member' && kind !== 'pending')) throw new Refusal(50007);
}

/** Nothing in a closed thread can be changed, nor in a locked one without a right of its own. */
function heedClosed(realm: Realm, channel: Channel): void {
  if (channel.thread?.archived) throw new Refusal(50083);
  if (channel.thread?.locked && !may(realm, channel, 'ManageThreads')) throw new Refusal(160005);
}

function change(call: Call, api: Api) {
  const { realm, base } = api;
  const channel = channelAt(realm, call.at[0] ?? '');
  const message = messageAt(realm, channel, call.at[1] ?? '');
  if (message.author !== realm.botUser) throw new Refusal(50005);
  heedClosed(realm, channel);
  if (call.files.length > 0) need(realm, channel, 'AttachFiles');
  const old = realm.now().getTime() - message.at.getTime() >= HOUR_MS;
  if (old) api.oldEdits.heed(channel.id);
  edit(realm, message, { body: bodyOf(call), files: call.files, base, what: 'PATCH /channels/:id/messages/:id' });
  if (old) api.oldEdits.count(channel.id);
  realm.tell('MESSAGE_UPDATE', messageObject(realm, message));
  return { status: 200, body: messageObject(realm, message) };
}

function remove(call: Call, { realm }: Api) {
  const channel = channelAt(realm, call.at[0] ?? '');
  const message = messageAt(realm, channel, call.at[1] ?? '');
  if (message.author !== realm.botUser) need(realm, channel, 'ManageMessages');
  if (channel.thread?.archived && channel.thread.locked) heedClosed(realm, channel);
  message.deleted = true;
  realm.tell('MESSAGE_DELETE', { id: message.id, channel_id: channel.id, guild_id: realm.guild.id });
  return { status: 204 };
}

/** A page of what stands in a channel, newest first; nothing without the right to read back. */
function history(call: Call, { realm }: Api) {
  const channel = channelAt(realm, call.at[0] ?? '');
  const limit = Number(call.query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw badForm('/limit', 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
  if (!may(realm, channel, 'ReadMessageHistory')) return { status: 200, body: [] };
  const all = realm.standing(channel.id).toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const [after, before, around] = ['after', 'before', 'around'].map((key) => call.query.get(key));
  const page = (() => {
    if (after) return all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
    if (before) return all.filter(({ id }) => BigInt(id) < BigInt(before)).slice(-limit);
    if (!around) return all.slice(-limit);
    const middle = timeOf(around).getTime();
    const near = all.toSorted((a, b) => Math.abs(a.at.getTime() - middle) - Math.abs(b.at.getTime() - middle));
    return near.slice(0, limit).toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  })();
  return { status: 200, body: page.toReversed().map((one) => messageObject(realm, one)) };
}

function one(call: Call, { realm }: Api) {
  const channel = channelAt(realm, call.at[0] ?? '');
  need(realm, channel, 'ReadMessageHistory');
  return { status: 200, body: messageObject(realm, messageAt(realm, channel, call.at[1] ?? '')) };
}

export const MESSAGES: readonly Route[] = [
  { method: 'GET', route: '/channels/:id/messages', handle: history },
  { method: 'POST', route: '/channels/:id/messages', handle: post },
  { method: 'GET', route: '/channels/:id/messages/:id', handle: one },
  { method: 'PATCH', route: '/channels/:id/messages/:id', handle: change },
  { method: 'DELETE', route: '/channels/:id/messages/:id', handle: remove },
];
