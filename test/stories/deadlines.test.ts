import { expect, test } from 'vitest';
import { World } from './world.ts';

test('an item that nobody decides is reminded of, escalated to the ops lead, held, and never approved by time', async () => {
  await using world = await World.open({ workflows: { brief: { severity: 'P1' } } });
  const run = await world.runToEnd('brief');
  const stages = async () => {
    const { reminded_at, escalated_at, held_at } = await world.review('R-1');
    return [reminded_at, escalated_at, held_at].map((at) => at !== null);
  };
  await world.pass('1h');
  expect(await stages()).toEqual([false, false, false]);
  await world.pass('1h');
  expect(await stages()).toEqual([true, false, false]);
  expect(await world.openAlerts()).toEqual([]);

  // The SLA of P1 is four hours: the ops lead hears of it, once.
  await world.pass('2h');
  expect(await stages()).toEqual([true, true, false]);
  await world.beat();
  expect(await world.openAlerts()).toMatchObject([
    {
      kind: 'OVERDUE',
      key: 'OVERDUE:R-1',
      severity: 'P1',
      run_id: run.run_id,
      count: 1,
      error_message: expect.stringMatching(/^nobody has decided R-1 in time; the ops lead, Jon, is told\.$/),
    },
  ]);
  expect((await world.cli('status')).out).toMatch(/R-1/);
  expect((await world.cli('queue', '--json')).json).toMatchObject([{ overdue: true, held: false }]);

  await world.pass('4h');
  expect(await stages()).toEqual([true, true, true]);
  await world.pass('52w');
  expect(await world.openAlerts()).toMatchObject([{ count: 1 }]);
  expect(await world.review('R-1')).toMatchObject({ state: 'open', approved_by: [] });
  expect(await world.files('production')).toEqual({});
  expect(await world.acts(run.run_id)).toEqual(
    expect.arrayContaining(['review.reminded', 'review.escalated', 'review.held']),
  );

  // A held item is still open to a decision, and deciding closes the alert.
  expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(0);
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  expect(await world.alerts()).toMatchObject([
    { kind: 'OVERDUE', state: 'recovered', ended_reason: 'approved by ana' },
  ]);
});

test('the deadlines of P2 count business hours only', async () => {
  const business_hours = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '09:00',
    to: '18:00',
    holidays: ['2026-11-30'],
  };
  await using world = await World.open({ team: { business_hours }, at: '2026-11-27T17:00:00+01:00' });
  const run = await world.runToEnd('brief');
  // Friday 17:00: one hour is left of that day; Saturday, Sunday and the holiday on Monday count nothing.
  const { due_at } = await world.review('R-1');
  expect(due_at.toISOString().slice(0, 13)).toBe('2026-12-03T13');
  await world.becomes('2026-12-03T13:30:00Z');
  expect(await world.openAlerts()).toMatchObject([{ kind: 'OVERDUE' }]);
  expect(run.route).toBe('review');
});

test('a run that is not delivered by its deadline is LATE until it is', async () => {
  await using world = await World.open({
    workflows: { brief: { schedule: { cron: '0 6 * * *' }, deadline: '30m', severity: 'P2' } },
  });
  await world.pass('10m');
  const run = await world.ended((await world.newest('brief')).run_id);
  await world.pass('20m');
  expect(await world.openAlerts()).toEqual([]);
  await world.pass('11m');
  await world.beat();
  expect(await world.openAlerts()).toMatchObject([
    {
      kind: 'LATE',
      run_id: run.run_id,
      count: 1,
      error_message: 'not delivered in time: review R-1 is not approved',
    },
  ]);
  expect((await world.cli('status', '--json')).json.green).toBe(false);
  await world.approve('R-1', run.output_hash ?? '', 'jon');
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  expect(await world.alerts()).toMatchObject([
    { kind: 'LATE', state: 'recovered', ended_reason: `placed in production/brief/${run.run_id}` },
  ]);
  expect((await world.cli('status', '--json')).json.green).toBe(true);
});
