import { describe, expect, it } from 'vitest';
import { deliveredView } from '#blocks/delivered.ts';
import { runView } from '#blocks/run.ts';
import { runForm, startRunView } from '#blocks/run-form.ts';
import { queuedView, runSaid } from '#blocks/run-started.ts';
import { runsView } from '#blocks/runs.ts';
import { encodeAction } from '#src/message/action.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { MessageView } from '#src/message/view.ts';
import type { RunCard } from '#src/reports/run-card.ts';
import { workflowFile } from '#src/workflows/definition.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';
import { DELIVERED, RUN, UNFINISHED } from './run-facts.ts';

const HERE = { ...READER, console: undefined };
const labels = (view: MessageView) => actionsOf(view).map(({ label }) => label);
const failed: Partial<RunCard> = {
  ...UNFINISHED,
  status: 'FAILED',
  route: 'failed',
  ended_at: at('06:04'),
  failed_step: 'brief',
  error: { class: 'SourceChanged', message: 'column amount is gone' },
};
const parked: Partial<RunCard> = {
  ...UNFINISHED,
  state: 'parked',
  may_answer: ['maya', 'jon'],
  parked_reason: 'the worker died during send, which acts outside; nobody knows whether it has',
  lost: [{ step: 'send', attempt: 1, skill: 'mailer-v1', at: at('06:03') }],
};

const STATES: Record<string, Partial<RunCard>> = {
  queued: { ...UNFINISHED, state: 'queued', started_at: null },
  running: { ...UNFINISHED, state: 'running', trigger: 'person', by: 'ana', scheduled_for: null },
  stopping: { ...UNFINISHED, state: 'running', cancel_asked: { by: 'jon', at: at('10:10') } },
  parked,
  parked_nobody: { ...parked, lost: [], parked_reason: null, may_answer: [] },
  in_review: {},
  approved: {
    review_state: 'approved',
    promotion: 'due',
    delivery: { ...DELIVERED.delivery, state: 'due', reviewed: true },
  },
  promoted: {
    ...DELIVERED,
    review_id: 'R-128',
    review_state: 'promoted',
    delivery: { ...DELIVERED.delivery, reviewed: true },
  },
  partial: { status: 'PARTIAL' },
  failed,
  rerun: {
    ...failed,
    rerun_of: 'monday-brief-20261120T0500Z-3x4y',
    rerun: { run_id: 'monday-brief-20261121T0500Z-8m2p', by: 'jon', at: at('06:20') },
  },
  timed_out: { ...failed, status: 'TIMED_OUT', error: { class: 'TimedOut', message: '' } },
  cancelled: {
    ...UNFINISHED,
    status: 'CANCELLED',
    ended_at: at('06:02'),
    cancel_asked: { by: 'jon', at: at('06:01') },
  },
  rejected: { review_state: 'rejected' },
  change_asked: { review_state: 'change_asked' },
  stopped_late: { cancel_asked: { by: 'jon', at: at('06:03') } },
  withheld: {
    ...{ data_class: 'restricted', contents: false, numbers: [], flags: [], summary: null, key_numbers: [] },
    degraded: [{ name: 'crm', status: 'missing', required: false, detail: null }],
  },
};

const draw = (more: Partial<RunCard>) => runView({ ...RUN, ...more }, READER);

describe('a run', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`run/${name}`, draw(more));
    });
  }

  it('offers only what applies', () => {
    const offered = (name: string) => labels(draw(STATES[name] ?? {}));
    expect(offered('running')).toEqual(['End run', 'Open run', 'What happened?']);
    expect(offered('stopping')).toEqual(['Open run', 'What happened?']);
    expect(offered('parked').slice(0, 3)).toEqual(['Allow again', 'It was done', 'End run']);
    expect(offered('in_review')[0]).toBe('Show R-128');
    expect(offered('in_review')).not.toContain('Rerun');
    expect(offered('failed')).toEqual(['Rerun', 'Open run', 'What happened?']);
    expect(offered('rerun')).not.toContain('Rerun');
    expect(offered('promoted')).not.toContain('Undo');
    expect(offered('rejected')).toContain('Rerun');
  });

  it('is one full sentence for a locked phone', () => {
    expect(summaryText(draw({}), HERE)).toBe(`monday-brief: SUCCESS, review R-128 (${RUN_ID}).`);
    expect(summaryText(draw(parked), HERE)).toBe(
      'monday-brief waits for an answer: has send acted? Look outside, then answer.',
    );
  });

  it('carries its longest possible name on every button', () => {
    const workflow = 'w'.repeat(48);
    const run_id = `${workflow}-20261121T0500Z-7k3q`;
    for (const more of Object.values(STATES)) {
      const view = draw({ ...more, workflow, run_id });
      expect(checkView(view)).toEqual([]);
      for (const action of actionsOf(view)) {
        if (action.intent !== 'open') expect(encodeAction(action).length).toBeLessThanOrEqual(100);
      }
    }
    expect(checkView(deliveredView({ ...RUN, ...DELIVERED, workflow, run_id }, READER))).toEqual([]);
  });

  it('shows hostile and endless words as bounded lines', () => {
    const words = `${HOSTILE} ${'x'.repeat(100_000)}`;
    const numbers = Array.from({ length: 40 }, () => ({ label: words, value: words, last: words, change: null }));
    const flags = Array.from({ length: 40 }, () => words);
    const hostile = { numbers, flags, summary: words, title: words, error: { class: words, message: words } };
    for (const view of [draw(hostile), deliveredView({ ...RUN, ...DELIVERED, ...hostile }, READER)]) {
      expect(checkView(view)).toEqual([]);
      const text = viewText(view, HERE);
      expect(text.length).toBeLessThan(8000);
      expect(text).toContain('and 34 more flags');
      expect(text).not.toMatch(/[\u202e\u200b\0]/);
      expect(view.mentions).toEqual([]);
    }
  });
});

const DELIVERIES: Record<string, Partial<RunCard>> = {
  placed: {},
  on_its_way: {
    promoted_to: null,
    promotion: 'due',
    delivery: { ...DELIVERED.delivery, state: 'due', placed_at: null },
  },
  blocked: {
    promoted_to: null,
    promotion: 'blocked',
    delivery: { ...DELIVERED.delivery, state: 'blocked', placed_at: null },
  },
  asked: {
    ...{ promoted_to: null, review_id: 'R-131' },
    delivery: { ...DELIVERED.delivery, state: 'revoked', placed_at: null },
  },
  undone: {
    promoted_to: null,
    delivery: { ...DELIVERED.delivery, state: 'undone', undone_by: 'jon', undone_at: at('09:00') },
  },
  yesterday: { delivery: { ...DELIVERED.delivery, placed_at: at('2026-11-20T09:20:00Z') } },
};

describe('a delivery that nobody had to review', () => {
  for (const [name, more] of Object.entries(DELIVERIES)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`delivered/${name}`, deliveredView({ ...RUN, ...DELIVERED, ...more }, READER));
    });
  }

  it('can be taken back for a day, by its run', () => {
    const view = deliveredView({ ...RUN, ...DELIVERED }, READER);
    expect(actionsOf(view)[0]).toMatchObject({ intent: 'undo', subject: RUN_ID, style: 'danger' });
    for (const name of ['yesterday', 'undone', 'on_its_way', 'blocked', 'asked']) {
      expect(labels(deliveredView({ ...RUN, ...DELIVERED, ...DELIVERIES[name] }, READER))).not.toContain('Undo');
    }
  });

  it('is the run as it is where nothing was delivered', () => {
    expect(deliveredView({ ...RUN, ...failed }, READER)).toEqual(draw(failed));
  });
});

describe('the latest runs', () => {
  const runs = Object.values(STATES).map((more, index) => ({
    ...RUN,
    ...more,
    run_id: `${RUN_ID.slice(0, -1)}${index}`,
  }));

  it('look right', async () => {
    await expectGolden('runs/all', runsView(runs, { all: true }));
    await expectGolden('runs/one', runsView([{ ...RUN, ...DELIVERED }], { workflow: 'monday-brief' }));
    await expectGolden('runs/none', runsView([]));
    await expectGolden('runs/none_of_one', runsView([], { workflow: 'monday-brief' }));
  });

  it('lead to the first that wants somebody', () => {
    const bad = actionsOf(runsView(runs, { all: true })).map(({ label }) => label);
    expect(bad).toEqual(['Show what waits']);
    expect(labels(runsView([{ ...RUN, ...failed }]))).toEqual(['Show the latest failure']);
    expect(labels(runsView([RUN]))).toEqual([]);
  });

  it('say how many are left out where a chat has no room', async () => {
    const many = Array.from({ length: 1000 }, () => ({ ...RUN, ...DELIVERED }));
    expect(checkView(runsView(many, { all: true }))).toEqual([]);
    await expectGolden('runs/many', runsView(many.slice(0, 32), { all: true }));
  });

  it('are ten unless more are asked for, with the way to all of them', async () => {
    const many = Array.from({ length: 20 }, () => ({ ...RUN, ...DELIVERED }));
    const view = runsView(many, { workflow: 'monday-brief' });
    await expectGolden('runs/first_ten', view);
    expect(actionsOf(view)).toContainEqual(
      expect.objectContaining({ subject: 'runs monday-brief --limit 20', label: 'Show all 20' }),
    );
    expect(viewText(view, HERE)).toContain('See all with: runs monday-brief --limit 20');
    expect(actionsOf(runsView(many.slice(0, 10))).map(({ label }) => label)).toEqual([]);
  });
});

const spec = (inputs: object) =>
  workflowFile.parse({
    ...{ workflow: 'employment-brief', title: 'Employment brief', outcome: 'One page.', owner: 'maya' },
    ...{ steps: [{ id: 'brief', skill: 'brief-v1' }], review: { approvers: ['ana'] } },
    inputs,
  });
const NEEDS = spec({
  tone: { text: true, default: 'sober' },
  client: { text: true },
  note: { text: true, required: false },
});
const names = (count: number, more: object = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`text-${n}`, { text: true, ...more }]));

describe('starting a run', () => {
  it('looks right', async () => {
    await expectGolden('run-form/asks', startRunView(NEEDS));
    await expectGolden('run-form/goes_on', startRunView(NEEDS, { tone: 'warm' }));
    await expectGolden('run-form/many_optional', startRunView(spec(names(7, { required: false }))));
    await expectGolden('run-form/too_many', startRunView(spec(names(7))));
    await expectGolden('run-form/queued', queuedView(RUN_ID, {}));
    await expectGolden(
      'run-form/queued_nobody',
      queuedView(RUN_ID, { again: 'old-run', nobody: 'No worker runs now, so it waits: start the product.' }),
    );
    await expectGolden('run-form/cancelled', runSaid(RUN_ID, 'It had not begun and is cancelled.'));
  });

  it('asks first for what it cannot do without, and keeps what was typed', () => {
    expect(runForm(NEEDS).fields.map(({ name, required }) => [name, required])).toEqual([
      ['client', true],
      ['tone', false],
      ['note', false],
    ]);
    expect(runForm(NEEDS, { tone: 'warm' }).fields[1]).toMatchObject({ name: 'tone', initial: 'warm' });
    expect(viewText(startRunView(NEEDS, { tone: 'warm' }), HERE)).toBe(
      'employment-brief also needs client before it runs.\n[Run…]',
    );
  });

  it('has no form that could not be sent: then it says what to type', () => {
    const view = startRunView(spec(names(7)));
    expect(actionsOf(view)).toEqual([]);
    expect(viewText(view, HERE)).toContain('Type it: run employment-brief text-0="…" text-1="…"');
    expect(viewText(view, HERE)).toContain('text-6="…"');
  });
});
