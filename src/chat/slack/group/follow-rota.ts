import { shortName } from '../../../people/names.ts';
import { onCall } from '../../../people/on-call.ts';
import type { Team } from '../../../people/team.ts';
import { audit } from '../../../store/audit.ts';
import type { ChatGroupRow } from '../../../store/schema.ts';
import { slackTrouble } from '../setup/explain.ts';
import type { Slack } from '../slack.ts';
import { type Brought, bringAbout } from './bring-about.ts';
import { type Claimed, pausedUntil, sameMembers, UNDER_WAY_MS, writeClaimed } from './claimed.ts';
import { letGo } from './let-go.ts';

/** How often to call `followRota`; it asks Slack only when something is to be done, or to be looked at again. */
export const FOLLOW_EVERY_MS = 20_000;

/** So often is a group that was right looked at again, in case somebody changed it by hand. */
const LOOK_AGAIN_MS = 10 * 60_000;

type Needs = Pick<Slack, 'ground' | 'clients'>;

/** Who should be in the group now. */
interface Wanted {
  /** Key of whoever is on call. */
  who: string | null;
  /** Slack ids; empty where nobody can be in it, and it is then switched off. */
  members: string[];
  /** Why whoever is on call cannot be in it. */
  lacks: string | null;
}

/**
 * One look at whether the user group of `on_call.slack_group` is whoever is on call, and the change where it is not. Any
 * number of processes may call it at any time: a compare-and-set on the row decides which of them asks Slack. A failure is
 * noted in the row, where `status` and `doctor` find it, and tried again with growing pauses. A group that the home named
 * before is let go.
 */
export async function followRota(slack: Needs, signal?: AbortSignal): Promise<void> {
  const { ground } = slack;
  const { team } = (await ground.homes.active()).home;
  const group = team.on_call?.slack_group;
  await letGo(slack, group ?? null, signal);
  if (group === undefined) return;
  const now = ground.clock.now();
  const wanted = wantedNow(team, now);
  const claimed = await claim(slack, group, wanted, now);
  if (!claimed) return;
  try {
    const brought = await bringAbout(slack.clients.later, group, wanted.members, async (former) => {
      // After a stop it is for the next process to change.
      if (signal?.aborted) return false;
      return isStillRight(slack, claimed, wanted, former);
    });
    if (brought) await noteWell(slack, claimed, wanted, brought);
  } catch (error) {
    await noteTrouble(slack, claimed, error);
  }
}

/** Renews the claim where it is still ours and the rota still wants the same; false where another look has to decide. */
async function isStillRight(
  { ground }: Needs,
  claimed: Claimed,
  wanted: Wanted,
  former: readonly string[],
): Promise<boolean> {
  const { team } = (await ground.homes.active()).home;
  const now = ground.clock.now();
  if (team.on_call?.slack_group !== claimed.row.group_id) return false;
  if (!sameMembers(wantedNow(team, now).members, wanted.members)) return false;
  if (!(await writeClaimed(ground.db, claimed, { tried_at: now }))) return false;
  // The answer to the change may be lost, and with it the only other word of who was in a group that was kept by hand.
  ground.log.info({ group: claimed.row.group_id, former, members: wanted.members }, 'the user group is being changed');
  return true;
}

function wantedNow(team: Team, now: Date): Wanted {
  const { who } = onCall(team, now);
  const id = who === null ? undefined : team.people[who]?.slack;
  if (who === null) return { who, members: [], lacks: null };
  if (id !== undefined) return { who, members: [id], lacks: null };
  const name = shortName(team, who);
  return {
    who,
    members: [],
    lacks: `${name} is on call and has no Slack id in cowork.yaml; the group is switched off`,
  };
}

/** The row as it was, where this process may ask Slack now; null where there is nothing to do, or another one was faster. */
async function claim({ ground }: Needs, group: string, wanted: Wanted, now: Date): Promise<Claimed | null> {
  const { db } = ground;
  const key = { platform: 'slack', group_id: group };
  await db
    .insertInto('chat_groups')
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('chat_groups')
    .selectAll()
    .where('platform', '=', 'slack')
    .where('group_id', '=', group)
    .executeTakeFirstOrThrow();
  if (!isDue(row, wanted, now)) return null;
  const claimed = { row, at: now };
  return (await writeClaimed(db, { row, at: row.tried_at }, { tried_at: now, let_go_at: null })) ? claimed : null;
}

function isDue(row: ChatGroupRow, wanted: Wanted, now: Date): boolean {
  const sinceMs = row.tried_at === null ? LOOK_AGAIN_MS : now.getTime() - row.tried_at.getTime();
  if (sinceMs < UNDER_WAY_MS) return false;
  if (row.let_go_at) return true;
  if (row.not_before) return row.not_before <= now;
  if (!row.changed_at || row.error !== wanted.lacks || !sameMembers(row.members, wanted.members)) return true;
  return sinceMs >= LOOK_AGAIN_MS;
}

/**
 * Records what is so now, unless somebody else is at it by now and will; the trail has each change once, also where a crash
 * came between Slack and the record, with the members that somebody else had put there.
 */
async function noteWell({ ground }: Needs, claimed: Claimed, wanted: Wanted, { called, former }: Brought) {
  const { row } = claimed;
  const { who, members, lacks } = wanted;
  const at = ground.clock.now();
  const changed = called || !row.changed_at || !sameMembers(row.members, members);
  const noted = await ground.db.transaction().execute(async (tx) => {
    const values = changed ? { members: JSON.stringify(members), changed_at: at } : {};
    if (!(await writeClaimed(tx, claimed, { error: lacks, not_before: null, ...values }))) return false;
    if (!changed) return true;
    const others = called && !former.every((id) => row.members.includes(id) || members.includes(id));
    const data = { group: row.group_id, who: members.length > 0 ? who : null, ...(others ? { former } : {}) };
    await audit(tx, { at, act: 'group.changed', actor: 'service', via: 'slack', data });
    return true;
  });
  if (!noted) return;
  const about = { group: row.group_id, who };
  if (lacks && row.error !== lacks) ground.log.warn(about, `the user group cannot follow the rota: ${lacks}`);
  else if (changed) ground.log.info(about, 'the user group follows the rota');
  else if (row.error && !lacks) ground.log.info(about, 'the user group follows the rota again');
}

async function noteTrouble({ ground }: Needs, claimed: Claimed, error: unknown): Promise<void> {
  const { row } = claimed;
  const words = slackTrouble(error);
  const not_before = pausedUntil(claimed, error, ground.clock.now());
  if (!(await writeClaimed(ground.db, claimed, { error: words, not_before }))) return;
  // Said once: it is in status for as long as it lasts.
  if (row.error !== words) ground.log.warn({ group: row.group_id }, `the user group cannot follow the rota: ${words}`);
}
