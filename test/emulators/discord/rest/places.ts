import { Refusal } from '../refusal.ts';
import type { Channel, Message } from '../shapes.ts';
import { isSnowflake } from '../state/ids.ts';
import { bitsOf, type PermissionName, permissionsIn } from '../state/permissions.ts';
import type { Realm } from '../state/realm.ts';

/**
 * A channel that the bot may reach.
 * @throws Refusal 10003 where there is none, 50001 where the bot does not see it.
 */
export function channelAt(realm: Realm, id: string): Channel {
  const channel = realm.channels.get(id);
  if (!channel || !isSnowflake(id)) throw new Refusal(10003);
  if (channel.type === 1) return channel;
  if (!realm.inGuild || realm.guild.unavailable || !may(realm, channel, 'ViewChannel')) throw new Refusal(50001);
  return channel;
}

export const may = (realm: Realm, channel: Channel, name: PermissionName): boolean =>
  (permissionsIn(realm, realm.botUser, channel) & bitsOf([name])) !== 0n;

/** @throws Refusal 50013 */
export function need(realm: Realm, channel: Channel, ...names: PermissionName[]): void {
  for (const name of names) if (!may(realm, channel, name)) throw new Refusal(50013);
}

/** @throws Refusal 10008 */
export function messageAt(realm: Realm, channel: Channel, id: string): Message {
  const message = realm.message(channel.id, id);
  if (!message) throw new Refusal(10008);
  return message;
}
