import { expect, test } from 'vitest';
import { raiseAlert } from '#src/alerts/raise.ts';
import { tell } from '#src/store/outbox.ts';
import { freshDatabase } from '#test/setup/store.ts';
import { untold, watchTold } from '#test/setup/told.ts';

/** Every story ends with this watch; here it is shown to see what it is there for. */
test('the watch of all stories finds a fact that was changed without a notice in the same transaction', async () => {
  const { db, drop } = await freshDatabase();
  try {
    await watchTold(db);
    const now = new Date('2026-11-23T06:00:00Z');
    const raised = {
      kind: 'FAIL',
      key: 'FAIL:brief',
      severity: 'P1',
      workflow: 'brief',
      error_class: 'SkillExit',
    } as const;
    const id = await db.transaction().execute((tx) => raiseAlert(tx, now, { ...raised, error_message: 'exit 1' }));
    expect(await untold(db)).toEqual([]);

    const silently = () =>
      db
        .updateTable('alerts')
        .set((row) => ({ count: row('count', '+', 1) }))
        .where('id', '=', id);
    await silently().execute();
    // A notice of another transaction, about another fact, or before the fact, is none of this one.
    await db.transaction().execute((tx) => tell(tx, now, { kind: 'alert', alert_id: id }));
    await db.transaction().execute(async (tx) => {
      await tell(tx, now, { kind: 'alert', alert_id: id + 1 });
      await tx.updateTable('alerts').set({ severity: 'P2' }).where('id', '=', id).execute();
    });
    const pause = { reason: 'x', paused_by: 'maya', via: 'cli', paused_at: now, workflow: null } as const;
    await db.insertInto('pauses').values(pause).execute();
    const found = await untold(db);
    expect(found.map((line) => line.split(':')[0])).toEqual([
      `alerts ${id} was changed and no alert was told`,
      `alerts ${id} was changed and no alert was told`,
      'pauses 1 was changed and no pause was told',
    ]);

    // Told afterwards in the same transaction, and changes to nothing, are in order.
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('alerts').set({ severity: 'P1' }).where('id', '=', id).execute();
      await tell(tx, now, { kind: 'alert', alert_id: id });
    });
    await db.updateTable('alerts').set({ severity: 'P1' }).where('id', '=', id).execute();
    expect(await untold(db)).toHaveLength(3);
  } finally {
    await drop();
  }
});
