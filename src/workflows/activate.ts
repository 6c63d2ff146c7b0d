import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { Home, Snapshot } from './home.ts';
import { pinHome } from './pin.ts';

const ACTIVATION_LOCK = 7_231_001;

/** What else has to follow the home in the same transaction (the schedules). */
export type OnActivate = (tx: Tx, home: Home, now: Date) => Promise<void>;

export interface Activation extends Snapshot {
  /** False where this very home was active already. */
  changed: boolean;
}

/**
 * Makes a loaded home the active one: pins its skill folders, then in one transaction stores the snapshot, moves the
 * active row, writes the trail and tells all processes (`cowork_home`, payload the snapshot's id). Of several processes
 * that load the same edit one activates it and the others find it done.
 */
export async function activate(
  { db, clock, data }: Pick<Ground, 'db' | 'clock' | 'data'>,
  home: Home,
  onActivate?: OnActivate,
): Promise<Activation> {
  await pinHome(data, home, clock.now());
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ACTIVATION_LOCK})`.execute(tx);
    const at = clock.now();
    const before = await tx.selectFrom('active_snapshot').select('snapshot_id').executeTakeFirst();
    const id = await store(tx, home, at);
    if (before?.snapshot_id === id) return { id, home, changed: false };
    await tx
      .insertInto('active_snapshot')
      .values({ snapshot_id: id, activated_at: at })
      .onConflict((row) => row.column('only_row').doUpdateSet({ snapshot_id: id, activated_at: at }))
      .execute();
    await onActivate?.(tx, home, at);
    await audit(tx, {
      at,
      act: 'home.activated',
      actor: 'service',
      via: 'service',
      data: {
        snapshot: id,
        previous: before?.snapshot_id ?? null,
        hash: home.hash,
        workflows: Object.keys(home.workflows).length,
        skills: Object.keys(home.skills).length,
      },
    });
    await sql`select pg_notify('cowork_home', ${String(id)})`.execute(tx);
    return { id, home, changed: true };
  });
}

// A home that was active before (an edit taken back) keeps its row, so runs of then and now share the snapshot.
async function store(tx: Tx, home: Home, at: Date): Promise<number> {
  const known = await tx.selectFrom('snapshots').select('id').where('hash', '=', home.hash).executeTakeFirst();
  if (known) return known.id;
  const made = await tx
    .insertInto('snapshots')
    .values({ hash: home.hash, home: JSON.stringify(home), created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  return made.id;
}
