import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertName } from '#src/alerts/list.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { openAlerts } from './open-alerts.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await fresh.db.deleteFrom('alerts').execute();
  await fresh.db.deleteFrom('outbox').execute();
});

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 6, minute));
const fail = (over: Partial<AlertToRaise> = {}): AlertToRaise => ({
  kind: 'FAIL',
  key: 'FAIL:brief',
  severity: 'P2',
  workflow: 'brief',
  run_id: 'run-1',
  error_class: 'SkillExit',
  error_message: 'exit 1',
  ...over,
});
const raise = (minute: number, over: Partial<AlertToRaise> = {}) =>
  fresh.db.transaction().execute((tx) => raiseAlert(tx, at(minute), fail(over)));
const recover = (minute: number, keys: string[]) =>
  fresh.db.transaction().execute((tx) => recoverAlerts(tx, at(minute), keys, { run_id: 'run-9' }));
const outbox = () => fresh.db.selectFrom('outbox').select(['notice', 'priority']).orderBy('id').execute();

test('one alert is open per key: repeats fold into it, newest error and gravest severity kept', async () => {
  const id = await raise(0);
  expect(
    await raise(5, { run_id: 'run-2', error_message: 'exit\u0000 2', severity: 'P1', partial: ['staging/x'] }),
  ).toBe(id);
  expect(await raise(6, { run_id: 'run-3', severity: 'P3', error_message: 'x'.repeat(3000) })).toBe(id);
  const [alert, ...others] = await openAlerts(fresh.db);
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    id,
    state: 'open',
    count: 3,
    severity: 'P1',
    run_id: 'run-3',
    first_at: at(0),
    last_at: at(6),
    partial: [],
  });
  expect(alert?.error_message).toHaveLength(2000);
  expect((await outbox()).map((row) => row.priority)).toEqual([2, 1, 1]);
  expect(alertName(id)).toBe(`A-${id}`);
});

test('many who raise the same alert at once make one', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => raise(index)));
  expect(new Set(ids).size).toBe(1);
  expect(await openAlerts(fresh.db)).toMatchObject([{ count: 30, last_at: at(29) }]);
});

test('recovery closes open and acknowledged alerts, quietly; a new failure is a new alert', async () => {
  const first = await raise(0, { severity: 'P1' });
  const second = await raise(1, { key: 'LATE:brief', kind: 'LATE' });
  await fresh.db.updateTable('alerts').set({ state: 'acknowledged' }).where('id', '=', second).execute();
  await raise(2, { key: 'FAIL:other', workflow: 'other' });
  await recover(58, ['FAIL:brief', 'LATE:brief', 'MISSED:brief']);
  await recover(59, ['FAIL:brief']);
  await recover(59, []);
  expect(await openAlerts(fresh.db)).toMatchObject([{ key: 'FAIL:other' }]);
  const closed = await fresh.db.selectFrom('alerts').selectAll().where('id', '=', first).executeTakeFirstOrThrow();
  expect(closed).toMatchObject({ state: 'recovered', ended_at: at(58), ended_reason: 'run run-9 is fine' });
  expect((await outbox()).slice(-2).map((row) => row.priority)).toEqual([5, 5]);
  const trail = await fresh.db.selectFrom('audit').selectAll().where('act', '=', 'alert.recovered').execute();
  expect(trail).toMatchObject([
    { alert_id: first, data: { minutes: 58 } },
    { alert_id: second, data: { minutes: 57 } },
  ]);
  expect(await raise(70)).not.toBe(first);
});
