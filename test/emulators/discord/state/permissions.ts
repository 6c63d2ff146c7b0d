import type { Channel, Overwrite } from '../shapes.ts';
import type { Realm } from './realm.ts';

/** Discord's permissions by name, as numbers of bits. */
const BITS = {
  KickMembers: 1,
  BanMembers: 2,
  Administrator: 3,
  ManageChannels: 4,
  ManageGuild: 5,
  AddReactions: 6,
  ViewAuditLog: 7,
  ViewChannel: 10,
  SendMessages: 11,
  SendTTSMessages: 12,
  ManageMessages: 13,
  EmbedLinks: 14,
  AttachFiles: 15,
  ReadMessageHistory: 16,
  MentionEveryone: 17,
  UseExternalEmojis: 18,
  ManageNicknames: 27,
  ManageRoles: 28,
  ManageWebhooks: 29,
  UseApplicationCommands: 31,
  ManageThreads: 34,
  CreatePublicThreads: 35,
  CreatePrivateThreads: 36,
  SendMessagesInThreads: 38,
  ModerateMembers: 40,
  UseExternalApps: 50,
  PinMessages: 51,
} as const;

export type PermissionName = keyof typeof BITS;

/** What our invite asks for: a bot has it everywhere unless a channel takes it away. */
export const INVITED: readonly PermissionName[] = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'CreatePublicThreads',
  'ManageThreads',
  'AttachFiles',
  'ReadMessageHistory',
];

/** What everybody in a new guild may do. */
export const EVERYONE: readonly PermissionName[] = [
  ...INVITED.filter((name) => name !== 'ManageThreads'),
  'EmbedLinks',
  'AddReactions',
  'UseApplicationCommands',
  'UseExternalApps',
];

/** @throws Error where a story names a permission that there is not. */
export function bitsOf(names: readonly string[]): bigint {
  return names.reduce((bits, name) => {
    if (!Object.hasOwn(BITS, name)) throw new Error(`${name} is no permission of Discord's that is known here`);
    return bits | (1n << BigInt(BITS[name as PermissionName]));
  }, 0n);
}

const ALL = bitsOf(Object.keys(BITS));

const has = (bits: bigint, name: PermissionName): boolean => (bits & bitsOf([name])) !== 0n;

/** Of a member in the whole guild. */
export function guildPermissions(realm: Realm, userId: string): bigint {
  const user = realm.users.get(userId);
  const roles = [realm.guild.id, ...(user?.roles ?? [])];
  const bits = roles.reduce((all, id) => all | (realm.roles.get(id)?.permissions ?? 0n), 0n);
  return has(bits, 'Administrator') ? ALL : bits;
}

/**
 * Of a member in a channel, as Discord computes them: the guild's, then the channel's changes for everybody, for their
 * roles, for themselves. A thread has those of its channel.
 */
export function permissionsIn(realm: Realm, userId: string, channel: Channel): bigint {
  if (channel.type === 1) return bitsOf([...INVITED, 'AddReactions']);
  const base = guildPermissions(realm, userId);
  if (base === ALL) return ALL;
  const place = channel.thread ? realm.channels.get(channel.thread.parent) : channel;
  const apply = (bits: bigint, overwrites: readonly Overwrite[]): bigint => {
    const deny = overwrites.reduce((all, one) => all | one.deny, 0n);
    const allow = overwrites.reduce((all, one) => all | one.allow, 0n);
    return (bits & ~deny) | allow;
  };
  const of = (ids: Iterable<string>) => [...ids].flatMap((id) => place?.overwrites.get(id) ?? []);
  const forEverybody = apply(base, of([realm.guild.id]));
  const forRoles = apply(forEverybody, of(realm.users.get(userId)?.roles ?? []));
  const bits = apply(forRoles, of([userId]));
  return has(bits, 'ViewChannel') ? bits : 0n;
}
