import { fieldOf } from '../../connect/payload.ts';
import { notePlaceBack, notePlaceGone } from '../../health.ts';
import type { Discord, GuildEvent } from '../discord.ts';
import { awayWords } from './failures.ts';
import { lackingIn, lackWords, overwritesOf, ownStanding, type Standing, TO_POST } from './permissions.ts';

/** What changes who may do what in every channel. */
const RIGHTS: ReadonlySet<string> = new Set([
  'GUILD_CREATE',
  'GUILD_ROLE_UPDATE',
  'GUILD_ROLE_DELETE',
  'GUILD_MEMBER_UPDATE',
]);

const LEFT = `the bot was removed from the server; add it again with the invite link`;

/**
 * Notices at once what happens to the channels that messages go to, so that the team is told before one fails, and what
 * waits is sent as soon as it can be. Where an event does not come (HTTP mode, the product was down), the next call notices
 * the same, and a look now and then finds what is well again.
 */
export async function handlePlaces(discord: Discord, { name, data }: GuildEvent): Promise<void> {
  if (!isOurs(discord, name, data)) return;
  if (name === 'CHANNEL_DELETE') return goes(discord, String(fieldOf(data, 'id')), awayWords(10_003));
  if (name === 'CHANNEL_UPDATE' || name === 'CHANNEL_CREATE') return look(discord, data, await ownStanding(discord));
  if (name === 'GUILD_DELETE') {
    // An outage of Discord's own: nothing was taken away, and calls tell how it is.
    if (fieldOf(data, 'unavailable') === true) return;
    for (const place of await placesOf(discord)) await goes(discord, place, LEFT, true);
    return;
  }
  if (RIGHTS.has(name)) await lookAtAll(discord);
}

function isOurs(discord: Discord, name: string, data: unknown): boolean {
  const { id, botUser } = discord.guild();
  const guild = name.startsWith('GUILD_') && !name.startsWith('GUILD_ROLE') ? fieldOf(data, 'id') : undefined;
  if ((guild ?? fieldOf(data, 'guild_id')) !== id) return false;
  // Others come and go; what they may do is no concern of ours.
  return name !== 'GUILD_MEMBER_UPDATE' || fieldOf(fieldOf(data, 'user'), 'id') === botUser;
}

const goes = ({ ground }: Discord, channel: string, message: string, everywhere = false): Promise<void> =>
  notePlaceGone(ground, { place: `discord:${channel}`, message, everywhere }, Math.random());

/** Every channel that the team named in Discord, by its id. */
async function placesOf({ ground }: Discord): Promise<string[]> {
  const rows = await ground.db.selectFrom('places').select('place').where('place', 'like', 'discord:%').execute();
  return rows.map(({ place }) => place.slice('discord:'.length)).filter((channel) => !channel.startsWith('@'));
}

async function lookAtAll(discord: Discord): Promise<void> {
  const channels = await placesOf(discord);
  if (channels.length === 0) return;
  const standing = await ownStanding(discord);
  for (const channel of channels) {
    const shown = await discord.rest.later.get(`/channels/${channel}`).catch(() => null);
    if (shown !== null) await look(discord, shown, standing);
  }
}

/** A channel as Discord gives it: one where we may post is well, another is out of reach until somebody changes that. */
async function look(discord: Discord, channel: unknown, standing: Standing): Promise<void> {
  const id = String(fieldOf(channel, 'id'));
  const lacks = lackingIn(standing, overwritesOf(channel), TO_POST);
  if (lacks.length > 0) await goes(discord, id, lackWords(lacks));
  else await notePlaceBack(discord.ground, `discord:${id}`);
}
