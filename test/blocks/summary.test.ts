import { describe, expect, it } from 'vitest';
import { summaryView } from '#blocks/summary.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { RunSummary } from '#src/reports/run-summary.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';
import { DELIVERED, RUN, UNFINISHED } from './run-facts.ts';

const SUMMARY: RunSummary = {
  ...RUN,
  outcome: 'One page of figures for the board, every Monday.',
  owner: 'maya',
  checks_passed: 1,
  approved_by: [],
  closed: null,
  next_at: at('2026-11-23T05:00:00Z'),
};
const NOT_ENDED = { ...UNFINISHED, checks_passed: 0 };
const closed = (by: string, reason: string | null) => ({ closed: { by, at: at('09:05'), reason } });
const approved = {
  ...DELIVERED,
  ...closed('ana', null),
  review_id: 'R-128',
  review_state: 'promoted',
  approved_by: [
    { person: 'ana', at: at('09:05') },
    { person: 'jon', at: at('09:06') },
  ],
  delivery: { ...DELIVERED.delivery, reviewed: true, placed_at: at('09:06') },
} satisfies Partial<RunSummary>;
const failed = {
  ...NOT_ENDED,
  ...{ status: 'FAILED', route: 'failed', ended_at: at('06:04'), failed_step: 'brief' },
  error: { class: 'SourceChanged', message: 'column amount is gone' },
} satisfies Partial<RunSummary>;

const STATES: Record<string, Partial<RunSummary>> = {
  queued: { ...NOT_ENDED, state: 'queued', started_at: null },
  running: { ...NOT_ENDED, state: 'running' },
  parked: { ...NOT_ENDED, state: 'parked', lost: [{ step: 'send', attempt: 1, skill: 'mailer-v1', at: at('06:03') }] },
  in_review: {},
  delivered: DELIVERED,
  approved,
  partial: { ...approved, status: 'PARTIAL' },
  undone: {
    ...approved,
    delivery: { ...approved.delivery, state: 'undone', undone_by: 'jon', undone_at: at('10:01') },
  },
  rejected: { review_state: 'rejected', ...closed('jon', 'the source was renamed') },
  change_asked: { review_state: 'change_asked', ...closed('jon', 'add the CRM export') },
  superseded: { review_state: 'superseded', ...closed('jon', 'superseded by R-131') },
  failed,
  timed_out: { ...failed, status: 'TIMED_OUT', error: { class: 'TimedOut', message: '' }, failed_step: null },
  cancelled: { ...NOT_ENDED, status: 'CANCELLED', ended_at: at('06:04'), cancel_asked: { by: 'jon', at: at('06:03') } },
  on_its_way: { ...approved, delivery: { ...approved.delivery, state: 'due', placed_at: null } },
  blocked: { ...approved, delivery: { ...approved.delivery, state: 'blocked', placed_at: null } },
  closed_work: {
    ...{ review_state: 'rejected', data_class: 'confidential', contents: false, summary: null, flags: [], numbers: [] },
    ...closed('jon', null),
    degraded: [{ name: 'crm', status: 'missing', required: false, detail: null }],
  },
  bare: {
    ...{ review_id: null, review_state: null, outcome: null, owner: null, next_at: null, summary: null, flags: [] },
    ...{ outputs: [], numbers: [], degraded: [], checks: 0, checks_passed: 0, validation: null, output_hash: null },
  },
};

const draw = (more: Partial<RunSummary>) => summaryView({ ...SUMMARY, ...more }, READER);

describe('the summary of a run', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, () => expectGolden(`summary/${name}`, draw(more)));
  }

  it('says in one sentence how each state stands', () => {
    const short = (more: Partial<RunSummary>) =>
      summaryText(draw(more), READER).replace('Monday board brief, Sat 21 November 2026: ', '');
    expect(Object.fromEntries(Object.entries(STATES).map(([name, more]) => [name, short(more)]))).toEqual({
      queued: 'not begun.',
      running: 'under way.',
      parked: 'stopped, a person has to say how it goes on.',
      in_review: 'waits for review.',
      delivered: 'delivered.',
      approved: 'delivered.',
      partial: 'delivered, in part.',
      undone: 'delivered and taken back.',
      rejected: 'rejected.',
      change_asked: 'a change was asked for.',
      superseded: 'superseded.',
      failed: 'failed.',
      timed_out: 'ran out of time.',
      cancelled: 'cancelled.',
      on_its_way: 'on its way.',
      blocked: 'not delivered yet.',
      closed_work: 'rejected.',
      bare: 'done.',
    });
  });

  it('can be pasted anywhere: whole dates, full names, no button, no word that only today understands', () => {
    for (const more of Object.values(STATES)) {
      const view = draw(more);
      expect(actionsOf(view)).toEqual([]);
      const text = viewText(view, READER);
      expect(text).not.toMatch(/\b(today|yesterday|tomorrow|ago)\b/);
      expect(text).toContain(`The run: http://127.0.0.1:3210/runs/${RUN_ID}`);
      expect(text).toContain('times of Europe/Berlin');
    }
    expect(viewText(draw(approved), READER)).toContain('Approved by Ana Ruiz, Sat 21 November 2026, 09:05.');
  });

  it('names what was missing and what nobody checked, and says so of what it leaves out', () => {
    const text = (more: Partial<RunSummary>) => viewText(draw(more), READER);
    expect(text(approved)).toContain('Missing inputs: crm (missing, optional).');
    expect(text(STATES.bare ?? {})).toContain('Checks: none ran.');
    expect(text(STATES.closed_work ?? {})).toContain('The work is confidential: its words and numbers are left out');
  });

  it('keeps hostile and endless words bounded', () => {
    const words = `${HOSTILE} ${'x'.repeat(100_000)}`;
    const view = draw({
      ...approved,
      ...{ title: words, outcome: words, summary: words, flags: Array(60).fill(words) },
      error: { class: words, message: words },
      outputs: Array.from({ length: 300 }, () => ({ path: words, bytes: 2e9 })),
      numbers: Array(60).fill({ label: words, value: words, last: words, change: null }),
      degraded: Array(60).fill({ name: 'crm', status: 'missing', required: true, detail: words }),
      approved_by: [{ person: words, at: at('09:05') }],
    });
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text.length).toBeLessThan(9000);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(text).toContain('and 292 more files');
  });
});
