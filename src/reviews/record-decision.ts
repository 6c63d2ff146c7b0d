import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';
import type { Verdict, Via } from '../store/schema.ts';
import { statement } from '../store/statement.ts';
import type { Decision } from './decision.ts';

/**
 * Writes what a person decided, on which bytes, and how long the review took: from their first Look at this revision. A
 * person whose earlier approval had stopped counting approves anew in the same row.
 */
export async function writeDecision(tx: Tx, { item, asked, request }: Decision): Promise<void> {
  await insert(tx, {
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
  });
}

interface Decided {
  review_id: number;
  revision: number;
  person: string;
  email: string;
  operator: string | null;
  via: Via;
  verdict: Verdict;
  reason: string | null;
  output_hash: string;
  definition_hash: string;
  brief_hash: string;
  decided_at: Date;
}

const insert = statement((db, given: Decided) => {
  const { review_id, revision, person, email, operator, via, verdict, reason, decided_at } = given;
  const { output_hash, definition_hash, brief_hash } = given;
  const row = {
    ...{ review_id, revision, person, email, operator, via, verdict, reason },
    ...{ output_hash, definition_hash, brief_hash, decided_at },
    review_seconds: sql<
      number | null
    >`(select extract(epoch from ${decided_at}::timestamptz - min(started_at)) from looks
      where review_id = ${review_id} and revision = ${revision} and person = ${person})`,
  };
  return db
    .insertInto('decisions')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['review_id', 'revision', 'person']).where('verdict', '=', sql.lit('approve')).doUpdateSet(row),
    );
});
