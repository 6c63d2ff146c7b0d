import type { Team } from '../people/team.ts';
import type { Db } from '../store/db.ts';

/**
 * Why the user group of `on_call.slack_group` is not whoever is on call, as the process that keeps it noted; null where
 * it is, where nobody has looked yet, and where the home names no group.
 */
export async function groupTrouble(db: Db, { on_call }: Pick<Team, 'on_call'>): Promise<string | null> {
  if (on_call?.slack_group === undefined) return null;
  const row = await db
    .selectFrom('chat_groups')
    .select('error')
    .where('platform', '=', 'slack')
    .where('group_id', '=', on_call.slack_group)
    .executeTakeFirst();
  return row?.error ?? null;
}

/** The same for `status`, and where that is well, that a group which the home no longer names could not be switched off. */
export async function rotaTrouble(db: Db, team: Pick<Team, 'on_call'>): Promise<string | null> {
  const trouble = await groupTrouble(db, team);
  if (trouble !== null) return trouble;
  const former = await db
    .selectFrom('chat_groups')
    .select('error')
    .where('platform', '=', 'slack')
    .where('group_id', '<>', team.on_call?.slack_group ?? '')
    .where('let_go_at', 'is not', null)
    .where('error', 'is not', null)
    .executeTakeFirst();
  return former?.error ?? null;
}
