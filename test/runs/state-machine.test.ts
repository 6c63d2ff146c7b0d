import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelRun } from '#src/runs/cancel.ts';
import { executeRun } from '#src/runs/execute.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { resolveParked } from '#src/runs/resolve-parked.ts';
import type { RunRow } from '#src/store/schema.ts';
import { type Death, mortal } from './mortal.ts';
import { type Behaviour, Stage } from './setup.ts';

/** What the world does to a run: workers that come, and die or not; people who cancel and answer. */
type Event =
  | { kind: 'life'; death: Death | null }
  | { kind: 'cancel' }
  | { kind: 'answer'; outcome: 'done' | 'repeat' | 'fail' };

type StepPlan = 'ok' | 'transient' | 'failed' | 'timed_out';

const death: fc.Arbitrary<Death | null> = fc.option(
  fc.record({ at: fc.integer({ min: 1, max: 12 }), how: fc.constantFrom('before', 'rolled_back', 'committed') }),
  { freq: 4 },
);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('life' as const), death }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      outcome: fc.constantFrom('done' as const, 'repeat' as const, 'fail' as const),
    }),
  },
);
const plan: fc.Arbitrary<StepPlan> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('ok' as const) },
  { weight: 2, arbitrary: fc.constantFrom('transient' as const, 'failed' as const, 'timed_out' as const) },
);

const STEPS = [
  { id: 'a', skill: 'a-v1' },
  { id: 'b', skill: 'b-v1' },
  { id: 'send', skill: 'send-v1', needs: ['a'] },
  { id: 'last', skill: 'last-v1', needs: ['b', 'send'] },
];
const PARTS = {
  workflow: { tier: 'T2', steps: STEPS, retries: { attempts: 2, backoff: '1s' } },
  skills: { 'send-v1': { effects: 'external' } },
};

const behave = (answer: StepPlan, counted: () => void): Behaviour => {
  let transient = answer === 'transient';
  return async ({ step }) => {
    counted();
    if (transient) {
      transient = false;
      return { state: 'transient', exitCode: 75, errorClass: 'SkillExit', errorMessage: 'later' };
    }
    if (answer === 'failed') return { state: 'failed', exitCode: 1, errorClass: 'SkillExit', errorMessage: 'no' };
    if (answer === 'timed_out') return { state: 'timed_out', errorClass: 'TimedOut', errorMessage: 'slow' };
    return { wrote: { [`${step}.txt`]: step } };
  };
};

/** One worker from claim to end, park or death. The clock of the tests is pushed along, so that pauses end. */
async function live(stage: Stage, run_id: string, dies: Death | null): Promise<void> {
  const life = mortal(stage.ground, dies ?? undefined);
  let over = false;
  const work = executeRun(life.ground, stage.ports, { run_id }, new AbortController().signal);
  const either = Promise.race([work, life.died]).finally(() => {
    over = true;
  });
  while (!over) {
    await stage.ground.clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await either;
}

async function happen(stage: Stage, run_id: string, what: Event): Promise<void> {
  const asker = { person: 'jon', operator: null, via: 'console' as const, runId: run_id };
  const before = await stage.row(run_id);
  if (what.kind === 'life') return live(stage, run_id, what.death);
  if (what.kind === 'cancel') {
    const asked = cancelRun(stage.ground, asker);
    await (before.state === 'ended' ? expect(asked).rejects.toThrow('has ended already') : asked);
    return;
  }
  const answered = resolveParked(stage.ground, { ...asker, outcome: what.outcome });
  await (before.state === 'parked' ? answered : expect(answered).rejects.toThrow('is not parked'));
}

/** What holds at every moment, whatever happened before. */
async function holdsAlways(stage: Stage, before: RunRow, now: RunRow): Promise<void> {
  if (before.state === 'ended') expect(now).toEqual(before);
  expect(now.state === 'ended').toBe(now.status !== null);
  const attempts = await stage.attempts(now.id);
  for (const { id } of STEPS) {
    const mine = attempts.filter((row) => row.step === id);
    expect(mine.map((row) => row.attempt)).toEqual(mine.map((_, index) => index + 1));
    expect(mine.filter((row) => row.state === 'ok').length).toBeLessThanOrEqual(1);
    // Nothing comes after an attempt that settled its step.
    for (const row of mine.slice(0, -1)) expect(['transient', 'lost', 'cancelled']).toContain(row.state);
  }
  const acts = await stage.acts(now.id);
  expect(acts.filter((act) => act === 'run.ended')).toHaveLength(now.state === 'ended' ? 1 : 0);
}

async function holdsAtTheEnd(stage: Stage, run: RunRow, plans: Record<string, StepPlan>): Promise<void> {
  expect(run.state).toBe('ended');
  const alerts = (await stage.alerts()).filter((alert) => alert.run_id === run.id);
  const open = alerts.filter((alert) => alert.state === 'open').map((alert) => alert.kind);
  if (run.status === 'SUCCESS') {
    expect(Object.values(plans)).not.toContain('failed');
    expect(Object.values(plans)).not.toContain('timed_out');
    expect(run).toMatchObject({ route: 'review', folder: 'review_queue' });
    expect((await hashFolder(join(stage.folder(run), 'outputs'))).hash).toBe(run.output_hash);
    expect(open).toEqual([]);
  } else if (run.status === 'CANCELLED') {
    expect(run.cancel_asked_by).toBe('jon');
    expect(open).toEqual([]);
  } else {
    expect(open).toEqual([run.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAIL']);
    expect(run.error_class).not.toBeNull();
    expect(run.folder).toBe('staging');
  }
  const running = (await stage.attempts(run.id)).filter((row) => row.state === 'running');
  expect(running).toEqual([]);
}

test('the run’s state machine, whoever dies, cancels or answers, and whenever', { timeout: 300_000 }, async () => {
  await using stage = await Stage.make(PARTS);
  const plans = fc.record({ a: plan, b: plan, send: plan, last: plan });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 7 }), plans, async (events, planned) => {
      await stage.ground.db.updateTable('alerts').set({ state: 'resolved' }).execute();
      let sends = 0;
      let repeats = 0;
      let vouched = false;
      for (const [step, answer] of Object.entries(planned))
        stage.behaviours.set(
          step,
          behave(answer, () => {
            if (step === 'send') sends += 1;
          }),
        );
      const id = await stage.start();
      let row = await stage.row(id);
      for (const what of [...events, ...LAST]) {
        if (row.state === 'parked' && what.kind === 'answer') {
          if (what.outcome === 'repeat') repeats += 1;
          if (what.outcome === 'done') vouched = true;
        }
        await happen(stage, id, what);
        const next = await stage.row(id);
        await holdsAlways(stage, row, next);
        row = next;
      }
      // Only the step that acts outside is ever parked, and who says that it was done is believed.
      await holdsAtTheEnd(stage, row, vouched ? { ...planned, send: 'ok' } : planned);
      // What acts outside is done once, again only where it said itself that it was transient or a person said so.
      expect(sends).toBeLessThanOrEqual(1 + repeats + (planned.send === 'transient' ? 1 : 0));
    }),
    { numRuns: 40 },
  );
});

// However it began: workers that live, with a person who answers in between, bring every run to its end.
const LAST: Event[] = [
  { kind: 'life', death: null },
  { kind: 'answer', outcome: 'repeat' },
  { kind: 'life', death: null },
];
