import type { Finding } from '../../connect/finding.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Guild } from './examine-guild.ts';
import { textIn } from './examine-token.ts';
import { amiss, well } from './finding.ts';

/** A workflow of the home that asks for a role besides. */
export interface AskedRole {
  workflow: string;
  role: string;
}

/** Each `review.discord_role` of the home, held against the roles that the server has. */
export function examineRoles(asked: readonly AskedRole[], roles: readonly unknown[], guild: Guild): Finding[] {
  const bad: Finding[] = [];
  const fine: string[] = [];
  for (const { workflow, role } of asked) {
    const problem = problemOf(role, roles, guild);
    if (problem) bad.push(amiss('role', `review.discord_role of ${workflow} (${role}): ${problem}`));
    else fine.push(`${workflow}: only with the role ${nameOf(role, roles)}`);
  }
  return [...(fine.length > 0 ? [well('roles', fine.join('\n'))] : []), ...bad];
}

const byId = (role: string, roles: readonly unknown[]): unknown => roles.find((one) => fieldOf(one, 'id') === role);

const nameOf = (role: string, roles: readonly unknown[]): string => textIn(byId(role, roles), 'name') ?? role;

function problemOf(role: string, roles: readonly unknown[], guild: Guild): string | null {
  const found = byId(role, roles);
  if (found === undefined)
    return `${guild.name} has no such role, so nobody can decide. Correct the id (Developer Mode on, Server Settings, Roles, Copy Role ID).`;
  if (role === guild.id)
    return 'this is the role of everybody, so it narrows nothing. Name another one, or leave it out.';
  if (fieldOf(fieldOf(found, 'tags'), 'bot_id') !== undefined)
    return 'this is the role of a bot, which no person can have, so nobody can decide. Name another one.';
  return null;
}
