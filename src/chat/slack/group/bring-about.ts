import type { WebClient } from '@slack/web-api';
import { notFound } from '../../../errors.ts';

/**
 * Makes these the members of the user group, and changes nothing where they are already; true where Slack was told
 * anything. A group cannot be emptied, so with nobody it is switched off, and on again with the next member.
 */
export async function bringAbout(client: WebClient, group: string, members: readonly string[]): Promise<boolean> {
  const now = await groupNow(client, group);
  if (members.length === 0) {
    if (!now.enabled) return false;
    await client.usergroups.disable({ usergroup: group });
    return true;
  }
  const right = now.members.length === members.length && members.every((id) => now.members.includes(id));
  if (right && now.enabled) return false;
  // Slack takes no members while it is off.
  if (!now.enabled) await client.usergroups.enable({ usergroup: group });
  if (!right) await client.usergroups.users.update({ usergroup: group, users: members.join(',') });
  return true;
}

async function groupNow(client: WebClient, group: string): Promise<{ enabled: boolean; members: string[] }> {
  const { usergroups = [] } = await client.usergroups.list({ include_disabled: true, include_users: true });
  const found = usergroups.find(({ id }) => id === group);
  if (!found) throw notFound(`there is no user group ${group}. Correct on_call.slack_group in cowork.yaml`);
  return { enabled: !found.date_delete, members: found.users ?? [] };
}
