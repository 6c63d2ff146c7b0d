import type { WebClient } from '@slack/web-api';
import { sentenceList, shortName } from '../../../people/names.ts';
import { onCall } from '../../../people/on-call.ts';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import { slackTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';

export interface GroupLook {
  team: Team;
  now: Date;
  /** What the running product noted when it last could not change the group; null where it could, or never tried. */
  trouble: string | null;
}

/** The user group of `on_call.slack_group`: is it there, can it follow the rota. Null where the home names none. */
export async function examineGroup(client: WebClient, { team, now, trouble }: GroupLook): Promise<Finding | null> {
  const id = team.on_call?.slack_group;
  if (id === undefined) return null;
  try {
    const { usergroups = [] } = await client.usergroups.list({ include_disabled: true, include_users: true });
    const group = usergroups.find((each) => each.id === id);
    if (!group) {
      const there = usergroups.map((each) => `${each.id} (@${each.handle})`);
      const known = there.length > 0 ? `There are: ${sentenceList(there)}.` : 'There are none yet.';
      return amiss('on call', `on_call.slack_group ${id} is no user group of this workspace. ${known}`);
    }
    if (trouble) return amiss('on call', `@${group.handle} does not follow the rota: ${trouble}.`);
    const without = (team.on_call?.rota ?? []).filter((key) => !team.people[key]?.slack);
    if (without.length > 0) {
      const names = sentenceList([...new Set(without)].map((key) => shortName(team, key)));
      return amiss(
        'on call',
        `@${group.handle} is switched off while ${names} is on call: no Slack id. Add slack: U… in cowork.yaml.`,
      );
    }
    const { who } = onCall(team, now);
    const current = who ? shortName(team, who) : 'nobody';
    return well('on call', `@${group.handle} follows the rota; on call now: ${current}${warning(team, group)}`);
  } catch (error) {
    return amiss('on call', `${slackTrouble(error)}.`);
  }
}

/** A hand-kept group is taken over whole: that a wrong id stands in cowork.yaml has to show before it is. */
function warning(team: Team, { handle, users = [] }: { handle?: string; users?: string[] }): string {
  const rota = (team.on_call?.rota ?? []).map((key) => team.people[key]?.slack);
  const others = users.filter((id) => !rota.includes(id));
  if (others.length === 0) return '';
  const shown = sentenceList([...others.slice(0, 10), ...(others.length > 10 ? [`${others.length - 10} more`] : [])]);
  return `. Careful: @${handle} holds people outside the rota (${shown}), and whoever is on call takes their place. Is it the right group?`;
}
