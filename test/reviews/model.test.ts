import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CoworkError } from '#src/errors.ts';
import { tickSla } from '#src/reviews/overdue.ts';
import { pollOpenReviews } from '#src/reviews/poll.ts';
import { undo } from '#src/reviews/undo.ts';
import { verifyFolder } from '#src/reviews/verify.ts';
import { edit, readFiles, Stage, teamOf, workflowOf } from './stage.ts';

const DECIDERS = ['maya', 'jon', 'ana'];
type State = 'open' | 'approved' | 'promoted' | 'rejected' | 'change_asked' | 'undone';

/** What should be true of one item, told without any of the product's code. */
interface Model {
  state: State;
  disk: string;
  /** What was last checked and recorded. */
  recorded: string;
  rechecking: boolean;
  approved: string[];
  readonly barred: string[];
  readonly quorum: number;
  today: { people: string[]; tier: 'T0' | 'T2' | 'T3' };
}
interface Real {
  stage: Stage;
  id: number;
  run_id: string;
  path: string;
}

const able = (model: Model, person: string) =>
  DECIDERS.includes(person) && model.today.people.includes(person) && !model.barred.includes(person);
const counted = (model: Model) => model.approved.filter((person) => able(model, person));
const revoke = (model: Model) => Object.assign(model, { state: 'open', rechecking: true, approved: [] });

const home = ({ people, tier }: Model['today']) => {
  const all = teamOf().people;
  const listed = Object.entries(all).filter(([name]) => people.includes(name) || !DECIDERS.includes(name));
  const leads = DECIDERS.filter((name) => people.includes(name));
  return [
    teamOf({ people: Object.fromEntries(listed), groups: { leads } }),
    workflowOf({ tier, production: '{workflow}/{run_id}/' }),
  ] as const;
};

/** The record is what the model says, and what lies in production was approved by as many as it takes. */
async function check(model: Model, { stage, id, run_id }: Real): Promise<void> {
  const review = await stage.review(id);
  expect(review).toMatchObject({ state: model.state, rechecking: model.rechecking, approved_by: model.approved });
  const { promoted_to } = await stage.run(run_id);
  const production = await readFiles(join(stage.root, 'production/brief', run_id));
  if (model.state !== 'promoted') {
    expect([promoted_to, production]).toEqual([null, {}]);
    return;
  }
  expect(production['brief.md']).toBe(model.recorded);
  expect(await verifyFolder(stage.ground, promoted_to ?? '')).toMatchObject({
    ok: true,
    actual_hash: review.output_hash,
  });
  const decisions = await stage.db
    .selectFrom('decisions')
    .selectAll()
    .where('review_id', '=', id)
    .where('revision', '=', review.revision)
    .where('output_hash', '=', review.output_hash)
    .where('verdict', '=', 'approve')
    .execute();
  const people = decisions.map((row) => row.person).filter((person) => review.approved_by.includes(person));
  expect(new Set(people).size).toBeGreaterThanOrEqual(model.quorum);
  for (const person of people)
    expect([review.eligible, model.barred.includes(person)]).toEqual([expect.arrayContaining([person]), false]);
}

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  abstract act(model: Model, real: Real): Promise<void>;
  abstract toString(): string;
  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await check(model, real);
  }
}

class Decide extends Step {
  readonly person: string;
  readonly verdict: 'approve' | 'reject' | 'ask';
  readonly stale: boolean;
  constructor(person: string, verdict: 'approve' | 'reject' | 'ask', stale: boolean) {
    super();
    this.person = person;
    this.verdict = verdict;
    this.stale = stale;
  }
  async act(model: Model, { stage, id }: Real): Promise<void> {
    const expected = this.expect(model);
    const hash = this.stale ? { hash: `sha256:${'0'.repeat(64)}` } : {};
    const done = await stage.say(id, this.person, this.verdict, hash).catch((error: unknown) => {
      if (error instanceof CoworkError) return undefined;
      throw error;
    });
    expect([this.toString(), done?.state ?? 'refused']).toEqual([this.toString(), expected]);
  }
  /** What should come of it, and the model moved there. */
  expect(model: Model): State | 'refused' {
    if (model.state !== 'open' || !able(model, this.person)) return 'refused';
    if (this.verdict === 'approve' && counted(model).includes(this.person)) return 'refused';
    if (this.stale) return 'refused';
    if (!model.rechecking && model.disk !== model.recorded) {
      revoke(model);
      return 'refused';
    }
    if (this.verdict !== 'approve') {
      model.state = this.verdict === 'reject' ? 'rejected' : 'change_asked';
      model.rechecking = false;
      return model.state;
    }
    if (model.rechecking) return 'refused';
    model.approved = [...counted(model), this.person];
    const quorum = Math.max(model.quorum, model.today.tier === 'T3' ? 2 : 1);
    if (model.approved.length >= quorum) model.state = 'approved';
    return model.state;
  }
  toString = () => `${this.person} ${this.verdict}s${this.stale ? ' something older' : ''}`;
}

class Edit extends Step {
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
  override check = (model?: Readonly<Model>) => model?.state === 'open' || model?.state === 'approved';
  async act(model: Model, { path }: Real): Promise<void> {
    model.disk = this.text;
    await edit(path, this.text);
  }
  toString = () => `edit(${this.text})`;
}

class Work extends Step {
  async act(model: Model, { stage }: Real): Promise<void> {
    if (model.state === 'approved') {
      if (model.disk === model.recorded) model.state = 'promoted';
      else revoke(model);
    }
    if (model.rechecking) Object.assign(model, { rechecking: false, recorded: model.disk });
    await stage.work();
  }
  toString = () => 'work';
}

class Poll extends Step {
  async act(model: Model, { stage }: Real): Promise<void> {
    const waits = model.state === 'open' || model.state === 'approved';
    if (waits && !model.rechecking && model.disk !== model.recorded) revoke(model);
    await pollOpenReviews(stage.ground, stage.ground.clock.now());
  }
  toString = () => 'poll';
}

class Tick extends Step {
  async act(_: Model, { stage }: Real): Promise<void> {
    await stage.ground.clock.advance(20 * 3_600_000);
    await tickSla(stage.ground, stage.ground.clock.now());
  }
  toString = () => 'tick';
}

class Today extends Step {
  readonly today: Model['today'];
  constructor(today: Model['today']) {
    super();
    this.today = today;
  }
  async act(model: Model, { stage }: Real): Promise<void> {
    model.today = this.today;
    await stage.activate(...home(this.today));
  }
  toString = () => `today(${this.today.people.join('+')}, ${this.today.tier})`;
}

class Undo extends Step {
  async act(model: Model, { stage, id }: Real): Promise<void> {
    const done = await undo(stage.ground, { reviewId: id, person: 'maya', via: 'cli' }).catch((error: unknown) => {
      if (error instanceof CoworkError) return undefined;
      throw error;
    });
    const expected = model.state === 'promoted' && model.today.people.includes('maya');
    expect(done !== undefined).toBe(expected);
    if (expected) model.state = 'undone';
  }
  toString = () => 'undo';
}

const verdict = fc.constantFrom('approve', 'approve', 'approve', 'reject', 'ask' as const);
const stale = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);
const commands = [
  fc.tuple(fc.constantFrom(...DECIDERS, ...DECIDERS, 'vic', 'eve'), verdict, stale).map((how) => new Decide(...how)),
  fc.constantFrom(...DECIDERS).map((person) => new Decide(person, 'approve', false)),
  fc.constantFrom('one', 'two').map((text) => new Edit(text)),
  fc.constant(new Work()),
  fc.constant(new Work()),
  fc.constant(new Poll()),
  fc.constant(new Tick()),
  fc
    .record({ people: fc.subarray(DECIDERS, { minLength: 1 }), tier: fc.constantFrom('T0', 'T2', 'T3' as const) })
    .map((today) => new Today(today)),
  fc.constant(new Undo()),
];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());

test('whatever people, clocks, edits and the home do: production holds what enough of the right people approved', async () => {
  const setting = fc.record({
    tier: fc.constantFrom('T2', 'T3' as const),
    barred: fc.subarray(DECIDERS, { maxLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(
      setting,
      fc.commands(commands, { maxCommands: 40, size: 'large' }),
      async ({ tier, barred }, steps) => {
        const today = { people: DECIDERS, tier };
        await stage.activate(...home(today));
        stage.ground.jobs.noted.length = 0;
        const { id, run } = await stage.item({ 'brief.md': 'one' }, { barred });
        const real = { stage, id, run_id: run.id, path: join(stage.outputs(run), 'brief.md') };
        const model: Model = {
          state: 'open',
          disk: 'one',
          recorded: 'one',
          rechecking: false,
          approved: [],
          barred,
          quorum: tier === 'T3' ? 2 : 1,
          today,
        };
        await fc.asyncModelRun(() => ({ model, real }), steps);
        // Another test's item must not be looked at for ever.
        await stage.db.updateTable('reviews').set({ state: 'superseded' }).where('id', '=', id).execute();
      },
    ),
    { numRuns: 60 },
  );
}, 300_000);
