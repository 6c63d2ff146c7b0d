import { describe, expect, it } from 'vitest';
import { feedbackView } from '#blocks/feedback.ts';
import { pauseView } from '#blocks/pause.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { FeedbackFact } from '#src/reports/feedback-fact.ts';
import type { PauseFact } from '#src/reports/pause-fact.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';

const HERE = { ...READER, console: undefined };

const PAUSE: PauseFact = {
  pause_id: 7,
  workflow: 'monday-brief',
  reason: 'ledger moves.',
  by: 'jon',
  since: at('08:00'),
  until: null,
  ended: null,
  skipped: 0,
  next: { workflow: 'monday-brief', at: at('2026-11-23T05:00:00Z') },
  stays: [],
};
const all = { workflow: null, reason: 'year-end close', by: 'maya', since: at('09:00'), until: null };
const ended = { by: 'ana', at: at('10:05') };

const PAUSES: Record<string, Partial<PauseFact>> = {
  in_force: {},
  until: { until: at('2026-11-24T08:00:00Z'), skipped: 2 },
  until_before_next: { until: at('2026-11-22T08:00:00Z') },
  everything: { ...all, until: at('2026-11-24T08:00:00Z') },
  resumed: { ended, skipped: 1 },
  ended_by_itself: { until: at('10:00'), ended: { by: 'service', at: at('10:00') }, next: null },
  still_held: { ended, stays: [all] },
  everything_resumed: { ...all, ended },
  in_part: { ...all, ended, stays: [{ ...all, workflow: 'monday-brief', by: 'jon', reason: 'ledger moves' }] },
};

describe('a pause', () => {
  const draw = (more: Partial<PauseFact>) => pauseView({ ...PAUSE, ...more }, READER);
  for (const [name, more] of Object.entries(PAUSES)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`pause/${name}`, draw(more));
    });
  }

  it('says what stops, for how long, by whom and why, in one sentence', () => {
    expect(summaryText(draw({}), HERE)).toBe('monday-brief is paused until somebody resumes it. By Jon: ledger moves.');
    expect(summaryText(draw(PAUSES.still_held ?? {}), HERE)).toBe('monday-brief is resumed; still paused: everything.');
  });

  it('says which slot is lost only where it is', () => {
    expect(viewText(draw({}), HERE)).toContain('the slot of monday-brief, Mon 23 Nov 06:00, is skipped unless');
    expect(viewText(draw(PAUSES.until_before_next ?? {}), HERE)).not.toContain('Mon 23 Nov 06:00');
  });

  it('can be ended while it is in force', () => {
    expect(actionsOf(draw({}))[0]).toMatchObject({ intent: 'resume', subject: 'monday-brief' });
    expect(actionsOf(draw(PAUSES.everything ?? {}))[0]).toMatchObject({ intent: 'resume', subject: 'all' });
    expect(actionsOf(draw({ ended })).map(({ intent }) => intent)).toEqual(['command']);
  });

  it('stays within bounds for a reason of any kind', () => {
    const reason = HOSTILE.repeat(2000);
    const stays = Array.from({ length: 60 }, () => ({ ...all, workflow: 'w'.repeat(48), reason }));
    const view = draw({ ...all, workflow: 'w'.repeat(48), reason, ended, stays });
    expect(checkView(view)).toEqual([]);
    expect(viewText(view, HERE)).toContain('and 55 more pauses');
    expect(viewText(view, HERE).length).toBeLessThan(4000);
    expect(checkView(draw({ reason, workflow: 'w'.repeat(48) }))).toEqual([]);
  });
});

const FEEDBACK: FeedbackFact = {
  feedback_id: 3,
  kind: 'rejected',
  skill: 'finance-memo-v2',
  owners: ['maya'],
  workflow: 'monday-brief',
  title: 'Monday board brief',
  run_id: RUN_ID,
  review_id: 'R-128',
  data_class: 'internal',
  by: 'jon',
  at: at('09:05'),
  text: 'The revenue is of last week.\nThe source was renamed.',
  change_run: null,
  recent: 1,
};

const WORDS: Record<string, Partial<FeedbackFact>> = {
  rejected: {},
  again: { recent: 3 },
  change: { kind: 'change_asked', change_run: 'monday-brief-20261121T0500Z-8m2p' },
  change_waits: { kind: 'change_asked', text: 'Add the pipeline.' },
  withheld: { data_class: 'restricted', text: null },
  wordless: { text: '' },
};

describe('feedback for whoever looks after a skill', () => {
  const draw = (more: Partial<FeedbackFact>) => feedbackView({ ...FEEDBACK, ...more }, READER);
  for (const [name, more] of Object.entries(WORDS)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`feedback/${name}`, draw(more));
    });
  }

  it('is one full sentence, and pings nobody: it comes to one person only', () => {
    const view = draw({});
    expect(summaryText(view, HERE)).toBe('Jon rejected the work of finance-memo-v2: Monday board brief.');
    expect(view.mentions).toEqual([]);
  });

  it('shows hostile words as words', () => {
    const view = draw({ text: HOSTILE, title: HOSTILE });
    expect(checkView(view)).toEqual([]);
    expect(viewText(view, HERE)).toContain('> <script>alert(1)</script> @everyone');
    expect(viewText(view, HERE)).not.toMatch(/[\u202e\u200b\0]/);
  });
});
