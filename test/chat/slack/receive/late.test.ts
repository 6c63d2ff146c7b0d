import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import { takeLeftovers } from '#src/chat/connect/leftovers.ts';
import { OwnOutage } from '#src/chat/connect/own-outage.ts';
import { Work } from '#src/chat/connect/work.ts';
import { endAsk, takeAsk } from '#src/chat/inbox.ts';
import { thisProcess } from '#src/store/process-identity.ts';
import type { FreshDatabase } from '#test/setup/store.ts';
import { Office, OPS, IDS as THEIRS } from '#test/stories/slack-office.ts';
import { IDS, PATIENCE, REVIEWS, Stand } from './stand.ts';

/** Lets every commit of an ask wait until it is let go, and then succeed or fail. */
async function slowCommit({ db, pool }: FreshDatabase, ending: 'lands' | 'fails') {
  const end = ending === 'fails' ? "raise exception 'the disk is full';" : '';
  await sql
    .raw(`create function slow_commit() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); ${end} return null; end $$;
      create constraint trigger slow_commit after insert on asks deferrable initially deferred
      for each row execute function slow_commit()`)
    .execute(db);
  const holder = await pool.connect();
  await holder.query('select pg_advisory_lock(4711)');
  return {
    isUnderWay: () =>
      vi.waitFor(async () => {
        const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`;
        expect((await waiting.execute(db)).rows).toHaveLength(1);
      }, PATIENCE),
    letGo: async () => {
      await holder.query('select pg_advisory_unlock(4711)');
      holder.release();
    },
  };
}

describe('a commit that is under way at the deadline', () => {
  test('of a click: they are told that it is not sure, and what landed is done once', async () => {
    await using stand = await Stand.open();
    const { at, id, name } = await stand.review();
    const commit = await slowCommit(stand.stage.fresh, 'lands');
    const click = stand.as('ana').click(at, 'Approve');
    await commit.isUnderWay();
    const told = await stand.told(IDS.ana, () => stand.stage.ground.clock.advance(2000));
    expect(told).toContain('it is not sure whether this was noted');
    expect(await click).toMatchObject({ acked: true });
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
    expect(await stand.told(IDS.ana, commit.letGo)).toContain(`${name} is approved`);
    await stand.opened.settle();
    expect(await stand.row(id)).toMatchObject({ state: 'approved' });
    expect(await stand.asks()).toMatchObject([{ state: 'done', tries: 1 }]);
    expect(await stand.stage.db.selectFrom('decisions').select('id').execute()).toHaveLength(1);
  });

  test('of a click: what did not land is not done', async () => {
    await using stand = await Stand.open();
    const { at, id } = await stand.review();
    const commit = await slowCommit(stand.stage.fresh, 'fails');
    const click = stand.as('ana').click(at, 'Approve');
    await commit.isUnderWay();
    const told = await stand.told(IDS.ana, () => stand.stage.ground.clock.advance(2000));
    expect(told).toContain('it is not sure whether this was noted');
    await click;
    await commit.letGo();
    await stand.opened.settle();
    expect(await stand.asks()).toEqual([]);
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test('of a form: it says so below the field, and sent again it counts once', async () => {
    await using stand = await Stand.open();
    const { at, id, name } = await stand.review();
    const ana = stand.as('ana');
    await ana.click(at, 'Reject…');
    await stand.modal(IDS.ana, 'Why');
    const commit = await slowCommit(stand.stage.fresh, 'lands');
    const submit = ana.submit({ reason: 'wrong quarter' });
    await commit.isUnderWay();
    await stand.stage.ground.clock.advance(2000);
    const sent = await submit;
    expect(sent.errors).toEqual({ reason: expect.stringContaining('Send it again: it counts once.') });
    await commit.letGo();
    await stand.modal(IDS.ana, `${name} is rejected`);
    await stand.opened.settle();
    await ana.close({ all: true });
    await ana.click({ channel: at.channel, ts: (await stand.review()).at.ts }, 'Reject…');
    await stand.modal(IDS.ana, 'Why');
    const { view } = sent.payload as { view: object };
    const again = await ana.submit({ reason: 'x' }, { view });
    expect(JSON.stringify(again.body)).toContain(`${name} was rejected by Ana`);
    expect(await stand.row(id)).toMatchObject({ state: 'rejected', closed_reason: 'wrong quarter' });
    expect(await stand.asks()).toMatchObject([{ state: 'done', tries: 1 }]);
  });
});

/** Whoever handles what comes waits for today's home until it is let go, and by then the time for a reply is over. */
function holdHome(office: Office) {
  const kit = office.world.product.slack?.slack;
  if (!kit) throw new Error('this product is in no Slack');
  const { ground } = kit;
  const held = Promise.withResolvers<void>();
  const active = async () => {
    // Once whatever limits the handler has begun to wait.
    setImmediate(() => office.world.clock.put(2900));
    await held.promise;
    return ground.homes.active();
  };
  kit.ground = { ...ground, homes: { ...ground.homes, active } };
  return {
    letGo: () => {
      kit.ground = ground;
      held.resolve();
    },
  };
}

async function lockAsks({ world }: Office): Promise<() => Promise<void>> {
  const lock = await world.database.pool.connect();
  await lock.query('begin');
  await lock.query('lock table asks in access exclusive mode');
  return async () => {
    await lock.query('rollback');
    lock.release();
  };
}

const open = () => Office.open({ mode: 'http', workflows: { brief: { tier: 'T2' } } });
const heard = ({ slack }: Office) => JSON.stringify([slack.ephemerals(THEIRS.ana), slack.dms(THEIRS.ana)]);
const asksOf = ({ world }: Office) => world.db.selectFrom('asks').select(['kind', 'state']).execute();

async function rejecting(office: Office) {
  const { review_id } = await office.world.runToEnd('brief');
  await office.world.told();
  const shown = office.slack.messages(OPS).find(({ text }) => text.includes(review_id ?? 'none'));
  const form = async () => {
    await office.slack.as(THEIRS.ana).click({ channel: OPS, ts: shown?.ts ?? '' }, 'Reject…');
    await office.modal('ana', /Why/);
  };
  await form();
  return { review: review_id ?? '', form };
}

describe('over HTTP, while the record is slow', () => {
  test('a form whose reply was missed says so privately, does nothing, and works when it is sent again', async () => {
    await using office = await open();
    const { review, form } = await rejecting(office);
    const ana = office.slack.as(THEIRS.ana);
    const home = holdHome(office);
    const unlock = await lockAsks(office);
    const submit = ana.submit({ reason: 'wrong quarter' });
    const missed = await submit;
    expect(missed).toMatchObject({ acked: true });
    expect(JSON.stringify(missed.body)).not.toContain('Nothing was done');
    expect(missed.errors).toBeUndefined();
    await office.world.until('word of it', async () => /Nothing was done\. Click again/.test(heard(office)));
    home.letGo();
    await unlock();
    await office.world.product.slack?.settle();
    expect(await asksOf(office)).toEqual([]);
    expect(await office.world.review(review)).toMatchObject({ state: 'open' });
    const { view } = missed.payload as { view: object };
    await form();
    const twice = await Promise.all([1, 2].map(() => ana.submit({ reason: 'not sent' }, { view })));
    expect(twice.map(({ acked }) => acked)).toEqual([true, true]);
    await office.done();
    expect(await office.world.review(review)).toMatchObject({ state: 'rejected', closed_reason: 'wrong quarter' });
    expect(await asksOf(office)).toEqual([{ kind: 'form', state: 'done' }]);
  }, 90_000);

  test('a form that could not be noted keeps what was typed, and sent again counts once', async () => {
    await using office = await open();
    const { review } = await rejecting(office);
    const ana = office.slack.as(THEIRS.ana);
    const unlock = await lockAsks(office);
    const sent = await ana.submit({ reason: 'wrong quarter' });
    await unlock();
    expect(sent.errors).toEqual({ reason: expect.stringContaining('Nothing was done. Send it again.') });
    expect(await asksOf(office)).toEqual([]);
    await ana.submit();
    await office.modal('ana', /is rejected/);
    await office.done();
    expect(await office.world.review(review)).toMatchObject({ state: 'rejected', closed_reason: 'wrong quarter' });
    expect(await asksOf(office)).toEqual([{ kind: 'form', state: 'done' }]);
  }, 90_000);

  test('a command whose reply was missed says so privately, does nothing, and works when it is typed again', async () => {
    await using office = await open();
    await office.world.told();
    const sam = office.slack.as(THEIRS.sam);
    const home = holdHome(office);
    const unlock = await lockAsks(office);
    const typed = sam.command('run brief', OPS);
    const missed = await typed;
    expect(missed).toMatchObject({ acked: true });
    expect(JSON.stringify(missed.body)).not.toContain('Nothing was done');
    const said = () => office.slack.ephemerals(THEIRS.sam).at(-1)?.text ?? '';
    await office.world.until('word of it', async () => said().includes('Nothing was done. Type it again'));
    home.letGo();
    await unlock();
    await office.world.product.slack?.settle();
    expect(await asksOf(office)).toEqual([]);
    expect(await office.world.runs('brief')).toEqual([]);
    const { trigger_id } = missed.payload as { trigger_id: string };
    for (let nth = 0; nth < 2; nth += 1) await sam.command('run brief', OPS, { trigger_id });
    await office.done();
    const runs = await office.world.runs('brief');
    expect(runs).toHaveLength(1);
    await office.world.ended(runs[0]?.id ?? '');
  }, 90_000);
});

describe('taken over', () => {
  const inbox = (stand: Stand, perform: (id: number) => Promise<void>) => {
    const { ground } = stand.stage;
    const work = new Work(ground, 'slack');
    const outage = new OwnOutage();
    return async () => {
      await takeLeftovers({
        platform: 'slack',
        ...{ ground, work, outage, process: stand.opened.slack.process, oneMachine: true },
        perform: ({ id }) => perform(id),
        tellGivenUp: async () => {},
      });
      await work.idle();
    };
  };
  const left = async (stand: Stand, process: string, payload: object, who: 'ana' | 'sam' = 'ana') => {
    const ask = await takeAsk(stand.stage.ground, process, {
      ...{ platform: 'slack', key: randomUUID(), kind: 'click', sender: IDS[who], person: who },
      ...{ place: `slack:${REVIEWS}`, payload },
    });
    if (!ask) throw new Error('taken before');
    return ask;
  };

  test('after a crash the rerun of an alert starts one run', async () => {
    await using stand = await Stand.open();
    const { slack } = stand.opened;
    const { db, ground } = stand.stage;
    const run = await stand.stage.ended();
    const { at } = await stand.alert({ run_id: run.id });
    const card = stand.slack.messages(at.channel).find(({ ts }) => ts === at.ts);
    const code = /v1\|rerun\|[^"]+/.exec(JSON.stringify(card?.blocks))?.[0] ?? '';
    const from = { channel: at.channel, ts: at.ts, thread: null, responseUrl: null, shown: null };
    const ask = await left(
      stand,
      randomUUID(),
      { code, values: {}, at: ground.clock.now().toISOString(), from },
      'sam',
    );
    const told = await stand.told(IDS.sam, () => slack.perform(ask));
    const reruns = () => db.selectFrom('runs').select(['id', 'asked_by']).where('rerun_of', '=', run.id).execute();
    const [first] = await reruns();
    expect(first).toMatchObject({ asked_by: ask.id });
    expect(told).toContain(`${first?.id} is queued`);
    // As if its process had died before it noted the end; and the run it started has ended since.
    const again = { state: 'taken', payload: JSON.stringify(ask.payload) } as const;
    for (const state of ['queued', 'ended'] as const) {
      await db
        .updateTable('asks')
        .set({ ...again, taken_by: randomUUID() })
        .where('id', '=', ask.id)
        .execute();
      if (state === 'ended')
        await db
          .updateTable('runs')
          .set({ state, status: 'SUCCESS', ended_at: ground.clock.now() })
          .where('id', '=', first?.id ?? '')
          .execute();
      const look = inbox(stand, async (id) =>
        slack.perform(await db.selectFrom('asks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()),
      );
      expect(await stand.told(IDS.sam, look)).toContain(`${first?.id} is queued`);
      expect(await reruns()).toHaveLength(1);
    }
  });

  test('after an outage of one’s own nobody who lives is taken for silent, and later whoever stays silent is', async () => {
    await using stand = await Stand.open();
    const { db, ground } = stand.stage;
    const { clock } = ground;
    const other = async () => {
      const [id, now] = [randomUUID(), clock.now()];
      const times = { started_at: now, seen_at: now };
      await db
        .insertInto('processes')
        .values({ id, ...thisProcess(), ...times, roles: ['web'], version: 'test' })
        .execute();
      return { id, ask: (await left(stand, id, {})).id };
    };
    const [lives, silent] = [await other(), await other()];
    const done: number[] = [];
    const look = inbox(stand, async (id) => {
      done.push(id);
      const row = await db.selectFrom('asks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      await endAsk(ground, row, 'done');
    });
    const pass = (seconds: number) => clock.jump(new Date(clock.now().getTime() + seconds * 1000));
    await look();
    pass(90);
    const dead = await left(stand, randomUUID(), {});
    await look();
    expect(done).toEqual([dead.id]);
    await db.updateTable('processes').set({ seen_at: clock.now() }).where('id', '=', lives.id).execute();
    for (let nth = 0; nth < 4; nth += 1) {
      pass(3);
      await look();
      expect(done).toEqual([dead.id]);
    }
    pass(3);
    await look();
    expect(done).toEqual([dead.id, silent.ask]);
  });
});
