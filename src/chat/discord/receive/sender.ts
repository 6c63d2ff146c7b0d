import { personOn } from '../../../people/resolve.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { Sender } from '../../receive/sender.ts';
import type { Discord } from '../discord.ts';
import { listedStanding, standingOf, standingSaid } from './member.ts';

/**
 * Who a verified interaction of any kind is from, by today's `cowork.yaml` and by what Discord tells of them: bots, people
 * of no or another server, and those who have not agreed to the rules yet are nobody, listed or not. Of those who are not
 * listed, whoever Discord does not tell of is nobody as well; those who are go on while Discord tells nothing.
 * Where nothing of a server is named the place is `discord:direct`.
 */
export async function senderOf(discord: Discord, body: Payload): Promise<Sender> {
  const sender = senderId(body) ?? '';
  const { team } = (await discord.ground.homes.active()).home;
  const listed = sender === '' ? null : personOn(team, 'discord', sender);
  const nobody = { sender, person: null, member: false, unsure: false, outsider: null, place: placeIn(body) };
  if (sender === '') {
    discord.ground.log.warn(
      { type: body.type },
      'Something came from Discord that names no person; it was left alone.',
    );
    return isBot(body) ? { ...nobody, outsider: 'bot' } : nobody;
  }
  // What a member may not read anyway needs no question: see `outsider`.
  const closed = listed === null && team.default_role === 'none';
  const standing = closed
    ? (standingSaid(discord, body, sender) ?? 'member')
    : await (listed === null ? standingOf : listedStanding)(discord, body, sender);
  if (standing === null) return { ...nobody, unsure: true };
  if (standing !== 'member') return { ...nobody, outsider: standing };
  return { ...nobody, person: listed, member: listed === null && !closed };
}

const userIn = (body: Payload): unknown => fieldOf(body.member, 'user') ?? body.user;

const isBot = (body: Payload): boolean => fieldOf(userIn(body), 'bot') === true;

/** In a server the user stands inside the member, in a direct message alone. */
export function senderId(body: Payload): string | null {
  const id = fieldOf(userIn(body), 'id');
  return typeof id === 'string' && /^\d{5,25}$/.test(id) && !isBot(body) ? id : null;
}

function placeIn(body: Payload): string {
  const id = body.channel_id ?? fieldOf(body.channel, 'id');
  const named = typeof id === 'string' && /^\d{5,25}$/.test(id) && typeof body.guild_id === 'string';
  return named ? `discord:${id}` : 'discord:direct';
}
