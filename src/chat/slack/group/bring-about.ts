import type { WebClient } from '@slack/web-api';
import { notFound } from '../../../errors.ts';
import { slackCode } from '../setup/explain.ts';

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
  if (now === null) throw notFound(`there is no user group ${group}. Correct on_call.slack_group in cowork.yaml`);
  const former = now.members;
  if (members.length === 0) {
    if (!now.enabled) return { called: false, former };
    if (!(await isStillRight(former))) return null;
    await client.usergroups.disable({ usergroup: group });
    return { called: true, former };
  }
  const right = now.members.length === members.length && members.every((id) => now.members.includes(id));
  if (right && now.enabled) return { called: false, former };
  if (!now.enabled) return switchOn(client, group, { members, former, right }, isStillRight);
  if (!(await isStillRight(former))) return null;
  await client.usergroups.users.update({ usergroup: group, users: members.join(',') });
  return { called: true, former };
}

/** What Slack says of members that it will not take, whether the group is on or off. */
const NO_MEMBERS = new Set([
  'invalid_users',
  'invalid_user',
  'user_not_found',
  'failed_for_some_users',
  'single_channel_guests_cannot_be_added',
]);

/**
 * Switches a group on that is off, its members first: otherwise a mention in between would reach those of before. Where
 * Slack takes none while it is off, they follow at once.
 */
async function switchOn(
  client: WebClient,
  group: string,
  { members, former, right }: { members: readonly string[]; former: string[]; right: boolean },
  isStillRight: (former: readonly string[]) => Promise<boolean>,
): Promise<Brought | null> {
  const put = async () => client.usergroups.users.update({ usergroup: group, users: members.join(',') });
  if (!(await isStillRight(former))) return null;
  const before =
    right ||
    (await put().then(
      () => true,
      (error: unknown) => {
        const code = slackCode(error);
        if (code === null || NO_MEMBERS.has(code)) throw error;
        return false;
      },
    ));
  if (!(await isStillRight(former))) return null;
  await client.usergroups.enable({ usergroup: group });
  if (before) return { called: true, former };
  if (!(await isStillRight(former))) return null;
  await put();
  return { called: true, former };
}

/** Who is in a group and whether it is on; null where there is no such group. */
export async function groupNow(
  client: WebClient,
  group: string,
): Promise<{ enabled: boolean; members: string[] } | null> {
  const { usergroups = [] } = await client.usergroups.list({ include_disabled: true, include_users: true });
  const found = usergroups.find(({ id }) => id === group);
  return found ? { enabled: !found.date_delete, members: found.users ?? [] } : null;
}
