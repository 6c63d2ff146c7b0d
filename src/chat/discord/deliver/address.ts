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

/** Channels that are known to be in our server; none ever moves to another. */
const OURS = new WeakMap<Discord, Set<string>>();

/**
 * A bot may be in other servers too, where nobody is listed and no click is taken: a channel there is out of reach, so that
 * nothing of the team's work is told to them. Fails as the library does where the channel is not shown to us.
 */
export async function requireOurServer(discord: Discord, channel: string): Promise<void> {
  const ours = OURS.get(discord) ?? new Set();
  OURS.set(discord, ours);
  if (ours.has(channel)) return;
  const { id, name } = discord.guild();
  const shown = await discord.rest.later.get(`/channels/${channel}`);
  if (fieldOf(shown, 'guild_id') !== id)
    throw new DeliveryError('away', `the channel is not in the server ${name}; name one of it in cowork.yaml`);
  ours.add(channel);
}

/** The place of a channel that a payload of Discord's names: the other way round. */
export const placeOf = (discord: Discord, channel: string): Promise<string> => placeOfChannel(discord, channel);
