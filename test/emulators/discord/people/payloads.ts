import type { Held } from '../interactions/interactions.ts';
import type { Channel, Json, User } from '../shapes.ts';
import { MOST_BYTES } from '../state/attachments.ts';
import { permissionsIn } from '../state/permissions.ts';
import { OTHER_GUILD, type Realm } from '../state/realm.ts';
import { channelObject, memberObject, userObject } from '../wire.ts';

/** Where a payload says it comes from: our guild, another one, or the direct message with the bot. */
export function payloadOf(realm: Realm, held: Held, channel: Channel, data: Json, message: Json | null): Json {
  const { user } = held;
  const bot = realm.user(realm.botUser);
  return {
    id: held.id,
    application_id: realm.application,
    type: held.type,
    token: held.token,
    version: 1,
    data,
    ...(message ? { message } : {}),
    channel: { ...channelObject(realm, channel), permissions: `${permissionsIn(realm, user.id, channel)}` },
    channel_id: channel.id,
    locale: user.locale,
    entitlements: [],
    entitlement_sku_ids: [],
    attachment_size_limit: MOST_BYTES,
    app_permissions: `${permissionsIn(realm, bot.id, channel)}`,
    ...place(realm, user, channel),
  };
}

function place(realm: Realm, user: User, channel: Channel): Json {
  if (channel.type === 1) {
    return { user: userObject(user), context: 1, authorizing_integration_owners: { '0': '0' } };
  }
  const foreign = user.kind === 'outsider';
  const guild = foreign ? OTHER_GUILD : realm.guild.id;
  return {
    guild_id: guild,
    guild: { id: guild, locale: realm.guild.locale, features: ['COMMUNITY'] },
    guild_locale: realm.guild.locale,
    context: 0,
    authorizing_integration_owners: { '0': guild },
    member: { ...memberObject(user), permissions: `${permissionsIn(realm, user.id, channel)}` },
  };
}
