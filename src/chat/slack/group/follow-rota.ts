import { WebAPIRateLimitedError } from '@slack/web-api';
import { shortName } from '../../../people/names.ts';
import { onCall } from '../../../people/on-call.ts';
import type { Team } from '../../../people/team.ts';
import { audit } from '../../../store/audit.ts';
import type { ChatGroupRow } from '../../../store/schema.ts';
import { slackTrouble } from '../setup/explain.ts';
import type { Slack } from '../slack.ts';
import { bringAbout } from './bring-about.ts';

/** How often to call `followRota`; it asks Slack only when something is to be done, or to be looked at again. */
export const FOLLOW_EVERY_MS = 20_000;

/** So often is a group that was right looked at again, in case somebody changed it by hand. */
const LOOK_AGAIN_MS = 10 * 60_000;
/** Whoever claimed it less than this ago may still be waiting for Slack. */
const UNDER_WAY_MS = 15_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

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
 * noted in the row, where `status` and `doctor` find it, and tried again with growing pauses.
 */
export async function followRota(slack: Needs): Promise<void> {
  const { ground } = slack;
  const { team } = (await ground.homes.active()).home;
  const group = team.on_call?.slack_group;
  if (group === undefined) return;
  const now = ground.clock.now();
  const wanted = wantedNow(team, now);
  const row = await claim(slack, group, wanted, now);
  if (!row) return;
  try {
    const called = await bringAbout(slack.clients.later, group, wanted.members);
    await noteWell(slack, row, wanted, called, now);
  } catch (error) {
    await noteTrouble(slack, row, error, now);
  }
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

/** The row, where this process may ask Slack now; null where there is nothing to do, or another one was faster. */
async function claim({ ground }: Needs, group: string, wanted: Wanted, now: Date): Promise<ChatGroupRow | null> {
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
  const { numUpdatedRows } = await db
    .updateTable('chat_groups')
    .set({ tried_at: now })
    .where('platform', '=', 'slack')
    .where('group_id', '=', group)
    .where('tried_at', 'is not distinct from', row.tried_at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n ? row : null;
}

function isDue(row: ChatGroupRow, wanted: Wanted, now: Date): boolean {
  const sinceMs = row.tried_at === null ? LOOK_AGAIN_MS : now.getTime() - row.tried_at.getTime();
  if (sinceMs < UNDER_WAY_MS) return false;
  if (row.not_before) return row.not_before <= now;
  if (!row.changed_at || row.error !== wanted.lacks || !sameMembers(row.members, wanted.members)) return true;
  return sinceMs >= LOOK_AGAIN_MS;
}

const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));

/** Records what is so now; the trail has each change once, also where a crash came between Slack and the record. */
async function noteWell({ ground }: Needs, row: ChatGroupRow, wanted: Wanted, called: boolean, now: Date) {
  const { who, members, lacks } = wanted;
  const changed = called || !row.changed_at || !sameMembers(row.members, members);
  await ground.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('chat_groups')
      .set({ error: lacks, not_before: null })
      .$if(changed, (update) => update.set({ members: JSON.stringify(members), changed_at: now }))
      .where('platform', '=', 'slack')
      .where('group_id', '=', row.group_id)
      .execute();
    if (!changed) return;
    const data = { group: row.group_id, who: members.length > 0 ? who : null };
    await audit(tx, { at: now, act: 'group.changed', actor: 'service', via: 'slack', data });
  });
  const about = { group: row.group_id, who };
  if (lacks && row.error !== lacks) ground.log.warn(about, `the user group cannot follow the rota: ${lacks}`);
  else if (changed) ground.log.info(about, 'the user group follows the rota');
  else if (row.error && !lacks) ground.log.info(about, 'the user group follows the rota again');
}

async function noteTrouble({ ground }: Needs, row: ChatGroupRow, error: unknown, now: Date): Promise<void> {
  const words = slackTrouble(error);
  const paused = row.not_before && row.tried_at ? row.not_before.getTime() - row.tried_at.getTime() : 0;
  const pause =
    error instanceof WebAPIRateLimitedError
      ? Math.max(FIRST_PAUSE_MS, error.retryAfter * 1000)
      : Math.min(Math.max(FIRST_PAUSE_MS, paused * 2), LONGEST_PAUSE_MS);
  await ground.db
    .updateTable('chat_groups')
    .set({ error: words, not_before: new Date(now.getTime() + pause) })
    .where('platform', '=', 'slack')
    .where('group_id', '=', row.group_id)
    .execute();
  // Said once: it is in status for as long as it lasts.
  if (row.error !== words) ground.log.warn({ group: row.group_id }, `the user group cannot follow the rota: ${words}`);
}
