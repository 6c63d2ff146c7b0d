import { Refusal } from '../refusal.ts';
import type { Json, UserGroup } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Api, flagArg, type Method, textArg } from './method.ts';

const READ = ['usergroups:read'];
const WRITE = ['usergroups:write'];

const shown = (workspace: Workspace, group: UserGroup, withUsers: boolean): Json => ({
  id: group.id,
  team_id: workspace.team.id,
  is_usergroup: true,
  is_subteam: true,
  name: group.name,
  description: '',
  handle: group.handle,
  is_external: false,
  date_create: 1_700_000_000,
  date_update: 1_700_000_000,
  date_delete: group.disabled ? 1_700_000_000 : 0,
  auto_type: null,
  created_by: workspace.botUser,
  updated_by: workspace.botUser,
  deleted_by: null,
  prefs: { channels: [], groups: [] },
  user_count: group.users.length,
  ...(withUsers ? { users: group.users } : {}),
});

/** @throws Refusal where the plan or the settings of the workspace forbid it, or there is no such group. */
function groupOf({ workspace }: Api, args: Json, writing: boolean): UserGroup {
  if (workspace.plan === 'free') throw new Refusal('paid_teams_only');
  if (writing && !workspace.botsManageGroups) throw new Refusal('permission_denied');
  const group = workspace.groups.get(textArg(args, 'usergroup'));
  if (!group) throw new Refusal('no_such_subteam');
  return group;
}

function list({ workspace }: Api, args: Json): Json {
  if (workspace.plan === 'free') throw new Refusal('paid_teams_only');
  const groups = [...workspace.groups.values()].filter(
    ({ disabled }) => !disabled || flagArg(args, 'include_disabled'),
  );
  return { usergroups: groups.map((group) => shown(workspace, group, flagArg(args, 'include_users'))) };
}

function users(api: Api, args: Json): Json {
  const group = groupOf(api, args, false);
  if (group.disabled && !flagArg(args, 'include_disabled')) throw new Refusal('no_such_subteam');
  return { users: group.users };
}

/** Replaces the whole list; nobody at all, guests and bots are refused. */
function update(api: Api, args: Json): Json {
  const group = groupOf(api, args, true);
  const named = (Array.isArray(args.users) ? args.users : String(args.users ?? '').split(','))
    .map((id) => String(id).trim())
    .filter((id) => id !== '');
  if (named.length === 0) throw new Refusal('no_users_provided');
  if (named.some((id) => api.workspace.users.get(id)?.kind !== 'member')) throw new Refusal('invalid_users');
  if (group.disabled && !api.workspace.membersWhileOff) throw new Refusal('subteam_disabled');
  group.users = [...new Set(named)];
  return { usergroup: shown(api.workspace, group, true) };
}

const switched =
  (disabled: boolean) =>
  (api: Api, args: Json): Json => {
    const group = groupOf(api, args, true);
    group.disabled = disabled;
    return { usergroup: shown(api.workspace, group, flagArg(args, 'include_count')) };
  };

export const userGroupMethods: Record<string, Method> = {
  'usergroups.list': { scopes: READ, run: list },
  'usergroups.users.list': { scopes: READ, run: users },
  'usergroups.users.update': { scopes: WRITE, run: update },
  'usergroups.enable': { scopes: WRITE, run: switched(false) },
  'usergroups.disable': { scopes: WRITE, run: switched(true) },
};
