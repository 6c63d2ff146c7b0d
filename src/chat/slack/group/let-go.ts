import { audit } from '../../../store/audit.ts';
import type { ChatGroupRow } from '../../../store/schema.ts';
import { slackTrouble } from '../setup/explain.ts';
import type { Slack } from '../slack.ts';
import { groupNow } from './bring-about.ts';
import { type Claimed, forgetClaimed, pausedUntil, sameMembers, UNDER_WAY_MS, writeClaimed } from './claimed.ts';

type Needs = Pick<Slack, 'ground' | 'clients'>;

/** A group that cannot be switched off for so long is left to people: `status` has said so all that time. */
const GIVEN_UP_MS = 7 * 86_400_000;

/**
 * Switches off, once, each user group that followed the rota and that the home names no more: it would call whoever was on
 * call last for ever. One that somebody keeps by hand meanwhile is left as it is. What fails is noted in the row, where
 * `status` finds it, and tried again with growing pauses for a week.
 */
export async function letGo(slack: Needs, named: string | null, signal?: AbortSignal): Promise<void> {
  const { db } = slack.ground;
  const rows = await db.selectFrom('chat_groups').selectAll().where('platform', '=', 'slack').execute();
  for (const row of rows) if (row.group_id !== named && !signal?.aborted) await letOneGo(slack, row);
}

async function letOneGo({ ground, clients }: Needs, row: ChatGroupRow): Promise<void> {
  const now = ground.clock.now();
  if (row.tried_at && now.getTime() - row.tried_at.getTime() < UNDER_WAY_MS) return;
  if (row.let_go_at && row.not_before && row.not_before > now) return;
  const claimed: Claimed = { row, at: row.tried_at };
  const begun = row.let_go_at ?? now;
  // What was never changed by us need not be put right.
  if (row.changed_at === null || now.getTime() - begun.getTime() > GIVEN_UP_MS) {
    if (await forgetClaimed(ground.db, claimed)) ground.log.info({ group: row.group_id }, 'the user group is let go');
    return;
  }
  if (!(await writeClaimed(ground.db, claimed, { tried_at: now, let_go_at: begun }))) return;
  try {
    const there = await groupNow(clients.later, row.group_id);
    const isOurs = there?.enabled === true && sameMembers(there.members, row.members);
    if (isOurs && !(await isStillLetGo({ ground }, claimed))) return;
    if (isOurs) await clients.later.usergroups.disable({ usergroup: row.group_id });
    await noteLetGo({ ground }, claimed, isOurs);
  } catch (error) {
    const trouble = slackTrouble(error);
    const words = `cowork.yaml no longer names ${row.group_id}, and it could not be switched off, so it still calls whoever was on call last; switch it off in Slack (${trouble})`;
    const not_before = pausedUntil(
      row.let_go_at ? claimed : { ...claimed, row: { ...row, not_before: null } },
      error,
      now,
    );
    if (!(await writeClaimed(ground.db, claimed, { error: words, not_before }))) return;
    if (row.error !== words) ground.log.warn({ group: row.group_id }, `the user group is not let go: ${words}`);
  }
}

/** Slack takes its time: by now the home may name it again, or another process be at it. */
async function isStillLetGo({ ground }: Pick<Needs, 'ground'>, claimed: Claimed): Promise<boolean> {
  const { team } = (await ground.homes.active()).home;
  if (team.on_call?.slack_group === claimed.row.group_id) return false;
  return writeClaimed(ground.db, claimed, { tried_at: ground.clock.now() });
}

async function noteLetGo({ ground }: Pick<Needs, 'ground'>, claimed: Claimed, isOff: boolean): Promise<void> {
  const group = claimed.row.group_id;
  const noted = await ground.db.transaction().execute(async (tx) => {
    if (!(await forgetClaimed(tx, claimed))) return false;
    const data = { group, who: null, let_go: true };
    if (isOff) await audit(tx, { at: ground.clock.now(), act: 'group.changed', actor: 'service', via: 'slack', data });
    return true;
  });
  if (!noted) return;
  const words = isOff ? 'it is switched off' : 'it was changed by hand or is off, and stays as it is';
  ground.log.info({ group }, `cowork.yaml no longer names the user group: ${words}`);
}
