import { readFile } from 'node:fs/promises';
import type { Ground } from '../ground.ts';
import { isOpenClass, may } from '../people/permissions.ts';
import { type Item, loadItem, recordedOutputs, runOf } from '../reviews/item.ts';
import { locateRun } from '../reviews/locate.ts';
import { reviewName } from '../reviews/review-id.ts';
import { type Asked, rightsOf, whyNot } from '../reviews/rights.ts';
import { closedSentence } from '../reviews/standing.ts';
import { wantedTarget } from '../reviews/target.ts';
import { todaysWorkflow } from '../reviews/todays-workflow.ts';
import { inside } from '../runs/folders.ts';
import type { CheckOutcome, CheckResult, ReviewState, Verdict, Via } from '../store/schema.ts';
import type { DataClass, Severity, Tier } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';
import type { Home, Workflow } from '../workflows/home.ts';
import { withoutWords } from './withheld.ts';

export interface ReviewDecision {
  person: string;
  verdict: Verdict;
  at: string;
  via: Via;
  reason: string | null;
  revision: number;
}

/** One review item as one person may see it. Times are ISO 8601 in UTC; absent is null. */
export interface ReviewFact {
  review_id: string;
  run_id: string;
  workflow: string;
  title: string;
  state: ReviewState;
  revision: number;
  severity: Severity;
  tier: Tier;
  /** The stricter of the class the run began with and today's. */
  data_class: DataClass;
  reasons: string[];
  opened_at: string;
  due_at: string;
  overdue: boolean;
  held: boolean;
  rechecking: boolean;
  output_hash: string;
  definition_hash: string;
  brief_hash: string;
  /** Home-relative folder the outputs went or would go to. */
  target: string;
  quorum: number;
  /** People whose approval of this revision counts. */
  approvals: string[];
  /** Who may decide and has not yet. */
  may_decide: string[];
  decisions: ReviewDecision[];
  /** Who looks at this revision now. */
  looking: string[];
  /** Since when each of them does. */
  looks: { person: string; since: string }[];
  validation: CheckResult | null;
  checks: CheckOutcome[];
  outputs: { path: string; bytes: number; sha256: string }[];
  /** REVIEW_BRIEF.md; null where this person may not see contents. */
  brief: string | null;
  /** Why contents are withheld from this person; null where they may be shown. */
  hidden: string | null;
  /** Why this person cannot decide; null where they can, or where nobody was named. */
  cannot_decide: string | null;
  may_undo: boolean;
  /** What became of it, once it is closed. */
  result: string | null;
}

const NOBODY = 'They are for listed people: name one with --as <person>, or sign in.';

/**
 * One item and where its files lie, as `person` (null: the operator, who sees no contents by this way; with `member`, an
 * unlisted member of the chat) may see it. Throws `not_found`.
 */
export async function reviewFact(
  ground: Ground,
  id: number,
  person: string | null,
  member = false,
): Promise<ReviewFact & { folder: string }> {
  const item = await loadItem(ground.db, id);
  const [{ home: today }, pinned] = await Promise.all([ground.homes.active(), pinnedOf(ground, item)]);
  const now = ground.clock.now();
  const asked: Asked = { review: item, pinned: pinned.workflow, today, now };
  const data_class = classToday(today, item.workflow, item.data_class);
  const subject = { workflow: await todaysWorkflow(ground, item), dataClass: data_class, now, chatMember: member };
  const seen = may(today, person, 'see_outputs', subject);
  const folder = await locateRun(today.root, runOf(item));
  const rights = rightsOf(asked);
  const reasonsToo = seen.ok || isOpenClass(data_class);
  const waits = item.state === 'open';
  const looks = waits ? await looksAt(ground, item) : [];
  return {
    ...plainFacts(item, now),
    data_class,
    title: pinned.workflow.spec.title,
    target: await targetOf(ground, item, pinned),
    quorum: rights.quorum,
    approvals: waits ? rights.counted : item.approved_by,
    may_decide: waits ? rights.left : [],
    decisions: await decisionsOf(ground, id, reasonsToo),
    looking: looks.map(({ person }) => person),
    looks,
    ...(await checksOf(ground, item, reasonsToo)),
    outputs: (await recordedOutputs(ground.db, item.run_id)).map(({ path, bytes, sha256 }) => ({
      path,
      bytes,
      sha256,
    })),
    brief: seen.ok ? await readFile(inside.brief(folder), 'utf8').catch(() => null) : null,
    hidden: seen.ok ? null : `The contents are not shown. ${person === null && !member ? NOBODY : seen.why}`,
    cannot_decide: waits && person !== null ? whyNoDecision(asked, person, item) : null,
    may_undo: item.state === 'promoted' && may(today, person, 'undo', subject).ok,
    result:
      closedSentence(reasonsToo ? item : withoutReason(item), today.team, now)?.replace(' Nothing changed.', '') ??
      null,
    folder,
  };
}

const plainFacts = (item: Item, now: Date) => ({
  review_id: reviewName(item.id),
  run_id: item.run_id,
  workflow: item.workflow,
  state: item.state,
  revision: item.revision,
  severity: item.severity,
  tier: item.tier,
  reasons: item.reasons,
  opened_at: item.opened_at.toISOString(),
  due_at: item.due_at.toISOString(),
  overdue: item.state === 'open' && item.due_at <= now,
  held: item.state === 'open' && item.held_at !== null,
  rechecking: item.rechecking,
  output_hash: item.output_hash,
  definition_hash: item.definition_hash,
  brief_hash: item.brief_hash,
});

/** Whoever approved already may still reject, so both are asked. */
const whyNoDecision = (asked: Asked, person: string, item: Item): string | null => {
  const approve = whyNot(asked, person, 'approve', item.trigger_by);
  return approve !== null && whyNot(asked, person, 'reject', item.trigger_by) !== null ? approve : null;
};

async function pinnedOf(ground: Ground, item: Item): Promise<{ home: Home; workflow: Workflow }> {
  const { home } = await ground.homes.byId(item.snapshot_id);
  const workflow = home.workflows[item.workflow];
  if (!workflow) throw new Error(`snapshot ${item.snapshot_id} has lost ${item.workflow}`);
  return { home, workflow };
}

async function targetOf(ground: Ground, item: Item, { home, workflow }: { home: Home; workflow: Workflow }) {
  const row = await ground.db
    .selectFrom('promotions')
    .select(['wanted', 'target'])
    .where('run_id', '=', item.run_id)
    .executeTakeFirst();
  return row?.target ?? row?.wanted ?? wantedTarget(home, workflow, runOf(item));
}

/** What a person wrote about confidential outputs is for those who may see the outputs. */
const withoutReason = (item: Item): Item =>
  item.state === 'rejected' ? { ...item, closed_reason: 'the reason is for those who may see the outputs' } : item;

async function decisionsOf(ground: Ground, id: number, withReasons: boolean): Promise<ReviewDecision[]> {
  const rows = await ground.db.selectFrom('decisions').selectAll().where('review_id', '=', id).orderBy('id').execute();
  return rows.map(({ person, verdict, decided_at, via, reason, revision }) => ({
    person,
    verdict,
    at: decided_at.toISOString(),
    via,
    reason: withReasons ? reason : null,
    revision,
  }));
}

async function looksAt(ground: Ground, item: Item): Promise<ReviewFact['looks']> {
  const rows = await ground.db
    .selectFrom('looks')
    .select(['person', 'started_at'])
    .where('review_id', '=', item.id)
    .where('revision', '=', item.revision)
    .where('ended_at', 'is', null)
    .orderBy('started_at')
    .orderBy('person')
    .execute();
  return rows.map(({ person, started_at }) => ({ person, since: started_at.toISOString() }));
}

/** With what the checks say only for those who may read the contents. */
async function checksOf(ground: Ground, item: Item, words: boolean) {
  const run = await ground.db.selectFrom('runs').select('validation').where('id', '=', item.run_id).executeTakeFirst();
  const checks = run?.validation?.checks ?? [];
  return { validation: item.validation_result, checks: words ? checks : withoutWords(checks) };
}
