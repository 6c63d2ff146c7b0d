import { personOn } from '../../../people/resolve.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { Sender } from '../../receive/sender.ts';
import type { Slack } from '../slack.ts';
import { listedStanding, type Patience, type Standing, standingOf } from './member.ts';

/**
 * Who a verified payload of any kind is from, by today's `cowork.yaml` and by what Slack tells of them (kept for a while):
 * guests, bots, people of other organisations and those who have left are nobody, listed or not. Of those who are not
 * listed, whoever Slack does not tell of is nobody as well; those who are go on while Slack tells nothing. Without a
 * channel the place is `slack:home` or `slack:modal`.
 */
export async function senderOf(slack: Slack, payload: object, patience: Patience = 'now'): Promise<Sender> {
  const body: Payload = { ...payload };
  const sender = senderId(body) ?? '';
  const { team } = (await slack.ground.homes.active()).home;
  const listed = personOn(team, 'slack', sender);
  const nobody = { sender, person: null, member: false, unsure: false, outsider: null, place: placeIn(body) };
  if (sender === '') {
    slack.ground.log.warn({ type: body.type }, 'Something came from Slack that names nobody; it was left alone.');
    return nobody;
  }
  // What a member may not read anyway needs no question: see `outsider`.
  if (listed === null && team.default_role === 'none')
    return isForeign(slack, body) ? { ...nobody, outsider: 'stranger' } : nobody;
  const standing = await standingIn(slack, body, { sender, listed: listed !== null, patience });
  if (standing === null) return { ...nobody, unsure: true };
  if (standing !== 'member') return { ...nobody, outsider: standing };
  return { ...nobody, person: listed, member: listed === null };
}

function standingIn(
  slack: Slack,
  body: Payload,
  { sender, listed, patience }: { sender: string; listed: boolean; patience: Patience },
): Promise<Standing | null> {
  // Nobody has to be asked.
  if (isForeign(slack, body)) return Promise.resolve('stranger');
  return listed ? listedStanding(slack, sender, patience) : standingOf(slack, sender, patience);
}

/** `U…` of whoever did it, in any kind of payload. */
function senderId(body: Payload): string | null {
  const named = [fieldOf(body.user, 'id'), body.user_id, fieldOf(body.event, 'user'), body.user];
  const id = named.find((one): one is string => typeof one === 'string');
  return id !== undefined && /^[UW][A-Z0-9]{2,30}$/.test(id) ? id : null;
}

function placeIn(body: Payload): string {
  const named = [
    fieldOf(body.channel, 'id'),
    body.channel_id,
    fieldOf(body.container, 'channel_id'),
    fieldOf(body.event, 'channel'),
  ];
  const channel = named.find((one): one is string => typeof one === 'string' && /^[CDG][A-Z0-9]{2,30}$/.test(one));
  if (channel !== undefined) return `slack:${channel}`;
  return fieldOf(body.view, 'type') === 'home' ? 'slack:home' : 'slack:modal';
}

/** Somebody of another workspace in a shared channel; within one organisation only `users.info` can tell. */
function isForeign(slack: Slack, body: Payload): boolean {
  const { id, enterprise } = slack.team();
  const theirs = [fieldOf(body.user, 'team_id'), body.user_id === undefined ? undefined : body.team_id];
  return enterprise === null && theirs.some((one) => typeof one === 'string' && one !== id);
}
