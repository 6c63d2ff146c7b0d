import type { Db } from '../store/db.ts';
import type { DailyDigest } from './digest-fact.ts';

/** A digest as it stood when it was made; null where there is none, or where another version of the product made it. */
export async function storedDigest(db: Db, digest_id: number): Promise<DailyDigest | null> {
  const row = await db.selectFrom('digests').select('fact').where('id', '=', digest_id).executeTakeFirst();
  return row && isDailyDigest(row.fact) ? row.fact : null;
}

const isDailyDigest = (fact: object): fact is DailyDigest => 'version' in fact && fact.version === 1;
