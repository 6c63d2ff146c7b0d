import type { Db } from '../store/db.ts';
import type { Notice } from '../store/outbox.ts';
import type { PromotionRow, RunRow } from '../store/schema.ts';
import { reviewName } from './review-id.ts';

/** The file that says who approved, beside the outputs it is about. */
export const FLAG = 'approval.flag';

/** One person's approval, as `approval.flag` and the manifest write it. */
export interface Approval {
  /** E-mail at the time. */
  approver: string;
  /** ISO 8601, UTC. */
  approved_at: string;
  via: string;
}

/** A promotion with all that its files are made from. */
export interface Promotion {
  row: PromotionRow;
  run: RunRow;
  /** Those that made the quorum, in order; empty where the tier needs none. */
  approvals: Approval[];
}

/** Reads a promotion from the record; undefined where none was ever due. */
export async function loadPromotion(db: Db, run_id: string): Promise<Promotion | undefined> {
  const row = await db.selectFrom('promotions').selectAll().where('run_id', '=', run_id).executeTakeFirst();
  if (!row) return undefined;
  const run = await db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirstOrThrow();
  return { row, run, approvals: row.review_id === null ? [] : await approvalsOf(db, row.review_id) };
}

/**
 * Whom a change of a promotion is told: its review; its run where there is none, and where T1 told of the run before its
 * outputs changed and became a review.
 */
export const noticesOf = ({ row: { review_id }, run: { id, tier } }: Pick<Promotion, 'row' | 'run'>): Notice[] => [
  ...(review_id === null ? [] : [{ kind: 'review' as const, review_id }]),
  ...(review_id === null || tier === 'T1' ? [{ kind: 'run' as const, run_id: id }] : []),
];

/** The approvals of an item's current revision that count, oldest first. */
export async function approvalsOf(db: Db, review_id: number): Promise<Approval[]> {
  const rows = await db
    .selectFrom('decisions')
    .innerJoin('reviews', (join) =>
      join.onRef('reviews.id', '=', 'decisions.review_id').onRef('reviews.revision', '=', 'decisions.revision'),
    )
    .select(['email', 'decisions.decided_at', 'via'])
    .where('review_id', '=', review_id)
    .where('verdict', '=', 'approve')
    .where((where) => where('person', '=', where.fn.any('approved_by')))
    .orderBy('decisions.decided_at')
    .orderBy('decisions.id')
    .execute();
  return rows.map((row) => ({ approver: row.email, approved_at: row.decided_at.toISOString(), via: row.via }));
}

/** The text of `approval.flag` (home-format), or null where the tier needed no approval. */
export function flagText({ row, approvals }: Promotion): string | null {
  const last = approvals.at(-1);
  if (row.review_id === null || !last) return null;
  const flag = {
    run_id: row.run_id,
    review_id: reviewName(row.review_id),
    approver: last.approver,
    approved_at: last.approved_at,
    output_hash: row.output_hash,
    approvals,
  };
  return `${JSON.stringify(flag, null, 2)}\n`;
}
