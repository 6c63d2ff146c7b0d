import type { Held } from '../interactions/interactions.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../shapes.ts';
import { edit } from '../state/write.ts';
import { messageObject } from '../wire.ts';
import { type Api, bodyOf, type Call, type Route } from './call.ts';

function callback(call: Call, { realm, interactions, base }: Api) {
  const [id = '', token = ''] = call.at;
  const what = 'POST /interactions/:id/:token/callback';
  const held = interactions.answer(id, token, { body: bodyOf(call), files: call.files, base, what });
  if (call.query.get('with_response') !== 'true') return { status: 204 };
  const { original, callback: answer } = held;
  const message = original
    ? { response_message_id: original.id, response_message_ephemeral: original.onlyFor !== null }
    : {};
  const interaction = { id, type: held.type, response_message_loading: answer?.type === 5, ...message };
  const resource = { type: answer?.type, ...(original ? { message: messageObject(realm, original) } : {}) };
  return { status: 200, body: { interaction, resource } };
}

/** The message of an interaction that a path names: its answer, or one that followed. */
function messageOf({ realm }: Api, held: Held, id: string): Message {
  const message = id === '@original' ? held.original : realm.messages.find((one) => one.id === id);
  const own = message && (message === held.original || message.interaction?.id === held.id || message === held.source);
  if (!own || message.deleted) throw new Refusal(10008);
  return message;
}

const held = (call: Call, { interactions }: Api) => interactions.byToken(call.at[0] ?? '', call.at[1] ?? '');

function follow(call: Call, api: Api) {
  const what = 'POST /webhooks/:app/:token';
  const message = api.interactions.follow(held(call, api), {
    body: bodyOf(call),
    files: call.files,
    base: api.base,
    what,
  });
  return { status: 200, body: messageObject(api.realm, message) };
}

function change(call: Call, api: Api) {
  const message = messageOf(api, held(call, api), call.at[2] ?? '');
  const what = 'PATCH /webhooks/:app/:token/messages/:id';
  edit(api.realm, message, { body: bodyOf(call), files: call.files, base: api.base, what });
  return { status: 200, body: messageObject(api.realm, message) };
}

function look(call: Call, api: Api) {
  return { status: 200, body: messageObject(api.realm, messageOf(api, held(call, api), call.at[2] ?? '')) };
}

function remove(call: Call, api: Api) {
  messageOf(api, held(call, api), call.at[2] ?? '').deleted = true;
  return { status: 204 };
}

export const ANSWERS: readonly Route[] = [
  { method: 'POST', route: '/interactions/:id/:token/callback', auth: false, handle: callback },
  { method: 'POST', route: '/webhooks/:app/:token', auth: false, handle: follow },
  { method: 'GET', route: '/webhooks/:app/:token/messages/:id', auth: false, handle: look },
  { method: 'PATCH', route: '/webhooks/:app/:token/messages/:id', auth: false, handle: change },
  { method: 'DELETE', route: '/webhooks/:app/:token/messages/:id', auth: false, handle: remove },
];
