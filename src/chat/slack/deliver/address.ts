import { personByName } from '../../../people/resolve.ts';
import { DeliveryError } from '../../adapter.ts';
import { placeOfChannel } from '../../connect/direct.ts';
import type { Slack } from '../slack.ts';
import { directChannel } from './direct.ts';

/** `slack:@maya`: the private conversation with a person, by their key in `cowork.yaml`. */
const PERSON = 'slack:@';

/** The channel (`C…`, `D…`) of a place, `slack:C…` or `slack:@<person>`. */
export async function channelOf(slack: Slack, place: string): Promise<string> {
  if (!place.startsWith(PERSON)) return place.slice('slack:'.length);
  const key = place.slice(PERSON.length);
  const { home } = await slack.ground.homes.active();
  const sender = personByName(home.team, key)?.slack;
  if (sender === undefined) throw new DeliveryError('away', `cowork.yaml has no Slack id for ${key}`);
  return directChannel(slack, sender);
}

/** The place of a channel that a payload of Slack's names: the other way round. */
export const placeOf = (slack: Slack, channel: string): Promise<string> => placeOfChannel(slack, channel);
