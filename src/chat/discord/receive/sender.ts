import { personOn } from '../../../people/resolve.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { Discord } from '../discord.ts';
import { isMember } from './member.ts';

/** Whoever did something in Discord, as far as we can vouch for them. */
export interface Sender {
  /** A number written as text; empty where the payload names nobody, or a bot. */
  sender: string;
  /** Key of the person with that Discord id in today's `cowork.yaml`. */
  person: string | null;
  /** Not listed, but a member of our server, where `default_role` lets such members read. */
  member: boolean;
  /** Discord did not tell who they are, so they count for nobody this time. */
  unsure: boolean;
  /** `discord:` and the channel's id, or `discord:direct` where nothing of a server is named. */
  place: string;
}

/**
 * Who a verified interaction of any kind is from, by today's `cowork.yaml` and, for those who are not in it, by what
 * Discord tells of them. Whoever Discord does not tell of counts for nobody.
 */
export async function senderOf(discord: Discord, body: Payload): Promise<Sender> {
  const sender = senderId(body) ?? '';
  const { team } = (await discord.ground.homes.active()).home;
  const person = sender === '' ? null : personOn(team, 'discord', sender);
  const known = { sender, person, member: false, unsure: false, place: placeIn(body) };
  if (sender === '')
    discord.ground.log.warn(
      { type: body.type },
      'Something came from Discord that names no person; it was left alone.',
    );
  // What a member may not read anyway needs no question.
  if (sender === '' || person !== null || team.default_role === 'none') return known;
  const member = await isMember(discord, body, sender);
  return { ...known, member: member === true, unsure: member === null };
}

/** In a server the user stands inside the member, in a direct message alone. */
export function senderId(body: Payload): string | null {
  const user = fieldOf(body.member, 'user') ?? body.user;
  const id = fieldOf(user, 'id');
  return typeof id === 'string' && /^\d{5,25}$/.test(id) && fieldOf(user, 'bot') !== true ? id : null;
}

function placeIn(body: Payload): string {
  const id = body.channel_id ?? fieldOf(body.channel, 'id');
  const named = typeof id === 'string' && /^\d{5,25}$/.test(id) && typeof body.guild_id === 'string';
  return named ? `discord:${id}` : 'discord:direct';
}
