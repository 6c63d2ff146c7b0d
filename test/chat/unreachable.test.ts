import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unheard } from '#src/chat/connect/unheard.ts';
import { forgetPlace, notePlaceFailure, notePlaceWell } from '#src/chat/health.ts';
import { Stage } from '#test/reviews/stage.ts';

const OPS = 'slack:C0OPS';
const REVIEWS = 'slack:C0REVIEWS';
let stage: Stage;
let unheard: Unheard;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.db
    .insertInto('places')
    .values([OPS, REVIEWS].map((place) => ({ place, first_seen_at: stage.ground.clock.now() })))
    .execute();
  unheard = new Unheard(stage.ground, 'slack', /^token_revoked$/);
});
afterEach(() => stage[Symbol.asyncDispose]());

/** What is shut out is told by whoever tries to be let in, and by every place that is posted to. */
const tried = async (why: string | null) => {
  unheard.tried(why);
  await unheard.settled();
};
const refused = (place: string, priority = 2) =>
  notePlaceFailure(
    stage.ground,
    { place, failure: 'away', message: 'the token was revoked', everywhere: true, priority },
    0.5,
  );
const well = (place: string) => notePlaceWell(stage.ground, place, { wasAway: true });
const alerts = async () =>
  (await stage.db.selectFrom('alerts').selectAll().where('kind', '=', 'UNREACHABLE').orderBy('id').execute()).map(
    ({ key, state, severity, ended_reason }) => [key, state, severity, ended_reason],
  );
const open = ['UNREACHABLE:slack', 'open', 'P2', null];
const over = (reason: string) => ['UNREACHABLE:slack', 'recovered', 'P2', reason];

test.each([
  ['the posts first', async () => [await refused(OPS), await tried('token_revoked'), await refused(REVIEWS)]],
  ['the line first', async () => [await tried('token_revoked'), await refused(OPS), await refused(REVIEWS)]],
])(
  'a revoked token is one alert, %s, and is over when both are well again, whichever is first',
  async (_who, begin) => {
    await begin();
    expect(await alerts()).toEqual([open]);
    await well(OPS);
    expect(await alerts()).toEqual([open]);
    await tried(null);
    // The other place is away still, for what was wrong with all of them.
    expect(await alerts()).toEqual([open]);
    await well(REVIEWS);
    expect(await alerts()).toEqual([over(`${REVIEWS} answers again`)]);
    await tried(null);
    expect(await alerts()).toHaveLength(1);
  },
);

test('let in again while nothing is posted yet: the alert goes on and says so, until something is', async () => {
  await tried('token_revoked');
  await refused(OPS, 1);
  expect(await alerts()).toEqual([['UNREACHABLE:slack', 'open', 'P1', null]]);
  await tried(null);
  const row = await stage.db.selectFrom('alerts').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ state: 'open', error_class: 'NothingTaken' });
  expect(row.error_message).toMatch(/^Nothing reaches slack: the token was revoked/);
  await well(OPS);
  expect(await alerts()).toMatchObject([['UNREACHABLE:slack', 'recovered', 'P1', `${OPS} answers again`]]);
});

test.each([
  ['a place', false, `UNREACHABLE:${OPS}`],
  ['the whole platform', true, 'UNREACHABLE:slack'],
])(
  '%s away by what can wait is told of again, once, when something most urgent waits',
  async (_what, everywhere, key) => {
    const away = (priority: number) =>
      notePlaceFailure(stage.ground, { place: OPS, failure: 'away', message: 'no', everywhere, priority }, 0.5);
    for (const priority of [3, 3, 1, 1, 3]) await away(priority);
    expect(await alerts()).toEqual([[key, 'open', 'P1', null]]);
    // A call that fails for another reason meanwhile is the same outage.
    const lost = { place: OPS, failure: 'unknown', message: 'no answer', priority: 1 } as const;
    await notePlaceFailure(stage.ground, lost, 0.5);
    const rows = await stage.db.selectFrom('alerts').select('count').execute();
    expect(rows).toEqual([{ count: 2 }]);
  },
);

/** Where the database is away, nothing is written. */
function inTrouble() {
  const trouble = { is: true };
  const { db } = stage.ground;
  const transaction = () => {
    if (trouble.is) throw new Error('the database is away');
    return db.transaction();
  };
  const flaky = { ...stage.ground, db: Object.assign(Object.create(db), { transaction }) as typeof db };
  return { trouble, unheard: new Unheard(flaky, 'slack', /^token_revoked$/) };
}

test('what the database did not take is told as soon as it does: that we are shut out, and that we are not', async () => {
  const { trouble, unheard } = inTrouble();
  unheard.tried('token_revoked');
  await unheard.settled();
  expect(await alerts()).toEqual([]);
  trouble.is = false;
  for (let looks = 0; looks < 2; looks += 1) {
    unheard.look();
    await unheard.settled();
    expect(await alerts()).toEqual([open]);
  }
  trouble.is = true;
  unheard.tried(null);
  await unheard.settled();
  trouble.is = false;
  unheard.tried('ETIMEDOUT');
  await unheard.settled();
  expect(await alerts()).toEqual([over('Slack lets us in again')]);
});

test('what another process tells of by now is left to it', async () => {
  const { trouble, unheard } = inTrouble();
  unheard.tried('token_revoked');
  await unheard.settled();
  trouble.is = false;
  unheard.elsewhere();
  unheard.look();
  await unheard.settled();
  expect(await alerts()).toEqual([]);
});

test('a place with a trouble of its own has its own alert, and holds up no other', async () => {
  const archived = { place: OPS, failure: 'away', message: 'the channel is archived', priority: 2 } as const;
  await notePlaceFailure(stage.ground, archived, 0.5);
  await tried('token_revoked');
  await tried(null);
  expect(await alerts()).toEqual([[`UNREACHABLE:${OPS}`, 'open', 'P2', null], over('Slack lets us in again')]);
});

test('a process that is let in does not close what only posts can know, and a place that nobody names any more does', async () => {
  await refused(OPS);
  await tried(null);
  expect(await alerts()).toEqual([open]);
  const { home } = await stage.ground.homes.active();
  expect(await forgetPlace(stage.ground, home, OPS)).toBe(true);
  expect(await alerts()).toEqual([over(`cowork.yaml does not name ${OPS} any more`)]);
});
