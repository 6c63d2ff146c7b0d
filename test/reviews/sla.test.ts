import { expect, test } from 'vitest';
import { tickSla } from '#src/reviews/overdue.ts';
import { deadlines } from '#src/reviews/sla.ts';
import { openAlerts } from '#test/alerts/open-alerts.ts';
import { Stage, teamOf, workflowOf } from './stage.ts';

const HOUR = 3_600_000;

test('P1 counts every hour, P2 the business hours; half of it reminds, a second one holds', () => {
  const business_hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' };
  const team = teamOf({ business_hours, reviews: { sla: { P1: '4h', P2: '16h' } } });
  const friday = new Date('2026-11-20T15:00:00Z'); // 16:00 in Berlin
  expect(deadlines(team, 'P1', friday)).toEqual({
    remind_at: new Date('2026-11-20T17:00:00Z'),
    due_at: new Date('2026-11-20T19:00:00Z'),
    hold_at: new Date('2026-11-20T23:00:00Z'),
  });
  expect(deadlines(team, 'P2', friday)).toEqual({
    remind_at: new Date('2026-11-23T15:00:00Z'),
    due_at: new Date('2026-11-24T15:00:00Z'),
    hold_at: new Date('2026-11-26T15:00:00Z'),
  });
});

test('reminder, escalation and hold come once each with three clocks, and nothing is ever decided by time', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ severity: 'P1' }) });
  const { id } = await stage.item();
  const tick = () => Promise.all([1, 2, 3].map(() => tickSla(stage.ground, stage.ground.clock.now())));
  await stage.ground.clock.advance(2 * HOUR - 1);
  await tick();
  expect(await stage.acts()).toEqual(['review.opened']);
  await stage.ground.clock.advance(1);
  await tick();
  expect(await stage.acts()).toEqual(['review.opened', 'review.reminded']);
  await stage.ground.clock.advance(2 * HOUR);
  await tick();
  await tick();
  expect((await stage.acts()).slice(2)).toEqual(['alert.raised', 'review.escalated']);
  expect(await openAlerts(stage.db)).toMatchObject([
    {
      kind: 'OVERDUE',
      key: 'OVERDUE:R-1',
      severity: 'P1',
      review_id: id,
      error_class: 'Late',
      error_message: 'nobody has decided R-1 in time; the ops lead, Jon, is told.',
    },
  ]);
  await stage.ground.clock.advance(4 * HOUR);
  await tick();
  await stage.ground.clock.advance(1000 * HOUR);
  await tick();
  expect((await stage.acts()).slice(4)).toEqual(['review.held']);
  expect(await stage.review(id)).toMatchObject({ state: 'open' });
  // A held item is still decidable, and deciding closes the alert.
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
  expect(await openAlerts(stage.db)).toEqual([]);
  await tick();
  expect((await stage.acts()).slice(5)).toEqual(['alert.recovered', 'review.approved']);
});

test('a clock that was away goes straight to the escalation', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ severity: 'P1' }) });
  await stage.item();
  await stage.ground.clock.advance(100 * HOUR);
  await tickSla(stage.ground, stage.ground.clock.now());
  expect(await stage.acts()).toEqual(['review.opened', 'alert.raised', 'review.escalated', 'review.held']);
});
