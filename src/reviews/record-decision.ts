import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';
import type { Decision } from './decision.ts';

/**
 * Writes what a person decided, on which bytes, and how long the review took: from their first Look at this revision. A
 * person whose earlier approval had stopped counting approves anew in the same row.
 */
export async function writeDecision(tx: Tx, { item, asked, request }: Decision): Promise<void> {
  const row = {
    review_id: item.id,
    revision: item.revision,
    person: request.person,
    email: asked.today.team.people[request.person]?.email ?? '',
    operator: request.operator ?? null,
    via: request.via,
    verdict: request.verdict,
    reason: request.reason,
    output_hash: item.output_hash,
    definition_hash: item.definition_hash,
    brief_hash: item.brief_hash,
    decided_at: asked.now,
    review_seconds: sql<
      number | null
    >`(select extract(epoch from ${asked.now}::timestamptz - min(started_at)) from looks
      where review_id = ${item.id} and revision = ${item.revision} and person = ${request.person})`,
  };
  await tx
    .insertInto('decisions')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['review_id', 'revision', 'person']).where('verdict', '=', sql.lit('approve')).doUpdateSet(row),
    )
    .execute();
}
