import { personByName } from '../../../people/resolve.ts';
import { DeliveryError } from '../../adapter.ts';
import { directOf, placeOfChannel } from '../../connect/direct.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Discord } from '../discord.ts';

/** `discord:@maya`: the private conversation with a person, by their key in `cowork.yaml`. */
const PERSON = 'discord:@';

export const isDirect = (place: string): boolean => place.startsWith(PERSON);

/** The channel (a number as text) of a place, `discord:1100000000000000001` or `discord:@<person>`. */
export async function channelOf(discord: Discord, place: string): Promise<string> {
  if (!isDirect(place)) return place.slice('discord:'.length);
  const key = place.slice(PERSON.length);
  const { home } = await discord.ground.homes.active();
  const sender = personByName(home.team, key)?.discord;
  if (sender === undefined) throw new DeliveryError('away', `cowork.yaml has no Discord id for ${key}`);
  return directChannel(discord, sender);
}

/** The direct message of the bot with somebody; fails as the library does. */
export const directChannel = (discord: Discord, sender: string): Promise<string> =>
  directOf(discord, sender, async () => {
    const channel = await discord.rest.later.post('/users/@me/channels', { body: { recipient_id: sender } });
    const id = fieldOf(channel, 'id');
    if (typeof id !== 'string') throw new Error(`Discord opened no conversation with ${sender}`);
    return id;
  });

/** The place of a channel that a payload of Discord's names: the other way round. */
export const placeOf = (discord: Discord, channel: string): Promise<string> => placeOfChannel(discord, channel);
