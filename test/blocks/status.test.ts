import { describe, expect, it } from 'vitest';
import { queueView } from '#blocks/queue.ts';
import { statusView } from '#blocks/status.ts';
import { answerText } from '#src/cli/answer-text.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { QueueItem } from '#src/reports/queue.ts';
import type { Status } from '#src/reports/status.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';
import { FAILING, STATUS, WAITING, WORKFLOW } from './status-facts.ts';

const HERE = { ...READER, console: undefined };
const waiting = (...items: QueueItem[]): Partial<Status> => ({ waiting: items.length, waiting_items: items });
const paused = (workflow: string | null, until: string | null = null) => ({
  workflow,
  reason: 'ledger moves',
  by: 'jon',
  since: at('08:00'),
  until,
});
const LATE: QueueItem = {
  ...WAITING,
  ...{ review_id: 'R-129', quorum: 2, tier: 'T3', overdue: true, due_at: at('10:00') },
};
const PARKED = 'the worker died during send, which acts outside; nobody knows whether it has';
const layer = { holds: false, why: 'bwrap is not installed' };

const STATES: Record<string, Partial<Status>> = {
  green: {},
  waiting: waiting(WAITING),
  waiting_late: { green: false, ...waiting(WAITING, LATE) },
  failing: {
    green: false,
    failing: [
      FAILING,
      {
        ...FAILING,
        alert_id: 'A-58',
        severity: 'P3',
        count: 1,
        acknowledged_by: 'jon',
        acknowledged_at: at('09:00'),
        holder: 'jon',
      },
    ],
    ...waiting(WAITING),
  },
  withheld: { green: false, failing: [{ ...FAILING, error: { class: 'SkillExit', message: null } }] },
  paused: {
    green: false,
    paused: [paused('monday-brief'), paused(null, at('2026-11-24T08:00:00Z'))],
    next: STATUS.next.map((next) => ({ ...next, paused: true })),
  },
  parked: {
    green: false,
    failing: [{ ...FAILING, kind: 'PARKED', count: 1, error: { class: 'Interrupted', message: PARKED } }],
    running: [
      {
        run_id: RUN_ID,
        workflow: 'monday-brief',
        state: 'parked',
        since: at('06:00'),
        parked_reason: PARKED,
      },
    ],
  },
  out_of_order: {
    green: false,
    idle_roles: ['clock', 'worker'],
    home_problems: ['workflows/brief.yaml:3:1: unknown key tittle'],
    unchecked: ['bare'],
    on_call: null,
    on_call_until: null,
    next: [],
    fence: {
      bubblewrap: { ...layer, how: null },
      network: layer,
      nodePermissions: { holds: true, why: null },
      ownUser: { ...layer, fresh: false },
      tools: { bwrap: null, setpriv: null, socat: null },
      install: 'apt-get install bubblewrap',
    },
  },
  workflow: { workflow: WORKFLOW },
  workflow_failing: { green: false, failing: [FAILING], workflow: WORKFLOW, ...waiting(WAITING) },
  workflow_paused: { green: false, paused: [paused('monday-brief')], workflow: WORKFLOW },
  workflow_new: {
    workflow: {
      ...WORKFLOW,
      ...{ last_runs: [], success_rate: null, median_seconds: null, last_delivered_at: null },
      ...{ tokens_this_week: null, budget_per_week: null, checks: 0 },
    },
  },
};

const draw = (more: Partial<Status>) => statusView({ ...STATUS, ...more }, READER);
const labels = (more: Partial<Status>) => actionsOf(draw(more)).map(({ label }) => label);

describe('status', () => {
  for (const [name, more] of Object.entries(STATES)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`status/${name}`, draw(more));
    });
  }

  it('is one line when all is well, without a button', () => {
    expect(viewText(draw({}), HERE)).toBe(
      'All green. 6 workflows, 14 runs since yesterday 08:00, nothing waits. Next: monday-brief, Mon 23 Nov 06:00. On call: Maya until Mon 23 Nov 09:00.',
    );
    expect(summaryText(draw({}), HERE)).toBe(viewText(draw({}), HERE));
  });

  it('says what waits before anything else, in the notification too', () => {
    expect(summaryText(draw(STATES.waiting_late ?? {}), HERE)).toMatch(
      /^2 reviews wait, 1 overdue; no alert is open\. 6 w/,
    );
    expect(viewText(draw(STATES.waiting ?? {}), HERE)).toMatch(/^1 review waits; no alert is open\.\n/);
    expect(viewText(draw(STATES.failing ?? {}), HERE)).toMatch(
      /^Acme & Sons: not green, 2 alerts open, 1 review waits\.\n/,
    );
    expect(viewText(draw({ workflow: WORKFLOW, ...waiting(WAITING) }), HERE)).toMatch(
      /^monday-brief: 1 review waits; no alert is open\.\n/,
    );
  });

  it('offers what one does next: take what nobody has, look at the queue, look closer', () => {
    expect(labels(STATES.failing ?? {})).toEqual(['Acknowledge A-57', 'Show the queue']);
    expect(labels(STATES.parked ?? {})).toEqual(['Acknowledge A-57', 'Show the parked run']);
    expect(labels(STATES.workflow ?? {})).toEqual(['Show its runs', 'Pause workflow…']);
    expect(labels(STATES.workflow_paused ?? {})).toEqual(['Show its runs', 'Resume']);
    const queue = actionsOf(draw(STATES.workflow_failing ?? {})).find(({ label }) => label === 'Show the queue');
    expect(queue).toMatchObject({ intent: 'command', subject: 'queue monday-brief' });
  });

  it('says, even when all is well, why the user group of the rota is not whoever is on call', () => {
    const on_call_trouble = 'permission_denied: only admins change user groups';
    expect(viewText(draw({ on_call_trouble }), HERE)).toMatch(
      /^All green\..*\n+The user group of the rota is not whoever is on call: permission_denied: only admins change user groups\.$/s,
    );
    expect(summaryText(draw({ on_call_trouble }), HERE)).toBe(viewText(draw({}), HERE));
  });

  it('stays within bounds however much is wrong, and says what it leaves out', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      ...FAILING,
      alert_id: `A-${n}`,
      error: { class: HOSTILE, message: HOSTILE.repeat(500) },
    }));
    const view = draw({
      green: false,
      failing: many,
      ...waiting(...many.map((_, n) => ({ ...WAITING, review_id: `R-${n}` }))),
    });
    expect(checkView(view)).toEqual([]);
    const text = viewText(view, HERE);
    expect(text).toContain('not green, 300 alerts open, 300 reviews wait.');
    expect(text).toContain('and 295 more alerts\n');
    expect(text).toContain('and 295 more reviews\n');
    expect(text.length).toBeLessThan(6000);
    expect(text).not.toMatch(/[\u202e\u200b\0]/);
    expect(view.mentions).toEqual([]);
  });
});

const QUEUES: Record<string, { items: QueueItem[]; all?: boolean; workflow?: string }> = {
  empty: { items: [] },
  empty_of_one: { items: [], workflow: 'monday-brief' },
  one: { items: [WAITING] },
  states: {
    items: [
      { ...WAITING, overdue: true, due_at: at('10:00') },
      { ...WAITING, review_id: 'R-129', overdue: true, held: true, due_at: at('08:00') },
      {
        ...WAITING,
        ...{ review_id: 'R-130', tier: 'T3', quorum: 2, rechecking: true, checks: 0, reasons: [] },
        approvals: [{ person: 'ana', at: at('09:30'), via: 'console' }],
      },
    ],
  },
  many: { items: Array.from({ length: 12 }, (_, n) => ({ ...WAITING, review_id: `R-${n + 1}` })) },
};

describe('the queue', () => {
  for (const [name, { items, ...options }] of Object.entries(QUEUES)) {
    it(`looks right ${name}`, async () => {
      await expectGolden(`queue/${name}`, queueView(items, READER, options));
    });
  }

  it('shows five and offers the rest, which typed words show as well', () => {
    const items = QUEUES.many?.items ?? [];
    const view = queueView(items, READER, { workflow: 'monday-brief' });
    expect(actionsOf(view).map(({ label }) => label)).toEqual([
      ...['R-1', 'R-2', 'R-3', 'R-4', 'R-5'].map((name) => `Show ${name}`),
      'Show all 12',
    ]);
    expect(actionsOf(view).at(-1)).toMatchObject({ intent: 'command', subject: 'queue monday-brief --all' });
    expect(viewText(view, HERE)).toContain('and 7 more reviews\n[Show R-1]');
    // Where there are no buttons to press, what they would do is typed.
    expect(answerText(view, HERE)).toMatch(/\n {2}cowork-ops review R-1\n.* {2}cowork-ops queue monday-brief --all$/s);
    const all = queueView(items, READER, { all: true });
    expect(viewText(all, HERE)).toContain('R-12 · monday-brief');
    expect(viewText(all, HERE)).not.toContain('--all');
    expect(checkView(all)).toEqual([]);
  });

  it('says in one sentence what waits longest', () => {
    expect(summaryText(queueView(QUEUES.states?.items ?? [], READER), HERE)).toBe(
      '3 reviews wait, 2 overdue. The oldest: R-128 of monday-brief, overdue for 20 min.',
    );
  });
});
