import { sql } from 'kysely';
import { chainHash, GENESIS, rowHash, sealedColumns } from './audit-row.ts';
import type { Db, Tx } from './db.ts';
import { LOCK_SPACE, LOCKS } from './locks.ts';

const BATCH = 500;

/**
 * Links every committed row of the trail that is not linked yet, in batches; returns how many. Rows are linked in the
 * order in which they are found: one whose transaction committed late (a lower id than linked ones) is found by the next
 * call. One process seals at a time; the others return 0. `after` leaves out rows up to an id known to be finished.
 */
export async function sealAudit(db: Db, now: Date, after = 0): Promise<number> {
  let linked = 0;
  for (;;) {
    const batch = await db.transaction().execute((tx) => sealBatch(tx, now, after));
    linked += batch;
    if (batch < BATCH) return linked;
  }
}

async function sealBatch(tx: Tx, now: Date, after: number): Promise<number> {
  const lock = sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCK_SPACE}::int, ${LOCKS.seal}::int) as mine`;
  if (!(await lock.execute(tx)).rows[0]?.mine) return 0;
  const rows = await tx
    .selectFrom('audit as a')
    .select([...sealedColumns])
    .where('a.id', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit_chain as c').select('c.n').whereRef('c.audit_id', '=', 'a.id'))),
    )
    .orderBy('a.id')
    .limit(BATCH)
    .execute();
  if (rows.length === 0) return 0;
  const last = await tx
    .selectFrom('audit_chain')
    .select(['n', 'chain_hash'])
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  let [n, previous] = [last?.n ?? 0, last?.chain_hash ?? GENESIS];
  const links = rows.map((row) => {
    const row_hash = rowHash(row);
    previous = chainHash(previous, row_hash);
    n += 1;
    return { n, audit_id: row.id, row_hash, chain_hash: previous, sealed_at: now };
  });
  await tx.insertInto('audit_chain').values(links).execute();
  return links.length;
}

/** The newest link, as the daily digest shows it; null while nothing is linked. */
export async function chainHead(db: Db): Promise<string | null> {
  const query = db.selectFrom('audit_chain').select('chain_hash').orderBy('n', 'desc').limit(1);
  return (await query.executeTakeFirst())?.chain_hash ?? null;
}

// No transaction of ours lives this long (statement and idle limits end it), so that lower ids are settled by then.
const SETTLED_MS = 180_000;
// The whole trail is looked through at the first round and every hour, whatever was settled.
const FULL_MS = 3_600_000;

/**
 * `sealAudit` with a memory: each call looks only at rows that may still be unlinked, whatever the length of the trail.
 * `whole` looks at all of it, as do the first call and one an hour. Returns how many rows were linked.
 */
export function makeSealer(db: Db): (now: Date, whole?: boolean) => Promise<number> {
  let floor = 0;
  let fullAt = 0;
  const marks: { id: number; at: number }[] = [];
  return async (now, whole = false) => {
    const at = performance.now();
    const full = whole || at >= fullAt;
    const linked = await sealAudit(db, now, full ? 0 : floor);
    if (full) fullAt = at + FULL_MS;
    const newest = await db
      .selectFrom('audit_chain')
      .select('audit_id')
      .orderBy('n', 'desc')
      .limit(1)
      .executeTakeFirst();
    marks.push({ id: newest?.audit_id ?? 0, at });
    while (marks[0] && at - marks[0].at > SETTLED_MS) floor = Math.max(floor, marks.shift()?.id ?? 0);
    return linked;
  };
}
