import { describe, expect, it } from 'vitest';
import { roiView } from '#blocks/roi.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { ReviewShare } from '#src/reports/review-share.ts';
import type { Roi, RoiWorkflow } from '#src/reports/roi.ts';
import type { RoiMonth, RoiTrend } from '#src/reports/roi-trend.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { HOSTILE, READER } from './facts.ts';

const row = (workflow: string, more: Partial<RoiWorkflow> = {}): RoiWorkflow => ({
  workflow,
  runs: 4,
  hours_saved: 2.67,
  value: 200,
  tokens: 12.4,
  net: 187.6,
  ended: 5,
  failed: 1,
  error_rate: 0.2,
  missed: 0,
  late: 1,
  decided: 4,
  rejected: 0,
  rejection_rate: 0,
  ...more,
});

const BARE = row('crm-sync', { runs: 9, hours_saved: null, value: null, net: null, decided: 0, rejection_rate: null });

const OCTOBER: Roi = {
  from: '2026-10-01',
  to: '2026-11-01',
  label: 'October 2026',
  complete: true,
  charged: [{ month: '2026-10', days: 31, of: 31 }],
  workflow: null,
  currency: 'EUR',
  runs: 48,
  hours_saved: 52.5,
  value: 3937.5,
  cost: { tokens: 95.5, infra: 120, overhead: 310 },
  net: 3412,
  measured_share: 0.83,
  left_out: [{ workflow: 'crm-sync', reason: 'it has no baseline' }],
  workflows: [BARE, row('ledger'), row('monday-brief', { net: 3312.5, runs: 35, hours_saved: 49.83, value: 3737.5 })],
  previous: { label: 'September 2026', hours_saved: 46.88, net: 3000, hours_change: 0.12 },
};

const month = (name: string, label: string, net: number | null, more: Partial<RoiMonth> = {}): RoiMonth => ({
  month: name,
  label,
  complete: true,
  runs: net === null ? 0 : 40,
  hours_saved: net === null ? null : 40,
  value: net,
  cost: { tokens: 0, infra: 120, overhead: 310 },
  net,
  ...more,
});

const TREND: RoiTrend = {
  currency: 'EUR',
  workflow: null,
  months: [
    month('2026-07', 'Jul 2026', -430),
    month('2026-08', 'Aug 2026', null),
    month('2026-09', 'Sept 2026', 3000),
    month('2026-10', 'Oct 2026', 3412),
  ],
};

const NOVEMBER: Roi = {
  ...OCTOBER,
  ...{ from: '2026-11-01', to: '2026-12-01', label: 'November 2026', complete: false, previous: null },
  charged: [{ month: '2026-11', days: 21, of: 30 }],
};
const NOW_RUNS = { complete: false } as const;
const noTrend: RoiTrend = { ...TREND, months: [] };

const REVIEW: ReviewShare = { review_hours: 1.33, manual_hours: 53.83, share: 0.02 };

const STATES: Record<string, [Roi, RoiTrend]> = {
  month: [OCTOBER, TREND],
  running: [
    { ...NOVEMBER, net: -211.04, value: 100, hours_saved: 1.33, cost: { tokens: 10.04, infra: 84, overhead: 217 } },
    { ...TREND, months: [...TREND.months, month('2026-11', 'Nov 2026', -211.04, NOW_RUNS)] },
  ],
  nothing: [
    {
      ...NOVEMBER,
      ...{ runs: 0, hours_saved: 0, value: 0, net: -301, measured_share: null, left_out: [], workflows: [] },
      cost: { tokens: 0, infra: 84, overhead: 217 },
    },
    noTrend,
  ],
  unpriced: [
    {
      ...OCTOBER,
      left_out: [
        { workflow: 'ledger', reason: '1,500 tokens of claude-next had no price on their day' },
        { workflow: 'monday-brief', reason: '912,000 tokens of claude-next were priced in USD' },
      ],
      measured_share: null,
    },
    TREND,
  ],
  no_rates: [
    {
      ...OCTOBER,
      ...{ currency: null, value: null, net: null, cost: { tokens: 0, infra: null, overhead: null } },
      left_out: [{ workflow: null, reason: 'cowork.yaml has no rates, so costs are unavailable' }],
      workflows: [row('ledger', { value: null, net: null })],
    },
    { ...TREND, currency: null, months: TREND.months.map((each) => ({ ...each, net: null })) },
  ],
  workflow: [
    {
      ...OCTOBER,
      ...{ workflow: 'ledger', runs: 4, hours_saved: 2.67, value: 200, net: 187.6, previous: null },
      cost: { tokens: 12.4, infra: null, overhead: null },
      left_out: [{ workflow: null, reason: 'infrastructure and overhead are shared by all workflows and not split' }],
      workflows: [row('ledger')],
    },
    { ...TREND, workflow: 'ledger' },
  ],
  // Every month is known, so that a platform with charts of its own draws it.
  steady: [OCTOBER, { ...TREND, months: TREND.months.map((each) => ({ ...each, net: each.net ?? 1200 })) }],
  quarter: [{ ...OCTOBER, to: '2027-01-01', label: 'Q4 2026', complete: false, previous: null }, TREND],
};

const labels = (view: ReturnType<typeof roiView>) => actionsOf(view).map(({ label }) => label);
const subjects = (view: ReturnType<typeof roiView>) =>
  actionsOf(view).flatMap((action) => (action.intent === 'open' ? [] : [action.subject]));
const pages = (view: ReturnType<typeof roiView>) =>
  actionsOf(view).flatMap((action) => (action.intent === 'open' ? [action.path] : []));

describe('what it was worth', () => {
  for (const [name, [roi, trend]] of Object.entries(STATES)) {
    it(`looks right ${name}`, () => expectGolden(`roi/${name}`, roiView(roi, trend, roi.runs > 0 ? REVIEW : null)));
  }

  it('says period, currency and net in the line that a notification shows', () => {
    expect(summaryText(roiView(OCTOBER, TREND), READER)).toBe(
      'October 2026: net +3,412 EUR, 52.5 hours saved (+12 % on September 2026).',
    );
    expect(summaryText(roiView(...(STATES.nothing as [Roi, RoiTrend])), READER)).toBe(
      'November 2026 so far: nothing was delivered yet, net -301 EUR.',
    );
  });

  it('never shows what is unknown as a figure', () => {
    const text = viewText(roiView(...(STATES.no_rates as [Roi, RoiTrend])), READER);
    expect(text).toContain('Cost unavailable (tokens 0, infra unavailable, overhead unavailable)');
    expect(text).toContain('October 2026: net unavailable, 52.5 hours saved');
    expect(text).toContain('Hours saved per month');
  });

  it('offers the month before, the other periods, and for one workflow all of them in the same period', () => {
    const [november, trend] = STATES.running as [Roi, RoiTrend];
    expect(labels(roiView(november, trend))).toEqual([
      'Show Oct 2026',
      'Show this quarter',
      'Show this year',
      'CSV',
      'How is this computed?',
    ]);
    expect(subjects(roiView({ ...november, workflow: 'ledger' }, trend))).toEqual([
      'roi ledger month=2026-10',
      'roi quarter ledger',
      'roi year ledger',
      'roi month=2026-11',
    ]);
    const whole = (from: string, to: string) =>
      subjects(roiView({ ...OCTOBER, from, to, workflow: 'ledger' }, TREND)).at(-1);
    expect(whole('2026-04-01', '2026-07-01')).toBe('roi quarter=2026-Q2');
    expect(whole('2026-01-01', '2027-01-01')).toBe('roi year=2026');
    expect(whole('2026-05-01', '2026-08-01')).toBe('roi from=2026-05-01 to=2026-08-01');
    expect(whole('2026-05-02', '2026-05-09')).toBe('roi from=2026-05-02 to=2026-05-09');
    expect(pages(roiView(OCTOBER, TREND))).toEqual(['/roi.csv?month=2026-10', '/roi?month=2026-10']);
    expect(pages(roiView({ ...OCTOBER, to: '2026-10-09', workflow: 'ledger' }, TREND))).toEqual([
      '/roi.csv?from=2026-10-01&to=2026-10-09&workflow=ledger',
      '/roi?from=2026-10-01&to=2026-10-09&workflow=ledger',
    ]);
  });

  it('shows the ten worth most and counts the rest, however many and whatever they are called', () => {
    const many = Array.from({ length: 500 }, (_, n) => row(`w-${n}`, { net: n }));
    const left_out = Array.from({ length: 200 }, () => ({ workflow: 'x', reason: `${HOSTILE} ${'y'.repeat(5000)}` }));
    const view = roiView({ ...OCTOBER, workflows: many, left_out }, TREND);
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text).toContain('and 490 more workflows');
    expect(text).toContain('and 195 more reasons');
    expect(text.indexOf('w-499')).toBeLessThan(text.indexOf('w-490'));
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(text.length).toBeLessThan(6000);
  });
});
