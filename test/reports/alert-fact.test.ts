import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertThread, alertView } from '#blocks/alert.ts';
import { assignAlert } from '#src/alerts/assign.ts';
import { checkView } from '#src/message/check-view.ts';
import { viewText } from '#src/message/plain.ts';
import { type AlertFact, alertFact } from '#src/reports/alert-fact.ts';
import { failingAlerts } from '#src/reports/failing.ts';
import { tickSla } from '#src/reviews/overdue.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { raise, type } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
const start = new Date('2026-11-23T05:00:00Z');
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  stage.ground.clock.jump(start);
  await stage.activate(teamOf(), workflowOf());
  await stage.db.deleteFrom('alerts').execute();
});

const factOf = (id: number): Promise<AlertFact> => alertFact(stage.ground, id);
const readerOf = () => ({ now: stage.ground.clock.now(), zone: 'Europe/Berlin', team: teamOf() });

describe('whom an alert pings', () => {
  const overdue = async () => {
    await stage.item();
    stage.ground.clock.advance(30 * 24 * 3_600_000);
    await tickSla(stage.ground, stage.ground.clock.now());
    const { id } = await stage.db.selectFrom('alerts').select('id').executeTakeFirstOrThrow();
    return id;
  };

  it('is the lead of operations too where a review is overdue, once', async () => {
    const id = await overdue();
    const fact = await factOf(id);
    expect(fact).toMatchObject({ kind: 'OVERDUE', mentions: ['jon'] });
    expect(alertView(fact, readerOf()).mentions).toEqual(['jon']);
    expect(viewText(alertView(fact, readerOf()), readerOf())).toContain('also: @Jon');
    await stage.activate(teamOf({ alerts: { P2: { mention: ['owner', 'jon'] } } }), workflowOf());
    expect((await factOf(id)).mentions).toEqual(['jon', 'maya']);
    await stage.activate(teamOf({ reviews: { ops_lead: 'sam' } }), workflowOf());
    expect((await factOf(id)).mentions).toEqual(['sam']);
    await assignAlert(stage.ground, { alertId: id, person: 'jon', to: 'ana', via: 'console', operator: null });
    expect((await factOf(id)).mentions).toEqual([]);
  });

  it('is nobody besides for any other alert, nor where nobody leads', async () => {
    expect((await factOf(await raise(stage))).mentions).toEqual([]);
    await stage.db.deleteFrom('alerts').execute();
    const id = await overdue();
    await stage.activate(teamOf({ reviews: {} }), workflowOf());
    expect((await factOf(id)).mentions).toEqual([]);
  });

  it('is at most 25 people, the same in message, owner line and lines below', async () => {
    const { people } = teamOf();
    const crowd = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `p${n}`,
        { name: `Pia ${n}`, email: `p${n}@acme.example`, roles: ['approver'] },
      ]),
    );
    const rule = { P2: { mention: [...Object.keys(crowd), 'owner'] } };
    await stage.activate(teamOf({ people: { ...people, ...crowd }, alerts: rule }), workflowOf());
    const id = await raise(stage);
    await raise(stage);
    const fact = await factOf(id);
    expect(fact.mentions).toHaveLength(25);
    for (const view of [alertView(fact, readerOf()), ...alertThread(fact, readerOf()).map((line) => line.view)]) {
      expect(checkView(view)).toEqual([]);
      expect(view.mentions).toEqual(fact.mentions);
    }
  });
});

describe('the words of an alert about closed work', () => {
  const closed = async (over: Partial<AlertToRaise>) => {
    await stage.activate(teamOf(), workflowOf({ data_class: 'confidential' }));
    const run = await stage.ended();
    const id = await raise(stage, { run_id: run.id, error_class: 'X', error_message: 'these words', ...over });
    const [listed] = await failingAlerts(stage.ground);
    const digest = JSON.stringify((await type(stage, 'digest')).json);
    return [(await factOf(id)).error?.message, listed?.error?.message, digest.includes('these words')];
  };

  it.each(['OVERDUE', 'LATE', 'BLOCKED', 'PARKED', 'MISSED'] as const)(
    'are for everybody where the product wrote them: %s',
    async (kind) => {
      expect(await closed({ kind, key: `${kind}:brief` })).toEqual(['these words', 'these words', true]);
    },
  );

  it.each([
    ['FAIL', 'FAIL:brief'],
    ['TIMED_OUT', 'TIMED_OUT:brief'],
    ['BLOCKED', 'JOB:promote:brief'],
  ] as const)('are withheld where they may quote the work: %s of %s', async (kind, key) => {
    expect(await closed({ kind, key })).toEqual([null, null, false]);
  });
});

describe('who has an alert', () => {
  it('is the same in its message, the lists and the status', async () => {
    const id = await raise(stage);
    await assignAlert(stage.ground, { alertId: id, person: 'jon', to: 'ana', via: 'console', operator: null });
    expect(await failingAlerts(stage.ground)).toMatchObject([{ holder: 'ana', acknowledged_by: null }]);
    const said = async (words: string) => viewText((await type(stage, words)).view, readerOf());
    for (const words of ['alert list', 'status', 'status brief']) {
      expect(await said(words)).toContain('Ana has it');
      expect(await said(words)).not.toContain('nobody has it');
      expect(await said(words)).not.toContain(`[Acknowledge A-${id}]`);
    }
    expect(await said('alert list')).toContain('1 alert open, somebody has it.');
  });
});

it('asks nothing of the deliveries for an alert about no workflow', async () => {
  const { run } = await stage.item();
  await stage.say(
    (await stage.db.selectFrom('reviews').select('id').where('run_id', '=', run.id).executeTakeFirstOrThrow()).id,
    'ana',
  );
  await stage.work();
  const id = await raise(stage, { workflow: null, key: 'UNREACHABLE:slack:C1', kind: 'UNREACHABLE' });
  const asked: string[] = [];
  const db = stage.db.withPlugin({
    transformQuery({ node }) {
      asked.push(JSON.stringify(node));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  expect(await alertFact({ ...stage.ground, db }, id)).toMatchObject({ last_good_at: null });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((query) => query.includes('promotions'))).toEqual([]);
});
