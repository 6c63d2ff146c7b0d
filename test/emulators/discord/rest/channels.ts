import { badForm, Refusal } from '../refusal.ts';
import type { Channel, Json } from '../shapes.ts';
import { write } from '../state/write.ts';
import { channelObject, messageObject, threadsOf } from '../wire.ts';
import { type Api, bodyOf, type Call, type Route } from './call.ts';
import { speakIn } from './messages.ts';
import { channelAt, may, messageAt, need } from './places.ts';

const ARCHIVE_AFTER = [60, 1440, 4320, 10_080];

function heedThread(body: Json, needsName: boolean): void {
  const { name, auto_archive_duration: after } = body;
  const left = name === undefined && !needsName;
  if (!left && (typeof name !== 'string' || name.length < 1 || name.length > 100))
    throw badForm('/name', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  heedDuration(after);
}

function heedDuration(after: unknown): void {
  if (after !== undefined && after !== null && !ARCHIVE_AFTER.includes(Number(after)))
    throw badForm('/auto_archive_duration', 'BASE_TYPE_CHOICES', `Value must be one of {${ARCHIVE_AFTER.join(', ')}}.`);
}

function makeThread(
  { realm }: Api,
  parent: Channel,
  body: Json,
  from: { id: string; message: string | null },
): Channel {
  const thread: Channel = {
    id: from.id,
    name: String(body.name),
    type: 11,
    overwrites: new Map(),
    recipient: null,
    thread: {
      parent: parent.id,
      owner: realm.botUser,
      parentMessage: from.message,
      archived: false,
      locked: false,
      autoArchive: Number(body.auto_archive_duration ?? 4320),
      archivedAt: realm.now(),
    },
  };
  realm.channels.set(thread.id, thread);
  realm.tell('THREAD_CREATE', { ...channelObject(realm, thread), newly_created: true });
  return thread;
}

function threadFromMessage(call: Call, api: Api) {
  const { realm } = api;
  const channel = channelAt(realm, call.at[0] ?? '');
  const body = bodyOf(call);
  if (channel.type !== 0) throw new Refusal(50024);
  need(realm, channel, 'CreatePublicThreads');
  const message = messageAt(realm, channel, call.at[1] ?? '');
  heedThread(body, true);
  if (realm.channels.has(message.id)) throw new Refusal(160004);
  const thread = makeThread(api, channel, body, { id: message.id, message: message.id });
  message.flags |= 32;
  return { status: 201, body: channelObject(realm, thread) };
}

/** A thread of its own; in a forum a post with its first message. */
function thread(call: Call, api: Api) {
  const { realm, base } = api;
  const channel = channelAt(realm, call.at[0] ?? '');
  const body = bodyOf(call);
  const forum = channel.type === 15;
  if (!forum && channel.type !== 0) throw new Refusal(50024);
  need(realm, channel, forum ? 'SendMessages' : 'CreatePublicThreads');
  heedThread(body, true);
  if (!forum)
    return {
      status: 201,
      body: channelObject(realm, makeThread(api, channel, body, { id: realm.newId(), message: null })),
    };
  const first = body.message as Json | undefined;
  if (typeof first !== 'object' || first === null)
    throw badForm('/message', 'BASE_TYPE_REQUIRED', 'This field is required');
  const what = 'POST /channels/:id/threads';
  const made = makeThread(api, channel, body, { id: realm.newId(), message: null });
  const message = write(realm, made, { body: first, files: call.files, base, what, under: '/message' });
  return { status: 201, body: { ...channelObject(realm, made), message: messageObject(realm, message) } };
}

function change(call: Call, api: Api) {
  const { realm } = api;
  const channel = channelAt(realm, call.at[0] ?? '');
  const body = bodyOf(call);
  if (channel.recipient !== null) throw new Refusal(50003);
  if (!channel.thread) {
    need(realm, channel, 'ManageChannels');
    if (typeof body.name === 'string') channel.name = body.name;
    realm.tell('CHANNEL_UPDATE', channelObject(realm, channel));
    return { status: 200, body: channelObject(realm, channel) };
  }
  changeThread(call, api, channel);
  return { status: 200, body: channelObject(realm, channel) };
}

/** Its maker may name, close and lock a thread; to open a locked one, or to touch somebody's, needs a right of its own. */
function changeThread(call: Call, { realm }: Api, channel: Channel): void {
  const { thread } = channel;
  const body = bodyOf(call);
  if (!thread) return;
  const manages = may(realm, channel, 'ManageThreads');
  heedThread(body, false);
  const opens = body.archived === false;
  if (thread.archived && !opens) throw new Refusal(50083);
  if (!manages && thread.locked) throw new Refusal(opens ? 50013 : 160005);
  const wakes = opens && may(realm, channel, 'SendMessagesInThreads');
  if (!manages && thread.owner !== realm.botUser && !wakes) throw new Refusal(50013);
  if (typeof body.name === 'string') channel.name = body.name;
  if (typeof body.archived === 'boolean' && body.archived !== thread.archived) {
    thread.archived = body.archived;
    thread.archivedAt = realm.now();
  }
  if (typeof body.locked === 'boolean') thread.locked = body.locked;
  if (typeof body.auto_archive_duration === 'number') thread.autoArchive = body.auto_archive_duration;
  realm.tell('THREAD_UPDATE', channelObject(realm, channel));
}

function typing(call: Call, { realm }: Api) {
  const channel = channelAt(realm, call.at[0] ?? '');
  speakIn(realm, channel);
  return { status: 204 };
}

function look(call: Call, { realm }: Api) {
  return { status: 200, body: channelObject(realm, channelAt(realm, call.at[0] ?? '')) };
}

function active(call: Call, { realm }: Api) {
  if (call.at[0] !== realm.guild.id || !realm.inGuild) throw new Refusal(10004);
  const threads = threadsOf(realm).filter((one) => !one.thread?.archived && may(realm, one, 'ViewChannel'));
  return { status: 200, body: { threads: threads.map((one) => channelObject(realm, one)), members: [] } };
}

export const CHANNELS: readonly Route[] = [
  { method: 'GET', route: '/channels/:id', handle: look },
  { method: 'PATCH', route: '/channels/:id', handle: change },
  { method: 'POST', route: '/channels/:id/typing', handle: typing },
  { method: 'POST', route: '/channels/:id/messages/:id/threads', handle: threadFromMessage },
  { method: 'POST', route: '/channels/:id/threads', handle: thread },
  { method: 'GET', route: '/guilds/:id/threads/active', handle: active },
];
