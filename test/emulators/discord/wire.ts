import type { Attachment, Channel, DiscordShown, Json, Message, Role, User } from './shapes.ts';
import { timeOf } from './state/ids.ts';
import type { Realm } from './state/realm.ts';

// Objects as Discord's answers and events carry them.

export const LOADING = 128;
export const HAS_THREAD = 32;

export function userObject(user: User): Json {
  return {
    id: user.id,
    username: user.name.toLowerCase().replace(/[^a-z0-9._]/g, '_'),
    discriminator: '0',
    global_name: user.kind === 'bot' ? null : user.name,
    avatar: null,
    avatar_decoration_data: null,
    collectibles: null,
    display_name_styles: null,
    primary_guild: null,
    clan: null,
    public_flags: 0,
    ...(user.kind === 'bot' ? { bot: true } : {}),
  };
}

export function memberObject(user: User): Json {
  return {
    user: userObject(user),
    nick: null,
    avatar: null,
    banner: null,
    collectibles: null,
    roles: [...user.roles],
    joined_at: '2025-01-02T03:04:05.678000+00:00',
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: user.kind === 'pending',
    communication_disabled_until: null,
    unusual_dm_activity_until: null,
  };
}

export const roleObject = ({ id, name, permissions, managed }: Role, realm: Realm): Json => ({
  id,
  name,
  description: null,
  permissions: `${permissions}`,
  position: id === realm.guild.id ? 0 : 1,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  managed,
  mentionable: false,
  icon: null,
  unicode_emoji: null,
  flags: 0,
  ...(managed ? { tags: { bot_id: realm.botUser } } : {}),
});

export function channelObject(realm: Realm, channel: Channel): Json {
  const last = realm.standing(channel.id).at(-1)?.id ?? null;
  const base = { id: channel.id, type: channel.type, last_message_id: last, flags: 0 };
  if (channel.recipient !== null) return { ...base, recipients: [userObject(realm.user(channel.recipient))] };
  const inGuild = { ...base, guild_id: realm.guild.id, name: channel.name, rate_limit_per_user: 0 };
  const { thread } = channel;
  if (thread) {
    const all = realm.standing(channel.id);
    return {
      ...inGuild,
      parent_id: thread.parent,
      owner_id: thread.owner,
      message_count: all.length,
      total_message_sent: all.length,
      member_count: 1,
      thread_metadata: {
        archived: thread.archived,
        locked: thread.locked,
        auto_archive_duration: thread.autoArchive,
        archive_timestamp: thread.archivedAt.toISOString(),
        create_timestamp: timeOf(channel.id).toISOString(),
      },
    };
  }
  return {
    ...inGuild,
    position: [...realm.channels.keys()].indexOf(channel.id),
    parent_id: null,
    topic: null,
    nsfw: false,
    permission_overwrites: [...channel.overwrites.values()].map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: `${allow}`,
      deny: `${deny}`,
    })),
    ...(channel.type === 15 ? { available_tags: [], default_reaction_emoji: null, default_sort_order: null } : {}),
  };
}

export const threadsOf = (realm: Realm): Channel[] => [...realm.channels.values()].filter(({ thread }) => thread);

/** A guild as `GET /guilds/:id` tells it. */
export function guildObject(realm: Realm): Json {
  const { guild } = realm;
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: '100000000000000009',
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 1,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: [...realm.roles.values()].map((role) => roleObject(role, realm)),
    emojis: [],
    stickers: [],
    features: ['COMMUNITY'],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_members: 25_000_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: guild.locale,
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
  };
}

/** A guild as the gateway tells it: whole, with those channels too that the bot does not see, and of members the bot alone. */
export function gatewayGuild(realm: Realm): Json {
  const places = [...realm.channels.values()].filter(({ type, thread }) => type !== 1 && !thread);
  return {
    ...guildObject(realm),
    joined_at: '2025-01-02T03:04:05.678000+00:00',
    large: false,
    unavailable: false,
    member_count: [...realm.users.keys()].filter(realm.isMember).length,
    voice_states: [],
    members: [memberObject(realm.user(realm.botUser))],
    channels: places.map((one) => channelObject(realm, one)),
    threads: threadsOf(realm)
      .filter(({ thread }) => !thread?.archived)
      .map((one) => channelObject(realm, one)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

export const attachmentObject = ({ bytes: _, ...rest }: Attachment): Json => ({
  ...rest,
  proxy_url: rest.url,
  ...(rest.content_type.startsWith('image/') ? { width: 800, height: 400, placeholder_version: 1 } : {}),
});

/** Components as Discord gives them back: numbered, with their files resolved. */
export function componentsObject(components: readonly Json[], attachments: readonly Attachment[]): Json[] {
  const taken = new Set<number>();
  let next = 0;
  const numbered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(numbered);
    if (typeof value !== 'object' || value === null) return value;
    const { id, ...rest } = value as Json;
    const own = typeof (value as Json).type === 'number' && !('url' in rest && 'media' in rest) ? number(id) : {};
    return { ...own, ...Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, numbered(inner)])) };
  };
  const number = (given: unknown): { id: number } => {
    if (typeof given === 'number' && given > 0) return { id: given };
    do next += 1;
    while (taken.has(next));
    return { id: next };
  };
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) collect(one);
    else if (typeof value === 'object' && value !== null) {
      const { id } = value as Json;
      if (typeof id === 'number' && id > 0) taken.add(id);
      for (const inner of Object.values(value)) collect(inner);
    }
  };
  collect(components);
  return resolved(numbered(components), attachments) as Json[];
}

/** `attachment://name` becomes the place where the file lies. */
function resolved(value: unknown, attachments: readonly Attachment[]): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, attachments));
  if (typeof value !== 'object' || value === null) return value;
  const { url } = value as Json;
  const file = attachments.find(({ filename }) => url === `attachment://${filename}`);
  if (file) {
    const { url: address, content_type, id } = file;
    return { ...value, url: address, proxy_url: address, content_type, attachment_id: id, width: 800, height: 400 };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, attachments)]));
}

/** A message as answers and payloads carry it; its nonce only where it was just made. */
export function messageObject(realm: Realm, message: Message, withNonce = false): Json {
  const thread = realm.channels.get(message.id);
  return {
    id: message.id,
    channel_id: message.channel,
    type: message.type,
    author: userObject(realm.user(message.author)),
    content: message.content,
    timestamp: message.at.toISOString(),
    edited_timestamp: message.editedAt?.toISOString() ?? null,
    tts: false,
    mention_everyone: message.pings.includes('everyone') || message.pings.includes('here'),
    mentions: message.pings.flatMap((id) => {
      const user = realm.users.get(id);
      return user ? [userObject(user)] : [];
    }),
    mention_roles: message.pings.filter((id) => realm.roles.has(id)),
    attachments: message.attachments.map(attachmentObject),
    embeds: message.embeds,
    pinned: false,
    flags: message.flags,
    components: componentsObject(message.components, message.attachments),
    ...(message.author === realm.botUser && message.interaction ? { application_id: realm.application } : {}),
    ...(message.interaction ? { interaction_metadata: message.interaction, webhook_id: realm.application } : {}),
    ...(message.reference ? { message_reference: message.reference } : {}),
    ...(thread?.thread ? { thread: channelObject(realm, thread) } : {}),
    ...(withNonce && message.nonce !== null ? { nonce: message.nonce } : {}),
  };
}

/** A message as stories look at it. */
export function shown(realm: Realm, message: Message): DiscordShown {
  const { id, channel, author, flags, content, embeds, components, attachments, edits, nonce } = message;
  return {
    id,
    channel,
    author,
    flags,
    content,
    embeds,
    components,
    attachments,
    ...(realm.channels.get(id)?.thread ? { thread: id } : {}),
    edited: edits,
    ...(nonce === null ? {} : { nonce }),
    loading: (flags & LOADING) !== 0,
  };
}
