import { type REST, Routes } from 'discord.js';
import { sentenceList } from '../../../people/names.ts';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import { fieldOf } from '../../connect/payload.ts';
import { codeOf } from '../connect/why-not.ts';
import type { Guild } from './examine-guild.ts';
import { discordTrouble, isSilent } from './explain.ts';
import { amiss, well } from './finding.ts';

const COPY = 'Developer Mode on, right-click the person, Copy User ID';

/** Each person of the home that has a Discord id: members of the server alone can act there. */
export async function examinePeople(rest: REST, team: Pick<Team, 'people'>, guild: Guild): Promise<Finding[]> {
  const people = Object.entries(team.people);
  const listed = people.flatMap(([key, { discord }]) => (discord ? [{ key, id: discord }] : []));
  if (listed.length === 0) {
    const says = `nobody in cowork.yaml has a Discord id, so nobody can decide anything there. Add discord: "…" to people, in quotes (${COPY}).`;
    return [amiss('people', says)];
  }
  const bad: Finding[] = [];
  let looked = 0;
  for (const { key, id } of listed) {
    const { problem, silent } = await problemOf(rest, id, guild);
    looked += 1;
    const left = listed.length - looked;
    const more = silent && left > 0 ? ` Not looked at: ${left} more.` : '';
    if (problem) bad.push(amiss('person', `${key} (${id}): ${problem}${more}`));
    // Whoever does not answer for one does not answer for the next; each would take its time.
    if (silent) break;
  }
  const without = people.filter(([, { discord }]) => !discord).map(([key]) => key);
  const fine = looked - bad.length;
  const says = `${fine} of ${listed.length} Discord ${listed.length === 1 ? 'id is a member' : 'ids are members'} of ${guild.name}`;
  const besides = without.length > 0 ? `; without a Discord id: ${sentenceList(without)}` : '';
  return [...(fine > 0 ? [well('people', says + besides)] : []), ...bad];
}

async function problemOf(
  rest: REST,
  id: string,
  { id: guild, name }: Guild,
): Promise<{ problem: string | null; silent?: boolean }> {
  try {
    const member = await rest.get(Routes.guildMember(guild, id));
    if (fieldOf(fieldOf(member, 'user'), 'bot') === true)
      return { problem: 'is a bot, and bots never count. Name the person’s own id.' };
    if (fieldOf(member, 'pending') === true)
      return { problem: `has not agreed to the rules of ${name} yet, and Discord lets them do nothing until then.` };
    return { problem: null };
  } catch (error) {
    const code = codeOf(error);
    if (code === 10007)
      return {
        problem: `is no member of ${name}, so they can do nothing there. Invite them, or correct the id (${COPY}).`,
      };
    if (code === 10013) return { problem: `Discord knows nobody with this id. Correct it (${COPY}).` };
    return { problem: `${discordTrouble(error)}.`, silent: isSilent(error) };
  }
}
