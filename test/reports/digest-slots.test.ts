import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dueDigest, tickDigests } from '#src/reports/digest-slots.ts';
import { DIGEST_ALERT } from '#src/reports/digest-watch.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['digests', 'alerts', 'outbox', 'messages', 'deliveries', 'places'] as const) {
    await stage.db.deleteFrom(table).execute();
  }
  await stage.activate(team(), workflowOf());
});

const team = (cron: string | null = '0 8 * * *', zone = 'Europe/Berlin') =>
  teamOf({ timezone: zone, ...(cron === null ? {} : { digests: { daily: { cron } } }) });
/** A moment of Monday 23 November 2026 in Berlin, an hour ahead of UTC. */
const at = (clock: string) => new Date(`2026-11-23T${clock}:00+01:00`);
const tick = (clock: string, make = async () => ({ green: true }) as object) =>
  tickDigests(stage.ground, at(clock), make);
const digests = () => stage.db.selectFrom('digests').selectAll().orderBy('scheduled_for').execute();
const alerts = () => stage.db.selectFrom('alerts').selectAll().where('key', '=', DIGEST_ALERT).orderBy('id').execute();

/** As the delivery leaves it behind: due at a place, or posted there. */
async function place(name: string, how: 'due' | 'posted', error: string | null = null): Promise<void> {
  const digest = (await digests()).at(-1);
  const subject = `digest:${digest?.id}`;
  const now = stage.ground.clock.now();
  await stage.db
    .insertInto('places')
    .values({ place: name, first_seen_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await stage.db.deleteFrom('deliveries').where('place', '=', name).execute();
  if (how === 'due') {
    const notice = JSON.stringify({ kind: 'digest', digest_id: digest?.id });
    await stage.db
      .insertInto('deliveries')
      .values({ place: name, subject, notice, priority: 5, asked_at: now, due_at: now, last_error: error })
      .execute();
  } else {
    await stage.db
      .insertInto('messages')
      .values({ place: name, subject, token: `${name} ${subject}`, state: 'posted', posting_at: now, posted_at: now })
      .execute();
  }
}

describe('the slot', () => {
  test('makes the digest at its time, stores what it says, and tells it', async () => {
    await stage.activate(team('0 8 * * 1'), workflowOf());
    await tick('07:59');
    expect(await digests()).toEqual([]);
    await tick('08:00');
    const [digest, ...more] = await digests();
    expect(more).toEqual([]);
    expect(digest).toMatchObject({ kind: 'daily', scheduled_for: at('08:00'), made_at: at('08:00') });
    expect(digest?.fact).toEqual({ green: true });
    const notices = await stage.db.selectFrom('outbox').select('notice').execute();
    expect(notices).toEqual([{ notice: { kind: 'digest', digest_id: digest?.id } }]);
    const trail = await stage.db.selectFrom('audit').selectAll().where('act', '=', 'digest.made').execute();
    expect(trail.at(-1)).toMatchObject({ actor: 'service', data: { scheduled_for: at('08:00').toISOString() } });
  });

  test('is made once, by however many clocks', async () => {
    await Promise.all(Array.from({ length: 20 }, () => tick('08:00')));
    for (const clock of ['08:01', '12:00', '23:59']) await tick(clock);
    expect(await digests()).toHaveLength(1);
    expect(await stage.db.selectFrom('outbox').select('id').execute()).toHaveLength(1 + (await alerts()).length);
  });

  test('catches up only the latest one, no older than a day', async () => {
    await tickDigests(stage.ground, new Date('2026-11-26T09:30:00+01:00'), async () => ({}));
    expect((await digests()).map((each) => each.scheduled_for)).toEqual([new Date('2026-11-26T08:00:00+01:00')]);
    await stage.db.deleteFrom('digests').execute();
    await stage.activate(team('0 8 * * 1'), workflowOf());
    await tickDigests(stage.ground, new Date('2026-11-24T08:00:01+01:00'), async () => ({}));
    expect(await digests()).toEqual([]);
  });

  test('of a time before the first home waits until the first runs have had theirs', async () => {
    const before = await stage.db.selectFrom('snapshots').select(['id', 'created_at']).execute();
    await stage.db
      .updateTable('snapshots')
      .set({ created_at: at('08:30') })
      .execute();
    await tick('08:30');
    await tickDigests(stage.ground, new Date(at('08:30').getTime() + 44_999), async () => ({}));
    expect(await digests()).toEqual([]);
    await tickDigests(stage.ground, new Date(at('08:30').getTime() + 45_000), async () => ({}));
    expect((await digests()).map((each) => each.scheduled_for)).toEqual([at('08:00')]);
    for (const { id, created_at } of before)
      await stage.db.updateTable('snapshots').set({ created_at }).where('id', '=', id).execute();
  });

  test('without digests.daily there is none, and no alert for want of it', async () => {
    await stage.activate(team(null), workflowOf());
    await tick('08:30');
    expect(await digests()).toEqual([]);
    expect(await alerts()).toEqual([]);
  });

  test('an earlier time set later in the day brings no second one', async () => {
    await tick('08:00');
    await place('console:ops', 'posted');
    await stage.activate(team('0 7 * * *'), workflowOf());
    await tick('10:00');
    expect(await digests()).toHaveLength(1);
  });

  test('follows the team’s wall clock through daylight saving', () => {
    const due = (now: string, cron: string) => dueDigest(team(cron), new Date(now))?.toISOString();
    expect(due('2026-03-28T12:00:00Z', '0 8 * * *')).toBe('2026-03-28T07:00:00.000Z');
    expect(due('2026-03-29T12:00:00Z', '0 8 * * *')).toBe('2026-03-29T06:00:00.000Z');
    // 02:30 does not exist on 29 March and comes twice on 25 October.
    expect(due('2026-03-29T12:00:00Z', '30 2 * * *')).toBe('2026-03-29T01:00:00.000Z');
    expect(due('2026-10-25T00:45:00Z', '30 2 * * *')).toBe('2026-10-25T00:30:00.000Z');
    expect(due('2026-10-25T12:00:00Z', '30 2 * * *')).toBe('2026-10-25T00:30:00.000Z');
  });
});

describe('the watch', () => {
  test('one that cannot be made is an alert a quarter of an hour after its time, once', async () => {
    const broken = async () => {
      throw new Error('no figures');
    };
    await expect(tick('08:00', broken)).rejects.toThrow('no figures');
    await expect(tick('08:14', broken)).rejects.toThrow('no figures');
    expect(await alerts()).toEqual([]);
    await Promise.all(Array.from({ length: 8 }, () => expect(tick('08:15', broken)).rejects.toThrow('no figures')));
    await expect(tick('08:20', broken)).rejects.toThrow();
    expect(await alerts()).toMatchObject([
      {
        kind: 'MISSED',
        severity: 'P2',
        workflow: null,
        state: 'open',
        count: 1,
        error_message: 'The daily digest of Mon 23 Nov 08:00 is missing: it could not be made: no figures.',
      },
    ]);
    await stage.db.updateTable('alerts').set({ state: 'resolved' }).execute();
    await expect(tick('08:30', broken)).rejects.toThrow();
    expect(await alerts()).toHaveLength(1);
  });

  test('one that nobody posts is an alert, and is well again once it is posted', async () => {
    await tick('08:00');
    await tick('08:14');
    expect(await alerts()).toEqual([]);
    await tick('08:15');
    expect(await alerts()).toMatchObject([
      { state: 'open', error_message: expect.stringContaining('nobody has posted it') },
    ]);
    await place('console:cowork-ops', 'posted');
    await tick('08:16');
    expect(await alerts()).toMatchObject([
      { state: 'recovered', ended_reason: expect.stringMatching(/^the digest of Mon 23 Nov \d\d:00 was posted$/) },
    ]);
  });

  test('one that is missing at one of its places is an alert that names the place and why', async () => {
    await tick('08:00');
    await place('console:cowork-ops', 'posted');
    await place('slack:C0OPS', 'due', 'channel_is_archived');
    await tick('08:15');
    expect(await alerts()).toMatchObject([
      { error_message: expect.stringContaining('could not be posted at slack:C0OPS (channel_is_archived)') },
    ]);
    await place('slack:C0OPS', 'posted');
    await tick('08:17');
    expect(await alerts()).toMatchObject([{ state: 'recovered' }]);
  });

  test('an edit that waits at a place that has it already is no alert', async () => {
    await tick('08:00');
    await place('console:cowork-ops', 'posted');
    await place('slack:C0OPS', 'posted');
    await place('slack:C0OPS', 'due');
    await tick('09:00');
    expect(await alerts()).toEqual([]);
  });

  test('one that was caught up has a quarter of an hour from when it was made', async () => {
    await tick('11:00');
    await tick('11:14');
    expect(await alerts()).toEqual([]);
    await tick('11:15');
    expect(await alerts()).toHaveLength(1);
  });
});
