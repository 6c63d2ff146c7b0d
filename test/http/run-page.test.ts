import { describe, expect, test } from 'vitest';
import { runPage } from '#src/http/pages/run.ts';
import { seen } from './console.ts';
import { ANA } from './facts.ts';
import { golden } from './golden.ts';
import { NO_ACTS, RUN } from './run-facts.ts';

const draw = async (view: typeof RUN) => String(await runPage(view, ANA.csrf));

const RUNNING: typeof RUN = {
  ...RUN,
  ...{ status: 'RUNNING', underWay: true, error: null, ended: null, summary: null, confidence: null, flags: [] },
  ...{
    outputs: [],
    more: 0,
    checks: null,
    approvals: [],
    outputHash: null,
    repeats: null,
    repeatedBy: [],
    askedBy: null,
  },
  keyNumbers: { numbers: [], lastAt: null },
  acts: { ...NO_ACTS, cancel: true },
};

describe('the page of a run as agreed on (UPDATE_GOLDEN=1 to agree anew)', () => {
  test('that failed and can be run again', () => golden('run-failed', runPage(RUN, ANA.csrf)));

  test('under way that the viewer may cancel', () => golden('run-running', runPage(RUNNING, ANA.csrf)));

  test('that is parked, for a person who may answer', () => {
    const parked = 'Step send may have acted outside before it was lost. Look there, then say which.';
    const acts = { ...NO_ACTS, cancel: true, repeatLost: true, closeLost: true, lost: '0123456789ab' };
    return golden('run-parked', runPage({ ...RUNNING, status: 'PARKED', underWay: false, parked, acts }, ANA.csrf));
  });

  test('in production, with a promotion that can be undone', () => {
    const target = 'production/reports/board/2026-11-23';
    const promotion = { label: 'In production', target, detail: 'placed today 09:06' };
    const view = {
      ...RUN,
      status: 'SUCCESS',
      error: null,
      reviewId: 'R-128',
      promotion,
      acts: { ...NO_ACTS, undo: target },
    };
    return golden('run-promoted', runPage(view, ANA.csrf));
  });
});

test('a run that was asked to cancel says who asked, and offers it no more', async () => {
  const cancelAsked = 'Ana asked to cancel it today 09:12; its worker is stopping it.';
  const page = await draw({ ...RUNNING, cancelAsked, acts: NO_ACTS });
  expect(seen(page)).toContain(cancelAsked);
  expect(page).not.toContain('/cancel"');
});

test('steps are told in words as they are drawn', async () => {
  const page = await draw(RUN);
  expect(seen(page)).toContain('1 of 3 steps done, 1 not begun; 3 attempts.');
  expect(seen(page)).toContain('Attempt 2 of 2');
  expect(page).toContain(
    '<svg class="spans" viewBox="0 0 100 2" preserveAspectRatio="none" width="100%" height="6" aria-hidden="true"',
  );
  expect(page).not.toMatch(/<script|style=/);
});
