import { createHash } from 'node:crypto';
import { manifestFacts } from '../runs/manifest-facts.ts';
import { manifestOf } from '../runs/manifest-shape.ts';
import type { Db } from '../store/db.ts';
import type { Validation } from '../store/schema.ts';
import type { Promotion } from './promotion.ts';

/** What has to lie in `.cowork/` beside promoted outputs, made from the record alone. */
export interface Papers {
  manifest: string;
  /** Null for a run that was never checked. */
  validation: string | null;
  /** `sha256:<hex>` of the brief that was approved with the outputs; null where nobody had to approve. */
  briefHash: string | null;
}

/**
 * The papers of a promotion to `target`. The copies in the run's folder are for people, who could have written in them, so
 * none of it is read. The same before and after the outputs are placed, so that `verify` can compare.
 */
export async function papersOf(db: Db, promotion: Promotion, target: string): Promise<Papers> {
  return {
    manifest: await manifestText(db, promotion, target),
    validation: promotion.run.validation && validationText(promotion.run.validation),
    briefHash: await briefHashOf(db, promotion.row.review_id),
  };
}

async function manifestText(db: Db, { row, run, approvals }: Promotion, target: string): Promise<string> {
  // A promoted run's own folder goes to the archive, which is where its paths are to be looked for.
  const promoted = { ...run, folder: 'archive' as const, output_hash: row.output_hash, promoted_to: target };
  return jsonText({ ...manifestOf(await manifestFacts(db, promoted)), approvals });
}

async function briefHashOf(db: Db, review_id: number | null): Promise<string | null> {
  if (review_id === null) return null;
  const review = await db.selectFrom('reviews').select('brief_hash').where('id', '=', review_id).executeTakeFirst();
  return review?.brief_hash ?? null;
}

/** VALIDATION.json with its keys in home-format's order, which the database does not keep. */
export const validationText = ({ run_id, result, checks }: Validation): string =>
  jsonText({
    run_id,
    result,
    checks: checks.map(({ name, kind, level, result: found, expected, actual, message, ms }) => ({
      name,
      kind,
      level,
      result: found,
      expected,
      actual,
      message,
      ms,
    })),
  });

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** `sha256:<hex>` of a text, as hashes of briefs are recorded. */
export const textHash = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
