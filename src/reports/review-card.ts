import type { Ground } from '../ground.ts';
import { isOpenClass } from '../people/permissions.ts';
import { roleWords } from '../people/role-lookup.ts';
import { requiredRoles } from '../reviews/required-role.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { PromotionState, ReviewRow, RunRow } from '../store/schema.ts';
import type { Home, Workflow } from '../workflows/home.ts';
import { type ComparedNumber, comparedNumbers } from './key-numbers.ts';
import { type ReviewFact, reviewFact } from './review-fact.ts';
import { withoutWords } from './withheld.ts';

/** An input that did not arrive as it should. `detail` is null where it is withheld or there is none. */
export interface Degraded {
  name: string;
  status: 'missing' | 'stale' | 'failed';
  required: boolean;
  detail: string | null;
}

/**
 * One review item with all that its message says. What is contents (what to check, numbers, words of skills, of people and of checks) is
 * empty or null unless `contents`. Times are ISO 8601 in UTC, people are keys; absent is null.
 */
export interface ReviewCard extends ReviewFact {
  /** The work is public or internal, or this person may see it. */
  contents: boolean;
  /** The day the work is for: its slot, else its start. */
  for_at: string;
  /** Where the run's folder is, absolute. */
  folder: string;
  skills: string[];
  /** Discord roles that whoever decides must hold besides, in quotes by name, or by id where Discord does not tell it. */
  discord_roles: string[];
  /** What the workflow asks to look at, in its own words. */
  to_check: string[];
  key_numbers: ComparedNumber[];
  /** When the delivery was that the numbers are compared with. */
  last_at: string | null;
  confidence: number | null;
  flags: string[];
  summary: string | null;
  inputs: number;
  degraded: Degraded[];
  closed: { by: string | null; at: string | null; reason: string | null } | null;
  /** `R-131`, or the run that took its place. */
  superseded_by: string | null;
  /** The run that makes the change that was asked for, while it has not brought a review. */
  change_run: string | null;
  revoked: { at: string; reason: string | null } | null;
  /** When those who can decide were reminded of it, at half of its time. */
  reminded_at: string | null;
  /** When the ops lead was told that it is overdue, and who that is today. */
  escalated_at: string | null;
  ops_lead: string | null;
  held_at: string | null;
  /** Measured seconds of the last decision. */
  review_seconds: number | null;
  promotion: {
    state: PromotionState;
    placed_at: string | null;
    undone_by: string | null;
    undone_at: string | null;
  } | null;
}

/** One item as `person` may see it; null is a channel, where everybody reads, or with `member` an unlisted reader. Throws `not_found`. */
export async function reviewCard(
  ground: Ground,
  id: number,
  person: string | null,
  member = false,
): Promise<ReviewCard> {
  const fact = await reviewFact(ground, id, person, member);
  const { db } = ground;
  const [review, run, { home: today }] = await Promise.all([
    db.selectFrom('reviews').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    db.selectFrom('runs').selectAll().where('id', '=', fact.run_id).executeTakeFirstOrThrow(),
    ground.homes.active(),
  ]);
  const contents = fact.hidden === null || isOpenClass(fact.data_class);
  const pinned = (await ground.homes.byId(run.snapshot_id)).home.workflows[run.workflow];
  const compared = contents ? await comparedNumbers(db, run) : { numbers: [], last_at: null };
  return {
    ...fact,
    checks: contents ? fact.checks : withoutWords(fact.checks),
    contents,
    for_at: (run.scheduled_for ?? run.started_at ?? run.queued_at).toISOString(),
    skills: skillsOf(pinned),
    discord_roles: await Promise.all(
      requiredRoles({ pinned, today, review: run }).map((role) => roleWords(ground.roles, role)),
    ),
    to_check: contents ? (pinned?.spec.review.brief ?? []) : [],
    key_numbers: compared.numbers,
    last_at: compared.last_at,
    ...(contents ? wordsOf(run) : { confidence: run.confidence, flags: [], summary: null }),
    ...(await inputsOf(ground, run, contents)),
    ...standingOf(review, today, contents),
    ...(await afterwards(ground, review)),
  };
}

const skillsOf = (workflow: Workflow | undefined): string[] => [
  ...new Set(workflow?.spec.steps.map(({ skill }) => skill) ?? []),
];

const wordsOf = ({ confidence, flags, summary }: RunRow) => ({ confidence, flags, summary });

/** How many inputs a run had, and which of them did not arrive as they should. */
export async function inputsOf(ground: Pick<Ground, 'db'>, run: Pick<RunRow, 'id'>, contents: boolean) {
  const rows = await ground.db
    .selectFrom('run_inputs')
    .select(['name', 'status', 'required', 'detail'])
    .where('run_id', '=', run.id)
    .orderBy('name')
    .execute();
  const degraded = rows.flatMap(({ name, status, required, detail }): Degraded[] =>
    status === 'ok' ? [] : [{ name, status, required, detail: contents ? detail : null }],
  );
  return { inputs: rows.length, degraded };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function standingOf(review: ReviewRow, today: Home, contents: boolean) {
  const { state, closed_by, closed_reason, decided_at, revoked_at, revoked_reason, superseded_by } = review;
  // Words of ours (superseded by …) are for everybody; what a person wrote is as closed as the work.
  const reason = contents || state === 'superseded' ? closed_reason : null;
  return {
    closed: state === 'open' ? null : { by: closed_by, at: iso(decided_at), reason },
    superseded_by: superseded_by === null ? null : reviewName(superseded_by),
    revoked: revoked_at && { at: revoked_at.toISOString(), reason: revoked_reason },
    reminded_at: iso(review.reminded_at),
    escalated_at: iso(review.escalated_at),
    ops_lead: today.team.reviews.ops_lead ?? null,
    held_at: iso(review.held_at),
  };
}

/** What came of it: how long the last decision took, how far the promotion is, which run makes the change. */
async function afterwards({ db }: Ground, { id, run_id, state }: ReviewRow) {
  const [decision, promotion, change] = await Promise.all([
    db
      .selectFrom('decisions')
      .select('review_seconds')
      .where('review_id', '=', id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
    db
      .selectFrom('promotions')
      .select(['state', 'placed_at', 'undone_by', 'undone_at'])
      .where('run_id', '=', run_id)
      .executeTakeFirst(),
    state === 'change_asked'
      ? db
          .selectFrom('runs')
          .select('id')
          .where('asked_by_review', '=', id)
          .orderBy('queued_at', 'desc')
          .executeTakeFirst()
      : undefined,
  ]);
  return {
    review_seconds: decision?.review_seconds ?? null,
    change_run: change?.id ?? null,
    promotion: promotion
      ? {
          state: promotion.state,
          placed_at: iso(promotion.placed_at),
          undone_by: promotion.undone_by,
          undone_at: iso(promotion.undone_at),
        }
      : null,
  };
}
