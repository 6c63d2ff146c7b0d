import type { WebClient } from '@slack/web-api';
import { notFound } from '../../../errors.ts';

/** What was found and done; `former` are the members that were there before. */
export interface Brought {
  called: boolean;
  former: string[];
}

/**
 * Makes these the members of the user group, and changes nothing where they are already. A group cannot be emptied, so
 * with nobody it is switched off, and on again with the next member. `isStillRight` is asked right before each change:
 * Slack may have taken its time, and somebody else may be at it by then. Null where it was not, and nothing more was done.
 */
export async function bringAbout(
  client: WebClient,
  group: string,
  members: readonly string[],
  isStillRight: (former: readonly string[]) => Promise<boolean>,
): Promise<Brought | null> {
  const now = await groupNow(client, group);
  const former = now.members;
  if (members.length === 0) {
    if (!now.enabled) return { called: false, former };
    if (!(await isStillRight(former))) return null;
    await client.usergroups.disable({ usergroup: group });
    return { called: true, former };
  }
  const right = now.members.length === members.length && members.every((id) => now.members.includes(id));
  if (right && now.enabled) return { called: false, former };
  // Slack takes no members while it is off.
  if (!now.enabled) {
    if (!(await isStillRight(former))) return null;
    await client.usergroups.enable({ usergroup: group });
  }
  if (right) return { called: true, former };
  if (!(await isStillRight(former))) return null;
  await client.usergroups.users.update({ usergroup: group, users: members.join(',') });
  return { called: true, former };
}

async function groupNow(client: WebClient, group: string): Promise<{ enabled: boolean; members: string[] }> {
  const { usergroups = [] } = await client.usergroups.list({ include_disabled: true, include_users: true });
  const found = usergroups.find(({ id }) => id === group);
  if (!found) throw notFound(`there is no user group ${group}. Correct on_call.slack_group in cowork.yaml`);
  return { enabled: !found.date_delete, members: found.users ?? [] };
}
