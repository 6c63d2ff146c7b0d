import { sql } from 'kysely';
import type { Opened } from '#src/main/open.ts';
import type { Item } from './items.ts';

const hex = (hash: string) => hash.replace('sha256:', '');
/** As buttons carry it. */
const shortHex = (hash: string) => hex(hash).slice(0, 12);

/** What a click about one item has under another name than one about another. */
export const itemNames = (from: Item, to: Item): Record<string, string> => ({
  [String(from.id)]: String(to.id),
  [from.run_id]: to.run_id,
  [shortHex(from.output_hash)]: shortHex(to.output_hash),
});

/** Takes so many from what is left; each is to be used once. */
export function take<T>(all: T[], count: number): T[] {
  if (all.length < count) throw new Error('the bench has run out of items');
  return all.splice(0, count);
}

/** Resolves when everything asked has come to its end. */
export async function allDone({ ground: { db, clock } }: Opened): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from asks where state = 'taken' limit 1 /* of the bench */`.execute(db);
    if (rows.length === 0) return;
    await clock.wait(5);
  }
}

/** Every click must be one committed decision made there by Ana, and nothing refused, or the figures are void. */
export async function proveDecided(
  { ground: { db } }: Opened,
  { via, decided, requests }: { via: 'slack' | 'discord'; decided: number; requests?: number },
): Promise<void> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from reviews where state = 'approved') as reviews,
    (select count(*) from decisions where via = ${via} and person = 'ana') as decisions,
    (select count(*) from audit where act = 'review.approved' and via = ${via}) as audit,
    (select count(*) from promotions where state = 'due') as promotions,
    (select count(*) from pgboss.job where name = 'promote') as jobs,
    (select count(*) from asks where state = 'done' and outcome like 'approve R-%: done') as asks,
    (select count(*) from chat_seen) as requests`.execute(db);
  const { rows: refused } = await sql<{ act: string }>`select act from audit where act like '%refused'`.execute(db);
  if (refused.length > 0) throw new Error(`${refused.length} acts were refused`);
  for (const [table, count] of Object.entries(rows[0] ?? {})) {
    const wanted = table === 'requests' ? (requests ?? 0) : decided;
    if (count !== wanted) throw new Error(`${table} has ${count} rows of clicks where ${wanted} were to be`);
  }
}
