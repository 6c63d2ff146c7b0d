import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { sentenceList } from '../../../people/names.ts';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import type { Installed } from './examine-token.ts';
import { slackCode, slackTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';

/** Each person of the home that has a Slack id: full members only can act. `unknown` counts ids that nobody has. */
export async function examinePeople(
  client: WebClient,
  team: Team,
  installed: Installed,
): Promise<{ findings: Finding[]; asked: number; unknown: number }> {
  const people = Object.entries(team.people);
  const listed = people.flatMap(([key, { slack }]) => (slack ? [{ key, id: slack }] : []));
  if (listed.length === 0) {
    const says =
      'nobody in cowork.yaml has a Slack id, so nobody can decide anything there. Add slack: U… to people (profile > ⋮ > Copy member ID).';
    return { findings: [amiss('people', says)], asked: 0, unknown: 0 };
  }
  const bad: Finding[] = [];
  let unknown = 0;
  let looked = 0;
  for (const { key, id } of listed) {
    const { problem, strange, silent } = await problemOf(client, id, installed);
    looked += 1;
    if (problem) bad.push(amiss('person', `${key} (${id}): ${problem}${silent ? restOf(listed.length - looked) : ''}`));
    if (strange) unknown += 1;
    // Whoever does not answer for one does not answer for the next; each would take its time.
    if (silent) break;
  }
  const without = people.filter(([, { slack }]) => !slack).map(([key]) => key);
  const fine = looked - bad.length;
  const says = `${fine} of ${listed.length} Slack ${listed.length === 1 ? 'id is' : 'ids are'} full members of ${installed.workspace}`;
  const besides = without.length > 0 ? `; without a Slack id: ${sentenceList(without)}` : '';
  return { findings: [...(fine > 0 ? [well('people', says + besides)] : []), ...bad], asked: listed.length, unknown };
}

async function problemOf(
  client: WebClient,
  id: string,
  { workspace }: Installed,
): Promise<{ problem: string | null; strange?: boolean; silent?: boolean }> {
  try {
    const { user } = await client.users.info({ user: id });
    return { problem: user ? kindProblem(user) : 'Slack told nothing about this id.' };
  } catch (error) {
    const code = slackCode(error);
    if (code === null) return { problem: `${slackTrouble(error)}.`, silent: true };
    if (code !== 'user_not_found' && code !== 'user_not_visible') return { problem: `${slackTrouble(error)}.` };
    const problem = `${code}: there is nobody with this id in ${workspace}. Correct it (profile > ⋮ > Copy member ID).`;
    return { problem, strange: true };
  }
}

const restOf = (left: number): string => (left > 0 ? ` Not looked at: ${left} more.` : '');

/** Why somebody whom Slack knows may do nothing here; null for a full member. */
function kindProblem(user: NonNullable<UsersInfoResponse['user']>): string | null {
  if (user.deleted) return 'is deactivated in Slack, so nobody can act with it. Take the person out of cowork.yaml.';
  if (user.is_bot) return 'is a bot, and bots never count. Name the person’s own id.';
  if (user.is_stranger) return 'is of another organisation, and may do nothing here. Name a full member.';
  if (user.is_restricted || user.is_ultra_restricted)
    return 'is a guest, and guests may do nothing here. Name a full member.';
  return null;
}
