import { describe, expect, it } from 'vitest';
import { filesView } from '#blocks/files.ts';
import { triageClosedView, triageView } from '#blocks/triage.ts';
import { checkSlack } from '#src/chat/slack/check.ts';
import { renderSlackHome } from '#src/chat/slack/views.ts';
import { checkView } from '#src/message/check-view.ts';
import { viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { OwnWorkflow, Triage } from '#src/reports/triage-fact.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, hash, READER, RUN_ID } from './facts.ts';
import { FAILING, WAITING } from './status-facts.ts';

const HERE = { ...READER, console: undefined };
const HOME = { here: READER, console: 'http://127.0.0.1:3210', idOf: () => null, surface: 'home' } as const;

const BRIEF: OwnWorkflow = {
  name: 'monday-brief',
  title: 'Monday board brief',
  last: { run_id: RUN_ID, status: 'SUCCESS', at: at('06:00') },
  next_at: at('2026-11-23T05:00:00Z'),
  run: { inputs: {}, seen: true },
};
const MEMO: OwnWorkflow = {
  name: 'client-memo',
  title: 'client-memo',
  last: null,
  next_at: null,
  run: { inputs: { client: { text: true, required: true, default: undefined } } as never, seen: true },
};

const QUIET: Triage = {
  person: 'maya',
  team: 'Acme & Sons',
  reviews: [],
  others_wait: 0,
  failing: [],
  next: [],
  later: { workflow: 'monday-brief', at: at('2026-11-23T05:00:00Z'), paused: false },
  paused: [],
  workflows: [BRIEF],
  on_call: 'maya',
};
const BUSY: Triage = {
  ...QUIET,
  reviews: [
    { ...WAITING, review_id: 'R-120', overdue: true, due_at: at('10:00') },
    { ...WAITING, quorum: 2, tier: 'T3', approvals: [{ person: 'ana', at: at('09:10'), via: 'console' }] },
  ],
  others_wait: 3,
  failing: [
    { ...FAILING, holder: 'maya', acknowledged_by: 'maya', acknowledged_at: at('07:10') },
    { ...FAILING, alert_id: 'A-58', workflow: 'invoice-check', severity: 'P2', count: 1 },
    { ...FAILING, alert_id: 'A-59', workflow: null, severity: 'P3', count: 1, holder: 'jon', run_id: null },
  ],
  next: [
    { workflow: 'invoice-check', at: at('13:00'), paused: false },
    { workflow: 'client-memo', at: at('18:00'), paused: true },
  ],
  later: null,
  paused: [{ workflow: 'client-memo', reason: 'ledger moves', by: 'jon', since: at('08:00'), until: null }],
  workflows: [BRIEF, MEMO],
};

describe('the morning of one person', () => {
  it('looks right when there is nothing to do', () => expectGolden('triage/quiet', triageView(QUIET, READER)));
  it('looks right on a busy day', () => expectGolden('triage/busy', triageView(BUSY, READER)));
  it('looks right for a member who only reads', () =>
    expectGolden('triage/member', triageView({ ...BUSY, person: null, reviews: [], workflows: [] }, READER)));
  it('says who to ask where one may not read', () =>
    expectGolden('triage/closed', triageClosedView({ closed: true, team: 'Acme & Sons', admins: 'Jon' }, 'U024BE7LH')));

  it('keeps to what a home takes, however much there is', () => {
    const many = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));
    const long = 'a'.repeat(60);
    const view = triageView(
      {
        ...BUSY,
        team: HOSTILE,
        reviews: many(40, (i) => ({ ...WAITING, review_id: `R-${i + 1}`, workflow: `${long}${i}` })),
        failing: many(40, (i) => ({ ...FAILING, alert_id: `A-${i + 1}`, error: { class: HOSTILE, message: HOSTILE } })),
        next: many(40, (i) => ({ workflow: `${long}${i}`, at: at('13:00'), paused: false })),
        paused: many(40, () => ({
          workflow: null,
          reason: HOSTILE.repeat(20),
          by: 'jon',
          since: at('08:00'),
          until: null,
        })),
        workflows: many(40, (i) => ({ ...MEMO, name: `wf-${i}`, title: HOSTILE.repeat(10) })),
      },
      READER,
    );
    expect(checkView(view)).toEqual([]);
    const home = renderSlackHome(view, HOME);
    expect(checkSlack(home)).toEqual([]);
    const drawn = JSON.stringify(home);
    expect(drawn).not.toContain('mrkdwn');
    expect(drawn).toContain('more review');
    expect(actionsOf(view).filter(({ label }) => label.startsWith('Look'))).toHaveLength(4);
  });

  it('offers a form where the run needs texts, a question where it needs none, and nothing to whoever may not', () => {
    const [run, form] = actionsOf(triageView({ ...QUIET, workflows: [BRIEF, MEMO] }, READER));
    expect(run).toMatchObject({ intent: 'run', subject: 'monday-brief', confirm: { yes: 'Run' } });
    expect(form).toMatchObject({ intent: 'run', label: 'Run client-memo…', ask: { fields: [{ name: 'client' }] } });
    const none = triageView({ ...QUIET, workflows: [{ ...BRIEF, run: null }] }, READER);
    expect(actionsOf(none)).toEqual([]);
    expect(viewText(none, HERE)).toContain('Monday board brief (monday-brief): ');
  });
});

describe('files that were asked for', () => {
  const files = { of: 'R-128', run_id: RUN_ID, output_hash: hash('a'), given: [{ path: 'brief.md', bytes: 4100 }] };
  it('look right', () => expectGolden('files/given', filesView({ ...files, left_out: [] })));
  it('look right where some are too much', () =>
    expectGolden('files/left-out', filesView({ ...files, left_out: [{ path: `big/${HOSTILE}.csv`, bytes: 42e6 }] })));
  it('look right where all are', () =>
    expectGolden('files/too-large', filesView({ ...files, given: [], left_out: [{ path: 'a.csv', bytes: 42e6 }] })));
});
