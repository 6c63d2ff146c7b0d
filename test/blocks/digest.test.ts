import { describe, expect, it } from 'vitest';
import { digestView } from '#blocks/digest.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { DailyDigest, DigestAlert } from '#src/reports/digest-fact.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';

const NONE = { count: 0, first: [] };

const GREEN: DailyDigest = {
  version: 1,
  team: 'Acme & Sons',
  at: at('08:00'),
  since: at('2026-11-20T07:00:00Z'),
  workflows: 6,
  runs: { ended: 14, promoted: 12, review: 2, failed: 0 },
  failing: NONE,
  recovered: 0,
  degraded: NONE,
  waiting: { ...NONE, overdue: 0 },
  silenced: NONE,
  paused: [],
  spend: [],
  next: [{ workflow: 'monday-brief', at: at('2026-11-23T05:00:00Z') }],
  on_call: 'maya',
  on_call_until: at('2026-11-23T08:00:00Z'),
  review: null,
  idle_roles: [],
  chain_head: 'ab12'.repeat(16),
};

const ALERT: DigestAlert = {
  alert_id: 'A-57',
  key: 'FAIL:monday-brief',
  kind: 'FAIL',
  severity: 'P1',
  workflow: 'monday-brief',
  run_id: RUN_ID,
  review_id: null,
  error: { class: 'SourceChanged', message: 'column amount is gone' },
  since: at('06:04'),
  count: 4,
  holder: 'jon',
  silenced: null,
};
const UNREACHABLE: DigestAlert = {
  ...ALERT,
  ...{ alert_id: 'A-58', key: 'UNREACHABLE:slack:C0COWORKOPS', kind: 'UNREACHABLE', severity: 'P2', workflow: null },
  ...{ run_id: null, error: { class: 'Away', message: 'channel is archived' }, count: 1, holder: null },
};
const CLOSED: DigestAlert = {
  ...ALERT,
  ...{ alert_id: 'A-59', key: 'TIMED_OUT:salaries', kind: 'TIMED_OUT', workflow: 'salaries', count: 1 },
  error: { class: 'TimedOut', message: null },
  silenced: { until: at('2026-11-22T08:00:00Z'), by: 'ana' },
};
const REVIEW = {
  review_id: 'R-128',
  workflow: 'monday-brief',
  severity: 'P1',
  opened_at: at('2026-11-20T08:00:00Z'),
  due_at: at('10:00'),
  overdue: true,
  held: false,
} as const;

const BAD: Partial<DailyDigest> = {
  runs: { ended: 14, promoted: 9, review: 3, failed: 2 },
  recovered: 1,
  review: { review_hours: 1.33, manual_hours: 21, share: 0.06 },
  failing: { count: 3, first: [ALERT, UNREACHABLE, CLOSED] },
  degraded: {
    count: 2,
    first: [
      { workflow: 'monday-brief', inputs: ['crm'], runs: 1, run_id: RUN_ID },
      { workflow: 'ledger', inputs: ['bank', 'fx'], runs: 3, run_id: 'ledger-20261121T0400Z-aaaa' },
    ],
  },
  waiting: {
    count: 7,
    overdue: 1,
    first: [
      REVIEW,
      { ...REVIEW, review_id: 'R-130', severity: 'P3', due_at: at('14:00'), overdue: false },
      { ...REVIEW, review_id: 'R-131', held: true },
      { ...REVIEW, review_id: 'R-132' },
      { ...REVIEW, review_id: 'R-133' },
      { ...REVIEW, review_id: 'R-134' },
    ],
  },
  silenced: { count: 1, first: [CLOSED] },
  paused: [{ workflow: 'ledger', reason: 'ledger moves', by: 'jon', since: at('08:00'), until: null }],
  spend: [{ workflow: 'monday-brief', tokens: 460_000, budget: 500_000, share: 0.92 }],
  next: ['12:00', '13:00', '14:00', '15:00', '16:00', '17:00'].map((clock, n) => ({
    workflow: `w-${n}`,
    at: at(clock),
  })),
};

const STATES: Record<string, Partial<DailyDigest>> = {
  green: {},
  bad: BAD,
  waiting: { waiting: { count: 1, overdue: 0, first: [{ ...REVIEW, due_at: at('14:00'), overdue: false }] } },
  idle: { idle_roles: ['clock', 'worker'], next: [], on_call: null, on_call_until: null },
  first: { workflows: 1, runs: { ended: 0, promoted: 0, review: 0, failed: 0 }, next: [], chain_head: null },
};

const draw = (more: Partial<DailyDigest>) => digestView({ ...GREEN, ...more }, READER);

describe('the daily digest', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, () => expectGolden(`digest/${name}`, draw(more)));
  }

  it('is one quiet line on a green day, with the head of the trail below', () => {
    const view = draw({});
    expect(view.parts.map(({ part }) => part)).toEqual(['headline', 'footnote']);
    expect(summaryText(view, READER)).toBe(
      'All green. 6 workflows, 14 runs since yesterday 08:00, nothing waits. ' +
        'Next: monday-brief, Mon 23 Nov 06:00. On call: Maya until Mon 23 Nov 09:00.',
    );
    expect(viewText(view, READER)).toContain(GREEN.chain_head);
  });

  it('says in its first line what is bad, and pings nobody', () => {
    expect(summaryText(draw(BAD), READER)).toBe(
      'Acme & Sons: 3 alerts open, 7 reviews wait (1 overdue) and 3 more matters.',
    );
    expect(draw(BAD).mentions).toEqual([]);
    expect(summaryText(draw(STATES.waiting ?? {}), READER)).toBe('Acme & Sons: nothing fails, 1 review waits.');
  });

  it('has the failed first and who has it, and no words of closed work', () => {
    const text = viewText(draw(BAD), { ...READER, console: undefined });
    expect(text).toContain(
      'A-57 · [P1] FAIL monday-brief: SourceChanged — column amount is gone · since today 06:04, 4 times · Jon has it',
    );
    expect(text).toContain('A-59 · [P1] TIMED OUT salaries: TimedOut · since');
    expect(text).toContain('nobody has it');
    expect(text.indexOf('Open alerts (3)')).toBeLessThan(text.indexOf('Degraded inputs (2)'));
    expect(text).toContain('and 2 more\n');
  });

  it('offers what one asks next', () => {
    const labels = (more: Partial<DailyDigest>) => actionsOf(draw(more)).map(({ label }) => label);
    expect(labels(BAD)).toEqual(['Acknowledge A-58', 'Show status', 'Show the queue']);
    expect(labels({ failing: BAD.failing ?? NONE })).toEqual(['Acknowledge A-58', 'Show status']);
    expect(labels({})).toEqual([]);
  });

  it('keeps hostile and endless words bounded', () => {
    const words = `${HOSTILE} ${'x'.repeat(100_000)}`;
    const many = <T>(one: T) => ({ count: 9000, first: Array<T>(10).fill(one) });
    const view = draw({
      team: words,
      failing: many({ ...ALERT, key: words, workflow: null, error: { class: words, message: words } }),
      degraded: many({ workflow: 'w', inputs: Array(200).fill(words), runs: 2, run_id: RUN_ID }),
      paused: Array(40).fill({ workflow: null, reason: words, by: 'jon', since: at('08:00'), until: null }),
    });
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text.length).toBeLessThan(8000);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(text).toContain('and 8,995 more');
    expect(text).toContain('and 35 more');
  });
});
