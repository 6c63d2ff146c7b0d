import type { Ground } from '../ground.ts';
import { classToday } from '../workflows/class-today.ts';
import type { Home } from '../workflows/home.ts';
import type { DailyDigest, DigestAlert, Some } from './digest-fact.ts';
import { alertWords } from './withheld.ts';

/**
 * A digest as it stood when it was made, but for words about work that has become confidential since; null where there is
 * none, or where another version of the product made it.
 */
export async function storedDigest(
  { db, homes }: Pick<Ground, 'db' | 'homes'>,
  digest_id: number,
): Promise<DailyDigest | null> {
  const row = await db.selectFrom('digests').select('fact').where('id', '=', digest_id).executeTakeFirst();
  if (!row || !isDailyDigest(row.fact)) return null;
  const { home } = await homes.active();
  const { failing, silenced } = row.fact;
  return { ...row.fact, failing: told(home, failing), silenced: told(home, silenced) };
}

const told = (home: Home, { count, first }: Some<DigestAlert>): Some<DigestAlert> => ({
  count,
  first: first.map((alert) => ({ ...alert, error: alert.error && { ...alert.error, message: wordsOf(home, alert) } })),
});

/** What was told when the digest was made was open work then. */
const wordsOf = (home: Home, alert: DigestAlert): string | null => {
  const words = alert.error?.message ?? null;
  if (words === null) return null;
  return alertWords({ ...alert, error_message: words }, classToday(home, alert.workflow ?? '', 'internal'));
};

const isDailyDigest = (fact: object): fact is DailyDigest => 'version' in fact && fact.version === 1;
