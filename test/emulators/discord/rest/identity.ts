import { badForm, Refusal } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import { isSnowflake } from '../state/ids.ts';
import type { Realm } from '../state/realm.ts';
import { channelObject, guildObject, memberObject, roleObject, userObject } from '../wire.ts';
import { type Api, bodyOf, type Call, type Route } from './call.ts';

/** @throws Refusal 10004 where it is not ours or we are not in it. */
function inGuild(call: Call, { realm }: Api): void {
  if (call.at[0] !== realm.guild.id || !realm.inGuild || realm.guild.unavailable) throw new Refusal(10004);
}

/** The app as `applications/@me` tells it. */
export const applicationObject = (realm: Realm): Json => ({
  id: realm.application,
  name: 'Cowork',
  icon: null,
  description: '',
  bot: userObject(realm.user(realm.botUser)),
  bot_public: false,
  bot_require_code_grant: false,
  verify_key: realm.keys.publicKey,
  team: null,
  flags: 0,
  approximate_guild_count: realm.inGuild ? 1 : 0,
  interactions_endpoint_url: realm.interactionsUrl,
  integration_types_config: { '0': {} },
});

const me = ({ realm }: Api): Json => ({
  ...userObject(realm.user(realm.botUser)),
  verified: true,
  mfa_enabled: false,
  email: null,
});

async function changeApplication(call: Call, api: Api) {
  const body = bodyOf(call);
  if ('interactions_endpoint_url' in body) {
    const url = body.interactions_endpoint_url === null ? null : String(body.interactions_endpoint_url);
    if (!(await api.setInteractionsUrl(url)))
      throw badForm(
        '/interactions_endpoint_url',
        'APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID',
        'The specified interactions endpoint url could not be verified.',
      );
  }
  return { status: 200, body: applicationObject(api.realm) };
}

function directMessage(call: Call, { realm }: Api) {
  const id = bodyOf(call).recipient_id;
  if (!isSnowflake(id)) throw badForm('/recipient_id', 'NUMBER_TYPE_COERCE', `Value "${String(id)}" is not snowflake.`);
  const user = realm.users.get(id);
  if (!user) throw new Refusal(50033);
  if (user.kind === 'bot') throw new Refusal(50007);
  return { status: 200, body: channelObject(realm, realm.dm(id)) };
}

function member(call: Call, api: Api) {
  inGuild(call, api);
  const user = api.realm.users.get(call.at[1] ?? '');
  if (!user) throw new Refusal(10013);
  if (!api.realm.isMember(user.id)) throw new Refusal(10007);
  return { status: 200, body: memberObject(user) };
}

function searchMembers(call: Call, api: Api) {
  inGuild(call, api);
  const query = (call.query.get('query') ?? '').toLowerCase();
  const limit = Number(call.query.get('limit') ?? 1);
  const found = [...api.realm.users.values()].filter(
    ({ id, name }) => api.realm.isMember(id) && name.toLowerCase().startsWith(query),
  );
  return { status: 200, body: found.slice(0, limit).map(memberObject) };
}

function user(call: Call, { realm }: Api) {
  const found = realm.users.get(call.at[0] ?? '');
  if (!found) throw new Refusal(10013);
  return { status: 200, body: userObject(found) };
}

const gatewayBot = (_: Call, api: Api) => ({
  status: 200,
  body: {
    url: api.gatewayUrl(),
    ...api.starts(),
  },
});

export const IDENTITY: readonly Route[] = [
  {
    method: 'GET',
    route: '/gateway',
    auth: false,
    handle: (_, api) => ({ status: 200, body: { url: api.gatewayUrl() } }),
  },
  { method: 'GET', route: '/gateway/bot', handle: gatewayBot },
  { method: 'GET', route: '/users/@me', handle: (_, api) => ({ status: 200, body: me(api) }) },
  {
    method: 'GET',
    route: '/users/@me/guilds',
    handle: (_, { realm }) => ({
      status: 200,
      body: [...(realm.inGuild ? [{ id: realm.guild.id, name: realm.guild.name }] : []), ...realm.elsewhere],
    }),
  },
  { method: 'POST', route: '/users/@me/channels', handle: directMessage },
  { method: 'GET', route: '/users/:id', handle: user },
  {
    method: 'GET',
    route: '/applications/@me',
    handle: (_, { realm }) => ({ status: 200, body: applicationObject(realm) }),
  },
  { method: 'PATCH', route: '/applications/@me', handle: changeApplication },
  {
    method: 'GET',
    route: '/oauth2/applications/@me',
    handle: (_, { realm }) => ({ status: 200, body: applicationObject(realm) }),
  },
  {
    method: 'GET',
    route: '/guilds/:id',
    handle: (call, api) => {
      inGuild(call, api);
      return { status: 200, body: guildObject(api.realm) };
    },
  },
  {
    method: 'GET',
    route: '/guilds/:id/channels',
    handle: (call, api) => {
      inGuild(call, api);
      const places = [...api.realm.channels.values()].filter(({ type, thread }) => type !== 1 && !thread);
      return { status: 200, body: places.map((one) => channelObject(api.realm, one)) };
    },
  },
  {
    method: 'GET',
    route: '/guilds/:id/roles',
    handle: (call, api) => {
      inGuild(call, api);
      return { status: 200, body: [...api.realm.roles.values()].map((role) => roleObject(role, api.realm)) };
    },
  },
  { method: 'GET', route: '/guilds/:id/members/search', handle: searchMembers },
  { method: 'GET', route: '/guilds/:id/members/:user', handle: member },
];
