import { describe, expect, it } from 'vitest';
import { auditView } from '#blocks/audit.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import type { AuditStory, StoryLine } from '#src/reports/audit-story.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, hash, READER, RUN_ID } from './facts.ts';

const RECORD: AuditStory['record'] = {
  run_id: RUN_ID,
  workflow: 'monday-brief',
  definition_hash: hash('d'),
  trigger: { kind: 'schedule', by: 'service', scheduled_for: at('06:00') },
  started_at: at('06:00'),
  ended_at: at('06:04'),
  status: 'SUCCESS',
  error_class: null,
  failed_step: null,
  tier: 'T2',
  data_class: 'internal',
  steps: [
    {
      id: 'brief',
      skill: 'finance-memo-v2',
      hash: hash('e'),
      attempts: 1,
      status: 'SUCCESS',
      fence: 'bubblewrap',
      started_at: at('06:00'),
      ended_at: at('06:04'),
      usage: [],
    },
  ],
  inputs: [],
  degraded_inputs: [],
  outputs: [
    { path: 'brief.md', bytes: 4120, sha256: hash('1') },
    { path: 'metrics.json', bytes: 1010, sha256: hash('2') },
  ],
  output_hash: hash('a'),
  validation: { result: 'WARN', pass: 4, warn: 1, fail: 0 },
  paths_read: ['inbox/finance/november.csv', 'https://crm.example/export'],
  paths_written: [],
  connectors: [{ name: 'ledger-db', calls: 3 }],
  approvals: [],
  review_id: 128,
  rerun_of: null,
  promoted_to: null,
};

let id = 0;
const line = (act: string, clock: string, sentence: string, more: Partial<StoryLine> = {}): StoryLine => {
  id += 1;
  const at_ = new Date(new Date(at(clock)).getTime() + 1000 * (id % 60)).toISOString();
  return { id, at: at_, act, actor: 'service', operator: null, via: 'service', sentence, ...more };
};
const by = (actor: string, via: StoryLine['via'] = 'console', operator: string | null = null) => ({
  actor,
  via,
  operator,
});

const BEGUN = [
  line(
    'run.queued',
    '2026-11-20T22:59:00Z',
    'its schedule asked for the run, for Sat 21 Nov 2026 06:00 (definition dddd)',
  ),
  line('run.started', '06:00', 'a worker began'),
  line('step.ended', '06:03', 'step brief, attempt 1, ended ok, fenced by bubblewrap'),
  line('run.checked', '06:03', 'the checks say WARN of 2 outputs (sha256 aaaaaaaaaaaa)'),
  line('run.ended', '06:04', 'the run ended SUCCESS'),
];
const OPENED = [
  ...BEGUN,
  line('review.opened', '06:04', 'R-128 opened for Ana, Jon, 1 approval needed'),
  line('review.looked', '09:01', 'looked at R-128', by('ana')),
];
const APPROVED = line(
  'review.approved',
  '09:05',
  'approved R-128 (sha256 aaaaaaaaaaaa), 1 of 1; it goes to production/reports/board/2026-11-21',
  by('ana', 'cli', 'root'),
);
const PLACED = line('promotion.placed', '09:06', 'placed in production/reports/board/2026-11-21 (sha256 aaaaaaaaaaaa)');
const UNDONE = [
  line('promotion.undo_asked', '10:00', 'asked to undo the promotion to production/x: "wrong quarter"', by('jon')),
  line('promotion.undone', '10:00', 'taken back from production/x to archive/x'),
];
const approvals = [{ approver: 'ana@acme.example', approved_at: at('09:05'), via: 'cli' }];
const promoted_to = 'production/reports/board/2026-11-21';

const audit = (story: StoryLine[], more: Partial<AuditStory['record']> = {}): AuditStory => ({
  run_id: RUN_ID,
  workflow: 'monday-brief',
  record: { ...RECORD, ...more },
  story,
});

const STATES: Record<string, AuditStory> = {
  running: audit(BEGUN.slice(0, 2), {
    ...{ status: null, ended_at: null, output_hash: null, validation: null, review_id: null },
    ...{ outputs: [], connectors: [], paths_read: [], steps: [] },
  }),
  waiting: audit(OPENED),
  promoted: audit([...OPENED, APPROVED, PLACED], { approvals, promoted_to }),
  undone: audit([...OPENED, APPROVED, PLACED, ...UNDONE], { approvals }),
  rejected: audit([...OPENED, line('review.rejected', '09:05', 'rejected R-128: "the source was renamed"', by('jon'))]),
  failed: audit(
    [
      ...BEGUN.slice(0, 2),
      line('step.ended', '06:03', 'step brief, attempt 3, ended failed, SourceChanged'),
      line('run.ended', '06:04', 'the run ended FAILED: SourceChanged in brief'),
      line('alert.raised', '06:04', 'A-57 raised: [P1] FAIL: SourceChanged'),
      line('alert.acknowledged', '06:06', 'acknowledged A-57', by('jon')),
    ],
    {
      ...{ status: 'FAILED', error_class: 'SourceChanged', failed_step: 'brief', review_id: null },
      ...{ outputs: [], output_hash: null, validation: null },
    },
  ),
};

const draw = (story: AuditStory) => auditView(story, READER);

describe('the story of a run', () => {
  for (const [name, story] of Object.entries(STATES)) {
    it(`looks right ${name}`, () => expectGolden(`audit/${name}`, draw(story)));
  }

  it('says in its first line how it came out, and by whom', () => {
    const first = (story: AuditStory) => summaryText(draw(story), READER).replace(`${RUN_ID}: `, '');
    expect(Object.fromEntries(Object.entries(STATES).map(([name, story]) => [name, first(story)]))).toEqual({
      running: 'not ended yet.',
      waiting: 'SUCCESS, waits for review.',
      promoted: 'SUCCESS, in production.',
      undone: 'SUCCESS, taken back from production by Jon.',
      rejected: 'SUCCESS, rejected by Jon.',
      failed: 'FAILED, SourceChanged in brief.',
    });
    expect(first(audit([...BEGUN.slice(0, 2), line('run.parked', '06:02', 'parked')], { status: null }))).toBe(
      'parked, until a person says how it goes on.',
    );
    expect(first(audit([...OPENED, APPROVED]))).toBe('SUCCESS, approval given by Ana.');
    const again = ['run.parked', 'run.unparked'].map((act) => line(act, '06:02', act));
    expect(first(audit(again, { status: null }))).toBe('not ended yet.');
  });

  it('is coloured by what came of it, not by the run alone', () => {
    const tones = Object.entries(STATES).map(([name, story]) => {
      const [headline] = draw(story).parts;
      return [name, headline?.part === 'headline' ? headline.tone : ''];
    });
    expect(Object.fromEntries(tones)).toEqual({
      ...{ running: 'info', waiting: 'info', promoted: 'ok', undone: 'warn', rejected: 'warn', failed: 'fail' },
    });
  });

  it('gives each day its date and zone, also one that is another day only here', () => {
    const text = viewText(draw(STATES.promoted as AuditStory), READER);
    expect(text.match(/^\w{3} \d+ Nov 2026 \(Europe\/Berlin\)$/gm)).toEqual([
      'Fri 20 Nov 2026 (Europe/Berlin)',
      'Sat 21 Nov 2026 (Europe/Berlin)',
    ]);
    expect(text).toContain(
      'Ana approved R-128 (sha256 aaaaaaaaaaaa), 1 of 1; it goes to production/reports/board/2026-11-21 [cli, root]',
    );
  });

  it('tells of an endless story its beginning and its end, and how much lies between', () => {
    const story = Array.from({ length: 5000 }, (_, n) => line('step.ended', '06:03', `step number ${n} ended`));
    const view = draw(audit(story));
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text).toContain('step number 59 ended\n… 4,880 more acts …');
    expect(text).toContain('step number 4999 ended');
    expect(text).not.toContain('step number 60 ended');
  });

  it('keeps hostile and endless names bounded, and pings nobody', () => {
    const words = `${HOSTILE}${'x'.repeat(100_000)}`;
    const view = draw(
      audit([line('run.started', '06:00', 'began', by('jon', 'cli', words))], {
        paths_read: Array(500).fill(words),
        connectors: [{ name: words, calls: 2 }],
        outputs: Array.from({ length: 500 }, () => ({ path: words, bytes: 1, sha256: '' })),
        error_class: words,
        promoted_to: words,
        steps: Array(40).fill({ ...RECORD.steps[0], skill: words }),
      }),
    );
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(text).toContain('and 490 more');
    expect(text.length).toBeLessThan(5000);
    expect(view.mentions).toEqual([]);
  });
});
