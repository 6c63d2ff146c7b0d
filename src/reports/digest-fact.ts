import { DateTime } from 'luxon';
import { alertName } from '../alerts/list.ts';
import { holderOf } from '../alerts/standing.ts';
import type { Ground } from '../ground.ts';
import { onCall } from '../people/on-call.ts';
import { reviewName } from '../reviews/review-id.ts';
import { isPaused, openPauses } from '../runs/pause-state.ts';
import { chainHead } from '../store/audit-seal.ts';
import type { Db } from '../store/db.ts';
import type { AlertKind, PauseRow } from '../store/schema.ts';
import type { Severity } from '../values/scalars.ts';
import { type Degraded, degradedSince, recoveredSince, tokensByWorkflow } from './digest-queries.ts';
import { idleRoles } from './processes.ts';
import { type QueueItem, queueReport } from './queue.ts';
import { type ReviewShare, reviewShare } from './review-share.ts';
import { endedSince, nextInstants, type OpenAlert, openAlerts } from './status-queries.ts';
import { alertWords } from './withheld.ts';

/** The first of something, and how many there are altogether. */
export interface Some<T> {
  count: number;
  first: T[];
}

export interface DigestAlert {
  alert_id: string;
  key: string;
  kind: AlertKind;
  severity: Severity;
  workflow: string | null;
  run_id: string | null;
  review_id: string | null;
  /** `message` is null where it is about confidential work. */
  error: { class: string; message: string | null } | null;
  since: string;
  count: number;
  /** Key of the person who has it; null while nobody does. */
  holder: string | null;
  silenced: { until: string; by: string } | null;
}

export interface DigestPause {
  /** Null: everything. */
  workflow: string | null;
  reason: string;
  by: string;
  since: string;
  until: string | null;
}

/** Tokens of the running week against the workflow's budget; `share` is 0.92 for 92 %. */
export interface Spend {
  workflow: string;
  tokens: number;
  budget: number;
  share: number;
}

export type DigestReview = Pick<
  QueueItem,
  'review_id' | 'workflow' | 'severity' | 'opened_at' | 'due_at' | 'overdue' | 'held'
>;

/** How a day begins: what one has to know before anything else. Times are ISO 8601 in UTC; absent is null. */
export interface DailyDigest {
  version: 1;
  team: string;
  at: string;
  /** When the digest of an earlier day was due; runs and degraded inputs are counted from there. */
  since: string;
  workflows: number;
  runs: { ended: number; promoted: number; review: number; failed: number };
  failing: Some<DigestAlert>;
  /** Alerts that came to an end since. */
  recovered: number;
  degraded: Some<Degraded>;
  /** Oldest first. */
  waiting: Some<DigestReview> & { overdue: number };
  silenced: Some<DigestAlert>;
  paused: DigestPause[];
  /** Workflows over 80 % of their weekly budget. */
  spend: Spend[];
  /** What is still due today, or else the very next; paused ones left out. */
  next: { workflow: string; at: string }[];
  on_call: string | null;
  on_call_until: string | null;
  /** What review takes of the hours by hand, in the running month; null while nothing was delivered in it. */
  review: ReviewShare | null;
  /** Roles that no live process holds. */
  idle_roles: string[];
  /** The newest link of the audit trail; null while nothing is sealed. */
  chain_head: string | null;
}

const MOST = 10;
const WEEK_MS = 7 * 86_400_000;
const BUDGET_SHARE = 0.8;

/** The daily digest as it stands at `at`: the same whether the clock makes it or somebody asks for it. */
export async function dailyDigest(ground: Ground, at: Date): Promise<DailyDigest> {
  const { db } = ground;
  const { home } = await ground.homes.active();
  const { team } = home;
  const since = await sinceOf(db, at, team.timezone);
  const monday = DateTime.fromJSDate(at, { zone: team.timezone }).startOf('week').toJSDate();
  const [runs, alerts, recovered, degraded, waiting, pauses, tokens, instants, idle, chain_head, review] =
    await Promise.all([
      endedSince(db, since),
      openAlerts(ground),
      recoveredSince(db, since),
      degradedSince(db, since),
      queueReport(db, { now: at }),
      openPauses(db, at),
      tokensByWorkflow(db, monday),
      nextInstants(db),
      idleRoles(db, at),
      chainHead(db),
      reviewShare(ground, { now: at }),
    ]);
  const failing = alerts.map((alert) => alertOf(alert, at));
  const duty = onCall(team, at);
  const budgets = Object.values(home.workflows).map(({ name, spec }) => [name, spec.budget?.tokens_per_week] as const);
  return {
    ...{ version: 1, team: team.team, at: at.toISOString(), since: since.toISOString() },
    ...{ workflows: budgets.length, runs, recovered },
    failing: some(failing),
    degraded: some(degraded),
    waiting: { ...some(waiting.map(reviewOf)), overdue: waiting.filter(({ overdue }) => overdue).length },
    silenced: some(failing.filter(({ silenced }) => silenced !== null)),
    paused: pauses.map(pauseOf),
    spend: spendOf(budgets, tokens),
    next: nextToday(instants, pauses, { at, zone: team.timezone }),
    ...{ on_call: duty.who, on_call_until: duty.until?.toISOString() ?? null },
    ...{ review, idle_roles: idle, chain_head },
  };
}

const some = <T>(all: readonly T[]): Some<T> => ({ count: all.length, first: all.slice(0, MOST) });

/** Since the last digest of an earlier day, however long a weekend; without one, since yesterday 08:00. */
async function sinceOf(db: Db, at: Date, zone: string): Promise<Date> {
  const today = DateTime.fromJSDate(at, { zone }).startOf('day');
  const last = await db
    .selectFrom('digests')
    .select('scheduled_for')
    .where('kind', '=', 'daily')
    .where('scheduled_for', '<', today.toJSDate())
    .orderBy('scheduled_for', 'desc')
    .limit(1)
    .executeTakeFirst();
  const yesterday = today.minus({ days: 1 }).set({ hour: 8 }).toJSDate();
  return last && at.getTime() - last.scheduled_for.getTime() <= WEEK_MS ? last.scheduled_for : yesterday;
}

const alertOf = (alert: OpenAlert, at: Date): DigestAlert => ({
  alert_id: alertName(alert.id),
  key: alert.key,
  kind: alert.kind,
  severity: alert.severity,
  workflow: alert.workflow,
  run_id: alert.run_id,
  review_id: alert.review_id === null ? null : reviewName(alert.review_id),
  error: alert.error_class === null ? null : { class: alert.error_class, message: alertWords(alert, alert.run_class) },
  since: alert.first_at.toISOString(),
  count: alert.count,
  holder: holderOf(alert),
  silenced:
    alert.silenced_until && alert.silenced_until > at
      ? { until: alert.silenced_until.toISOString(), by: alert.silenced_by ?? 'service' }
      : null,
});

const reviewOf = ({ review_id, workflow, severity, opened_at, due_at, overdue, held }: QueueItem): DigestReview => ({
  ...{ review_id, workflow, severity, opened_at, due_at, overdue, held },
});

const pauseOf = ({ workflow, reason, paused_by, paused_at, until }: PauseRow): DigestPause => ({
  ...{ workflow, reason, by: paused_by },
  ...{ since: paused_at.toISOString(), until: until?.toISOString() ?? null },
});

/** Those over four fifths of their budget, the fullest first. */
const spendOf = (
  budgets: readonly (readonly [string, number | undefined])[],
  tokens: ReadonlyMap<string, number>,
): Spend[] =>
  budgets
    .flatMap(([workflow, budget]) => {
      const used = tokens.get(workflow) ?? 0;
      return budget ? [{ workflow, tokens: used, budget, share: used / budget }] : [];
    })
    .filter(({ share }) => share > BUDGET_SHARE)
    .sort((a, b) => b.share - a.share);

function nextToday(
  instants: readonly { workflow: string; next_at: Date | null }[],
  pauses: readonly PauseRow[],
  { at, zone }: { at: Date; zone: string },
): DailyDigest['next'] {
  const tomorrow = DateTime.fromJSDate(at, { zone }).startOf('day').plus({ days: 1 }).toJSDate();
  const due = instants.flatMap(({ workflow, next_at }) =>
    next_at && !isPaused(pauses, workflow, at) ? [{ workflow, next_at }] : [],
  );
  const today = due.filter(({ next_at }) => next_at < tomorrow).slice(0, MOST);
  const shown = today.length > 0 ? today : due.slice(0, 1);
  return shown.map(({ workflow, next_at }) => ({ workflow, at: next_at.toISOString() }));
}
