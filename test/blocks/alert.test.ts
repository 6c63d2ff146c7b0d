import { describe, expect, it } from 'vitest';
import { alertThread, alertView } from '#blocks/alert.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { AlertFact } from '#src/reports/alert-fact.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { ALERT, at, HOSTILE, READER } from './facts.ts';

const quiet = { mentions: [] };
const acknowledged = {
  ...quiet,
  state: 'acknowledged',
  acknowledged: { by: 'jon', at: at('06:06') },
  holder: 'jon',
} as const;
const ended = (state: 'recovered' | 'resolved', by: string, reason: string | null) =>
  ({ ...acknowledged, state, ended: { by, at: at('07:02'), reason } }) as const;
const gone = { run: null, skill: null, step: null, partial: [] };

const STATES: Record<string, Partial<AlertFact>> = {
  open: {},
  repeated: { count: 4, last_at: at('07:04') },
  acknowledged,
  rerun: { ...acknowledged, rerun: { run_id: 'monday-brief-20261121T0500Z-8m2p', by: 'jon', at: at('06:20') } },
  assigned: { ...quiet, assigned: { to: 'ana', by: 'jon', at: at('06:20') }, holder: 'ana' },
  silenced: { ...quiet, silenced: { until: at('2026-11-22T08:00:00Z'), by: 'jon', reason: 'ledger moves' } },
  recovered: ended('recovered', 'service', 'run monday-brief-20261121T0500Z-8m2p is fine'),
  resolved: ended('resolved', 'jon', 'source renamed, spec fixed.'),
  withheld: { error: { class: 'SkillError', message: null }, ...ended('resolved', 'jon', null) },
  partial: { run: { ...ALERT.run, run_id: 'r-1', state: 'ended', status: 'PARTIAL', due_at: null, lost: [] } },
  timed_out: { kind: 'TIMED_OUT', error: { class: 'TimedOut', message: 'brief ran longer than 10 min' } },
  missed: {
    ...gone,
    kind: 'MISSED',
    severity: 'P2',
    mentions: ['maya'],
    last_good_at: null,
    error: { class: 'Missed', message: 'did not start at 06:00' },
  },
  late: {
    kind: 'LATE',
    error: { class: 'Late', message: 'not delivered in time: review R-128 is not approved' },
    review_id: 'R-128',
    skill: null,
    step: null,
    partial: [],
  },
  overdue: {
    ...{ skill: null, step: null, partial: [] },
    kind: 'OVERDUE',
    review_id: 'R-128',
    review_due_at: at('10:00'),
    error: { class: 'Late', message: 'nobody has decided R-128 in time; the ops lead, Jon, is told.' },
  },
  parked: {
    kind: 'PARKED',
    run: {
      run_id: 'monday-brief-20261121T0500Z-7k3q',
      state: 'parked',
      status: null,
      due_at: null,
      lost: [{ step: 'send', attempt: 1 }],
    },
    step: null,
    error: {
      class: 'Interrupted',
      message: 'the worker died during send, which acts outside; nobody knows whether it has',
    },
  },
  blocked: {
    kind: 'BLOCKED',
    skill: null,
    step: null,
    partial: [],
    review_id: 'R-128',
    error: {
      class: 'Interrupted',
      message: 'The outputs cannot be put into production/board: the disk is full (ENOSPC).',
    },
  },
  unreachable: {
    ...gone,
    kind: 'UNREACHABLE',
    key: 'UNREACHABLE:slack:C0COWORKOPS',
    workflow: null,
    owner: null,
    next_at: null,
    last_good_at: null,
    mentions: ['jon', 'ana'],
    error: {
      class: 'Unreachable',
      message:
        'slack:C0COWORKOPS cannot be reached: the channel is archived. What it should be told waits, is on the console meanwhile, and is sent as it then stands when the place answers again.',
    },
  },
};

describe('an alert', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, async () => {
      const view = alertView({ ...ALERT, ...more }, READER);
      expect(checkView(view)).toEqual([]);
      await expectGolden(`alert/${name}`, view);
    });
  }

  it('begins with the five lines of the playbook, in its order', () => {
    expect(summaryText(alertView(ALERT, READER), { ...READER, console: undefined })).toBe(
      [
        '[P1] Cowork FAIL: monday-brief',
        'run_id: monday-brief-20261121T0500Z-7k3q | Skill: finance-memo_v2',
        'error: SourceChanged — column amount is gone',
        'partial: staging/monday-brief/monday-brief-20261121T0500Z-7k3q/partial/brief.3',
        'owner: @Maya · on call: @Jon',
      ].join('\n'),
    );
  });

  it('says once since when, where it came again and no step tells it', () => {
    const again = { count: 4, last_at: at('07:04') };
    for (const state of [STATES.missed, STATES.unreachable]) {
      const view = alertView({ ...ALERT, ...state, ...again }, READER);
      expect(checkView(view)).toEqual([]);
      const text = viewText(view, READER);
      expect(text).toContain('4 times since today 06:04, last today 07:04');
      expect(text.match(/since today 06:04/gi)).toHaveLength(1);
    }
  });

  it('says a dash where there was no step, and nobody where nobody owns it', () => {
    const text = summaryText(alertView({ ...ALERT, ...STATES.unreachable }, READER), READER);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '[P1] Cowork UNREACHABLE: #cowork-ops (slack:C0COWORKOPS)',
      'run_id: - | Skill: -',
      expect.stringMatching(/^error: Unreachable — slack:C0COWORKOPS cannot be reached: the channel is archived/),
      'partial: none',
    ]);
    expect(text.split('\n')[4]).toBe('owner: - · on call: @Jon · also: @Ana');
  });

  it('names one person as having it, and what was done about it in its order', () => {
    const given = { to: 'jon', by: 'ana', at: at('06:20') };
    const stands = (more: Partial<AlertFact>) =>
      viewText(alertView({ ...ALERT, ...acknowledged, ...more }, READER), READER)
        .split('\n')
        .slice(1)
        .filter((line) => /has it|Acknowledged by|Given to/.test(line));
    expect(stands({})).toEqual(['Jon has it since today 06:06']);
    expect(stands({ acknowledged: { by: 'ana', at: at('06:06') }, assigned: given })).toEqual([
      'Acknowledged by Ana, today 06:06',
      'Given to Jon by Ana, today 06:20',
    ]);
    expect(stands({ acknowledged: { by: 'jon', at: at('06:30') }, assigned: given })).toEqual([
      'Given to Jon by Ana, today 06:20',
      'Jon has it since today 06:30',
    ]);
  });

  it('says who has it in its first line, and its state below the five lines where only words are read', () => {
    const said = (more: Partial<AlertFact> | undefined) => {
      const view = alertView({ ...ALERT, ...more }, READER);
      return [viewText(view, READER).split('\n')[0], ...summaryText(view, READER).split('\n').slice(5)];
    };
    const first = '[P1] Cowork FAIL: monday-brief';
    expect(said({})).toEqual([first]);
    expect(said(STATES.acknowledged)).toEqual([`${first} · ◐ Jon has it`, 'Jon has it since today 06:06']);
    expect(said(STATES.assigned)).toEqual([`${first} · ◐ Ana has it`, 'Given to Ana by Jon, today 06:20']);
    const quiet = 'Silenced until tomorrow 09:00 by Jon: ledger moves';
    expect(said(STATES.silenced)).toEqual([`${first} · ○ silenced until tomorrow 09:00`, quiet]);
    expect(said({ ...STATES.silenced, ...STATES.acknowledged })).toEqual([
      `${first} · ◐ Jon has it, silenced until tomorrow 09:00`,
      `Jon has it since today 06:06. ${quiet}`,
    ]);
    expect(said(STATES.resolved)).toEqual([
      `${first} · ✓ resolved`,
      'Resolved by Jon today 07:02, after 58 min: source renamed, spec fixed',
    ]);
  });

  it('offers only what still applies', () => {
    const labels = (more: Partial<AlertFact>) =>
      actionsOf(alertView({ ...ALERT, ...more }, READER)).map(({ label }) => label);
    expect(labels({})).toEqual([
      'Acknowledge',
      'Rerun',
      'Silence…',
      'Pause workflow…',
      'Assign…',
      'Resolve…',
      'Open run',
      'What happened?',
    ]);
    expect(labels(acknowledged)).not.toContain('Acknowledge');
    expect(labels(STATES.rerun ?? {})).not.toContain('Rerun');
    expect(labels(STATES.silenced ?? {})).not.toContain('Silence…');
    expect(labels(STATES.resolved ?? {})).toEqual(['Open run', 'What happened?']);
    expect(labels(STATES.parked ?? {}).slice(0, 4)).toEqual(['Acknowledge', 'Allow again', 'It was done', 'End run']);
    expect(labels(STATES.parked ?? {})).not.toContain('Resolve…');
    expect(labels(STATES.overdue ?? {})).toContain('Show review');
    expect(labels(STATES.unreachable ?? {})).not.toContain('Pause workflow…');
  });

  it('says no more of a silence once it is over', () => {
    const { silenced } = STATES.silenced ?? {};
    for (const over of [STATES.recovered, STATES.resolved]) {
      const view = alertView({ ...ALERT, ...over, silenced: silenced ?? null }, READER);
      expect(viewText(view, READER)).not.toMatch(/silenced/i);
    }
    expect(viewText(alertView({ ...ALERT, ...STATES.silenced }, READER), READER)).toContain('Silenced until');
  });

  it('pings whom its rule names, once, and nobody while it is silenced or somebody has it', () => {
    expect(alertView(ALERT, READER).mentions).toEqual(['maya', 'jon']);
    expect(summaryText(alertView({ ...ALERT, ...acknowledged }, READER), READER)).toContain(
      'owner: Maya · on call: Jon',
    );
  });

  it('does not offer to give it to who has it', () => {
    const assign = actionsOf(alertView({ ...ALERT, ...acknowledged }, READER)).find(
      ({ intent }) => intent === 'assign',
    );
    const field = assign && 'ask' in assign ? assign.ask?.fields[0] : undefined;
    expect(field?.kind === 'choice' ? field.choices.map(({ value }) => value) : []).toEqual(['maya', 'ana']);
  });

  it('asks before a rerun within what a confirmation may hold, however long the name', () => {
    const view = alertView({ ...ALERT, workflow: 'w'.repeat(48) }, READER);
    expect(actionsOf(view).some(({ intent }) => intent === 'rerun')).toBe(true);
    expect(checkView(view)).toEqual([]);
  });

  it('shows hostile and endless words as one bounded line', () => {
    const words = `${HOSTILE} ${'x'.repeat(100_000)}`;
    const view = alertView(
      { ...ALERT, error: { class: words, message: words }, partial: [words, words, words, words, words] },
      READER,
    );
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, READER);
    expect(text.length).toBeLessThan(3000);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(view.mentions).toEqual(['maya', 'jon']);
  });
});

describe('what was left behind', () => {
  const line = (partial: string[]) =>
    viewText(alertView({ ...ALERT, partial }, READER), READER)
      .split('\n')
      .find((text) => text.startsWith('partial:'));

  it('is one path, or how many files there are and in which folder', () => {
    expect(line([])).toBe('partial: none');
    expect(line(['staging/b/r/outputs/x.md'])).toBe('partial: staging/b/r/outputs/x.md');
    expect(line(['staging/b/r/outputs/x.md', 'staging/b/r/outputs/data/y.csv'])).toBe(
      'partial: 2 files in staging/b/r/outputs',
    );
    expect(line(['staging/b/r/outputs/a/x', 'staging/b/r/outputs/ab/x', 'staging/b/r/outputs/a/y'])).toBe(
      'partial: 3 files in staging/b/r/outputs',
    );
    expect(line(Array.from({ length: 50 }, (_, n) => `staging/b/r/partial/s.1/${n}`))).toBe(
      'partial: 50 or more files in staging/b/r/partial/s.1',
    );
  });
});

describe('the lines below an alert', () => {
  const keys = (more: Partial<AlertFact>) => alertThread({ ...ALERT, ...more }, READER).map(({ key }) => key);

  it('are few however often it comes again, and the same for the same fact', () => {
    expect(keys({ count: 1 })).toEqual([]);
    expect(keys({ count: 4 })).toEqual(['again:P1:2']);
    expect(keys({ count: 7 })).toEqual(['again:P1:5']);
    expect(keys({ count: 999_999 })).toEqual(['again:P1:100000']);
  });

  it('are new ones where it comes again graver, or after a silence', () => {
    const again = { count: 4, severity: 'P2' } as const;
    const silence_over = at('06:50');
    const told = [again, { ...again, silence_over }, { ...again, severity: 'P1' } as const].map(keys);
    expect(new Set(told.flat()).size).toBe(3);
  });

  it('look right', async () => {
    const lines = alertThread({ ...ALERT, count: 6, last_at: at('07:04') }, READER);
    await expectGolden('alert/line-again', lines[0]?.view ?? { summary: [], parts: [], mentions: [] });
    expect(lines[0]?.view.mentions).toEqual(['maya', 'jon']);
    const given = alertThread({ ...ALERT, ...STATES.assigned }, READER);
    await expectGolden('alert/line-assigned', given[0]?.view ?? { summary: [], parts: [], mentions: [] });
    expect(given[0]?.view.mentions).toEqual(['ana']);
    const over = alertThread({ ...ALERT, ...STATES.recovered, count: 3 }, READER);
    expect(over.map(({ key }) => key)).toEqual(['recovered']);
    await expectGolden('alert/line-recovered', over[0]?.view ?? { summary: [], parts: [], mentions: [] });
    expect(over[0]?.view.mentions).toEqual([]);
  });
});
