import { describe, expect, it } from 'vitest';
import { reviewView } from '#blocks/review.ts';
import { approveText, revisionOf } from '#blocks/review-actions.ts';
import { reviewBriefView } from '#blocks/review-look.ts';
import { decodeAction, encodeAction } from '#src/message/action.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { ReviewCard } from '#src/reports/review-card.ts';
import type { ReviewLook } from '#src/reports/review-look.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, REVIEW } from './facts.ts';

const closed = (by: string, time: string, reason: string | null = null) => ({
  closed: { by, at: at(time), reason },
  may_decide: [],
});
const placed = { state: 'placed', placed_at: at('09:06'), undone_by: null, undone_at: null } as const;
const approved = { ...closed('ana', '09:05'), approvals: ['ana'], review_seconds: 190 };
const REVOKED = 'brief.md changed after approval (found 21 Nov 2026 09:20); approve again';
/** What a channel is given of confidential work. */
const withheld = {
  data_class: 'confidential',
  contents: false,
  to_check: [],
  key_numbers: [],
  flags: [],
  summary: null,
  degraded: [{ ...REVIEW.degraded[0], name: 'crm', status: 'missing', required: false, detail: null }],
  checks: REVIEW.checks.map((check) => ({ ...check, message: '', expected: null, actual: null })),
} satisfies Partial<ReviewCard>;

const STATES: Record<string, Partial<ReviewCard>> = {
  open: {},
  looked_at: {
    looking: ['ana', 'jon'],
    looks: [
      { person: 'ana', since: at('09:02') },
      { person: 'jon', since: at('09:04') },
    ],
  },
  one_of_two: { tier: 'T3', quorum: 2, approvals: ['ana'], may_decide: ['jon'] },
  two_needed: { tier: 'T3', quorum: 2 },
  role_needed: { discord_roles: ['1100000000000000009'] },
  overdue: { overdue: true, due_at: at('10:00'), escalated_at: at('10:00') },
  held: { overdue: true, held: true, due_at: at('08:00'), escalated_at: at('08:00'), held_at: at('10:00') },
  rechecking: {
    rechecking: true,
    revision: 2,
    reasons: [...REVIEW.reasons, REVOKED],
    revoked: { at: at('09:20'), reason: REVOKED },
  },
  revoked: { revision: 2, reasons: [...REVIEW.reasons, REVOKED], revoked: { at: at('09:20'), reason: REVOKED } },
  failing: { validation: 'FAIL' },
  nobody: { may_decide: [] },
  approved: { state: 'approved', ...approved, promotion: { ...placed, state: 'due', placed_at: null } },
  approved_blocked: { state: 'approved', ...approved, promotion: { ...placed, state: 'blocked', placed_at: null } },
  promoted: { state: 'promoted', ...approved, promotion: placed },
  promoted_by_two: {
    state: 'promoted',
    ...approved,
    quorum: 2,
    approvals: ['ana', 'jon'],
    review_seconds: null,
    promotion: placed,
  },
  promoted_long_ago: {
    state: 'promoted',
    ...approved,
    promotion: { ...placed, placed_at: at('2026-11-19T08:00:00Z') },
  },
  undone: {
    state: 'undone',
    ...approved,
    promotion: { ...placed, state: 'undone', undone_by: 'jon', undone_at: at('10:01') },
  },
  rejected: { state: 'rejected', ...closed('jon', '09:05', 'the source was renamed') },
  change_asked: {
    state: 'change_asked',
    ...closed('jon', '09:05', 'add the CRM export'),
    change_run: 'monday-brief-20261121T0806Z-q2w3',
  },
  superseded: { state: 'superseded', ...closed('jon', '09:05', 'superseded by R-131'), superseded_by: 'R-131' },
  superseded_by_run: { state: 'superseded', ...closed('jon', '09:05', 'superseded by run x-1') },
  withheld,
  withheld_rejected: { ...withheld, state: 'rejected', ...closed('jon', '09:05', null) },
  bare: { to_check: [], key_numbers: [], inputs: 0, degraded: [], checks: [], validation: null, skills: [] },
};

const draw = (more: Partial<ReviewCard>) => reviewView({ ...REVIEW, ...more } as ReviewCard, READER);
const labels = (more: Partial<ReviewCard>) => actionsOf(draw(more)).map(({ label }) => label);

describe('a review item', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, async () => {
      expect(checkView(draw(more))).toEqual([]);
      await expectGolden(`review/${name}`, draw(more));
    });
  }

  it('says one full sentence in a notification', () => {
    expect(summaryText(draw({}), READER)).toBe(
      'R-128, Monday board brief, waits for a decision of Ana and Jon: P1, due in 3 h 40 min.',
    );
    expect(summaryText(draw(STATES.promoted ?? {}), READER)).toBe(
      'R-128, Monday board brief: approved, in production.',
    );
  });

  it('binds what was seen into its buttons, within what a button carries', () => {
    expect(revisionOf(REVIEW)).toBe('1.aaaaaaaaaaaa.bbbbbbbbbbbb.dddddddddddd');
    const approve = actionsOf(draw({})).find(({ intent }) => intent === 'approve');
    if (approve?.intent !== 'approve') throw new Error('no Approve');
    expect(decodeAction(encodeAction(approve))).toEqual({
      intent: 'approve',
      subject: 'R-128',
      revision: revisionOf(REVIEW),
    });
    expect(`${approve.confirm?.title} ${approve.confirm?.text}`).toBe(
      'Approve R-128? Exactly these 2 files (sha256 aaaa aaaa aaaa …) go to production/reports/board/2026-11-21/.',
    );
    expect(approveText({ ...REVIEW, quorum: 2, outputs: REVIEW.outputs.slice(0, 1) })).toBe(
      'Exactly this file (sha256 aaaa aaaa aaaa …) goes to production/reports/board/2026-11-21/ once one more person approves.',
    );
  });

  it('offers no approval of what fails its checks or is being checked', () => {
    expect(labels({})).toEqual([
      'Approve',
      'Look…',
      'Reject…',
      'Ask for a change…',
      'Get the files',
      'Open review',
      'Open run',
    ]);
    expect(labels({ validation: 'FAIL' })).not.toContain('Approve');
    expect(labels({ rechecking: true })).not.toContain('Approve');
    expect(labels({ rechecking: true })).toContain('Reject…');
  });

  it('offers Undo for a day after it was placed, and nothing that decides once it is closed', () => {
    expect(labels(STATES.promoted ?? {})).toContain('Undo');
    expect(labels(STATES.promoted_long_ago ?? {})).toEqual(['Open review', 'Get the files', 'Open run']);
    expect(labels(STATES.rejected ?? {})).toEqual(['Open review', 'Get the files', 'Open run']);
  });

  it('shows of confidential work names, counts and states only', () => {
    const text = viewText(draw(withheld), READER);
    for (const words of ['1,204,331', 'Revenue is up', '2 files there', 'inbox/crm', 'CRM export missing'])
      expect(text).not.toContain(words);
    expect(text).toContain('row_count_delta WARN');
    expect(text).toContain('crm unavailable (missing, optional)');
    expect(text).toContain('The work is confidential');
  });

  it('puts each number beside the item that names it, and shows those that none names', () => {
    const view = draw({
      to_check: ['Net revenue matches', 'The revenue equals the ledger'],
      key_numbers: [
        { label: 'Revenue', value: '5', last: '4', change: { by: 25, in: 'percent' } },
        { label: 'net revenue', value: '3', last: '3', change: { by: 0, in: 'percent' } },
        { label: 'Even', value: '2', last: null, change: null },
        { label: 'Share', value: '12 %', last: '13 %', change: { by: -1, in: 'points' } },
      ],
    });
    const text = viewText(view, READER);
    expect(text).toContain('☐ Net revenue matches  3 (last approved 3, unchanged)');
    expect(text).toContain('☐ The revenue equals the ledger  5 (last approved 4, +25 %)');
    expect(text).toContain('☐ Even  2');
    expect(text).toContain('☐ Share  12 % (last approved 13 %, -1 point)');
  });

  it('shows hostile and endless words bounded, and pings nobody for them', () => {
    const words = `${HOSTILE} ${'y'.repeat(100_000)}`;
    const view = draw({
      title: words,
      reasons: Array(30).fill(words),
      to_check: Array(30).fill(words),
      key_numbers: Array(30).fill({ label: words, value: words, last: words, change: null }),
      degraded: Array(30).fill({ name: 'crm', status: 'missing', required: true, detail: words }),
      outputs: Array.from({ length: 500 }, () => ({ path: words, bytes: 2e9, sha256: '' })),
      target: words,
      ops_lead: null,
      escalated_at: at('10:00'),
    });
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text.length).toBeLessThan(25_000);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(text).toContain('and 497 more files');
    expect(view.mentions).toEqual([]);
  });
});

describe('what Look opens', () => {
  const look: ReviewLook = {
    ...REVIEW,
    hidden: null,
    brief: '# Review',
    previews: [
      {
        path: 'brief.md',
        lines: ['# Monday board brief', 'Revenue is up 2.1 % on last week.', '- Ledger: 1,204,331 EUR'],
        more: 21,
        remark: null,
      },
      {
        path: 'rows.csv',
        lines: ['month, net', '2026-11, 3412'],
        more: null,
        remark: 'This file is UTF-16, not UTF-8.',
      },
      {
        path: 'metrics.json',
        lines: [],
        more: null,
        remark: 'This file was changed after it was staged: it is not the one in the record.',
      },
    ],
    difference: {
      run_id: 'monday-brief-20261116T0500Z-aaaa',
      placed_at: at('2026-11-16T08:05:00Z'),
      changes: [
        {
          path: 'brief.md',
          how: 'changed',
          counted: { unit: 'line', added: 2, removed: 1, changed: 0 },
          lines: ['- Revenue was flat.', '+ Revenue is up.', '+ See the ledger.'],
          why: null,
        },
        { path: 'chart.png', how: 'changed', counted: null, lines: [], why: 'the contents are not text' },
        { path: 'crm.csv', how: 'removed', counted: null, lines: [], why: null },
        { path: 'metrics.json', how: 'added', counted: null, lines: [], why: null },
      ],
      unchanged: 1,
      more: 2,
    },
  };

  it('looks right', async () => {
    expect(checkView(reviewBriefView(look, READER))).toEqual([]);
    expect(actionsOf(reviewBriefView(look, READER)).find(({ label }) => label === 'Get the files')).not.toHaveProperty(
      'rare',
    );
    await expectGolden('review/look', reviewBriefView(look, READER));
  });

  it('looks right where nothing was approved before, and where the person cannot decide', async () => {
    const view = reviewBriefView(
      { ...look, difference: null, cannot_decide: 'You started this run, so you cannot approve it. Ana can.' },
      READER,
    );
    expect(checkView(view)).toEqual([]);
    await expectGolden('review/look-first', view);
  });

  it('says why there is no more for who may not see the contents', async () => {
    const view = reviewBriefView(
      {
        ...look,
        ...withheld,
        hidden: 'The contents are not shown. You may not see the outputs of monday-brief. Ana can.',
        difference: null,
        previews: [],
      },
      READER,
    );
    expect(checkView(view)).toEqual([]);
    expect(actionsOf(view).map(({ label }) => label)).toEqual(['Open review', 'Open run']);
    expect(viewText(view, READER)).not.toContain('Look shows them');
    await expectGolden('review/look-hidden', view);
  });

  it('keeps hostile and endless contents bounded', () => {
    const words = `${HOSTILE}\n${'z'.repeat(100_000)}`;
    const change = { path: words, how: 'changed', counted: null, lines: Array(12).fill(words), why: words } as const;
    const view = reviewBriefView(
      {
        ...look,
        previews: Array(4).fill({ path: words, lines: Array(12).fill(words), more: 1e6, remark: words }),
        summary: words,
        flags: [words, words],
        checks: Array(40).fill({ ...REVIEW.checks[1], message: words }),
        outputs: Array.from({ length: 40 }, () => ({ path: 'a b/ü#?.md', bytes: 1, sha256: '' })),
        difference: { run_id: 'x', placed_at: at('09:00'), changes: Array(5).fill(change), unchanged: 0, more: 0 },
      },
      READER,
    );
    expect(checkView(view)).toEqual([]);
    expect(viewText(view, READER)).not.toMatch(/[\u202e\u200b\0]/);
    expect(viewText(view, READER).length).toBeLessThan(60_000);
    expect(view.parts.find(({ part }) => part === 'file')).toMatchObject({
      path: `/runs/${REVIEW.run_id}/outputs/a%20b/%C3%BC%23%3F.md`,
    });
  });
});
