import { platformName } from '../message/platform.ts';
import { sentenceList, shortName } from '../people/names.ts';
import { whoMay } from '../people/permissions.ts';
import type { Team } from '../people/team.ts';
import type { Via } from '../store/schema.ts';

/** Where somebody who is not listed came from, and the id that `cowork.yaml` would know them by there. */
export interface Unlisted {
  via: Via;
  /** `U…` of Slack; left out where nobody knows. */
  sender?: string | undefined;
}

/** `You are not listed in cowork.yaml, so … . Ask Jon to add you there, with your Slack id: U024BE7LH.` */
export function notListed(team: Team, so: string, { via, sender }: Unlisted): string {
  const admins = whoMay({ team }, 'people').map((key) => shortName(team, key));
  const who = admins.length > 0 ? `Ask ${sentenceList(admins)}` : 'Ask an admin';
  const id = sender ? `, with your ${platformName(via) ?? 'own'} id: ${sender}` : '';
  return `You are not listed in cowork.yaml, so ${so}. ${who} to add you there${id}.`;
}
