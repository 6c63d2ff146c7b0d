import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { layout } from '#src/http/pages/layout.ts';
import { todayPage } from '#src/http/pages/today.ts';
import { waitsFor } from '#src/reports/waits-for.ts';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, seen, type Visitor } from './console.ts';
import { ANA, NOBODY, VISITOR } from './facts.ts';
import { golden } from './golden.ts';
import { busyToday, quietToday } from './today-facts.ts';

const HERE = { now: new Date('2026-11-23T08:12:00Z'), zone: 'Europe/Berlin', asked: null };

describe('the page as agreed on (UPDATE_GOLDEN=1 to agree anew)', () => {
  const page = (view: typeof quietToday, viewer: typeof ANA, refresh?: number) =>
    layout({
      ...{ title: 'Today', section: 'today' as const, viewer, refresh },
      body: todayPage(view, { ...HERE, csrf: viewer.csrf, me: viewer.person }),
    });

  test('with something of everything', () => golden('today', page(busyToday, ANA, 10)));
  test('of a quiet day, nobody signed in', () => golden('today-quiet', page(quietToday, NOBODY)));
  test('on the example, nobody chosen', () => golden('today-example', page(quietToday, VISITOR)));
});

let here: Console;
let ana: Visitor;
beforeEach(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterEach(() => here[Symbol.asyncDispose]());

const part = (page: string, id: string): string =>
  new RegExp(`<section class="card[^"]*" id="${id}">[\\s\\S]*?</section>`).exec(page)?.[0] ?? '';
const raise = (over: object) => {
  const now = here.stage.ground.clock.now();
  return here.stage.db
    .insertInto('alerts')
    .values({
      ...{ kind: 'FAIL', severity: 'P1', state: 'open', key: 'k', workflow: 'brief', first_at: now, last_at: now },
      ...{ error_class: 'SkillError', error_message: 'no <b>column</b>', ...over },
    })
    .execute();
};

describe('what waits for me', () => {
  test('is what I may decide and have not, and the rest is below', async () => {
    const own = await here.stage.item();
    const started = await here.stage.item({ 'a.md': 'x' }, { trigger_kind: 'person', trigger_by: 'ana' });
    const page = await ana.text('/today');
    expect(part(page, 'mine')).toContain(`href="/reviews/R-${own.id}"`);
    expect(part(page, 'mine')).not.toContain(`href="/reviews/R-${started.id}"`);
    expect(part(page, 'waiting')).toContain(`href="/reviews/R-${started.id}"`);
    expect(seen(page)).toContain('Waits for others');
    const vic = await (await here.as('vic')).text('/today');
    expect(seen(part(vic, 'mine'))).toContain('Nothing waits for you.');
    const nobody = await here.nobody().text('/today');
    expect(part(nobody, 'mine')).toBe('');
    expect(part(nobody, 'waiting')).toContain(`href="/reviews/R-${own.id}"`);
  });

  test('of two people no longer waits for the one who approved', async () => {
    const { id } = await here.stage.item({ 'a.md': 'x' }, { tier: 'T3' });
    expect(await waitsFor(here.stage.ground, 'ana')).toEqual(new Set([`R-${id}`]));
    await here.stage.say(id, 'ana');
    expect(await waitsFor(here.stage.ground, 'ana')).toEqual(new Set());
    expect(await waitsFor(here.stage.ground, 'jon')).toEqual(new Set([`R-${id}`]));
    expect(seen(part(await ana.text('/today'), 'waiting'))).toContain('1 of 2 approvals (Ana)');
  });

  test('narrows with today’s home, and outlives the workflow', async () => {
    const { id } = await here.stage.item();
    await here.stage.activate(teamOf(), workflowOf({ review: { approvers: ['jon'] } }));
    expect(await waitsFor(here.stage.ground, 'ana')).toEqual(new Set());
    expect(await waitsFor(here.stage.ground, 'jon')).toEqual(new Set([`R-${id}`]));
    await here.stage.activate(teamOf(), workflowOf({ workflow: 'other' }));
    expect(await waitsFor(here.stage.ground, 'ana')).toEqual(new Set([`R-${id}`]));
    expect(await waitsFor(here.stage.ground, 'vic')).toEqual(new Set());
    expect(await waitsFor(here.stage.ground, 'constructor')).toEqual(new Set());
  });
});

describe('what failed', () => {
  test('can be taken at once by who may, and only while nobody has it', async () => {
    await raise({});
    const failed = part(await ana.text('/today'), 'failed');
    expect(seen(failed)).toContain('P1 FAIL: brief since today');
    expect(seen(failed)).toContain('SkillError: no <b>column</b> A-1 · nobody has it');
    expect(failed).toContain('href="/alerts/A-1"');
    expect(failed).toContain('value="v1|acknowledge|A-1|"');
    for (const visitor of [await here.as('vic'), here.nobody()])
      expect(part(await visitor.text('/today'), 'failed')).not.toContain('v1|acknowledge');
    await here.stage.db.updateTable('alerts').set({ state: 'acknowledged', acknowledged_by: 'jon' }).execute();
    const taken = part(await ana.text('/today'), 'failed');
    expect(seen(taken)).toContain('Jon has it');
    expect(taken).not.toContain('v1|acknowledge');
  });
});

describe('what runs, was delivered and comes next', () => {
  test('each in its place, with a renewal while something is under way', async () => {
    const { run } = await here.stage.item();
    const set = (values: object) => here.stage.db.updateTable('runs').set(values).where('id', '=', run.id).execute();
    await set({ state: 'running', status: null, ended_at: null });
    const page = await ana.text('/today');
    expect(part(page, 'running')).toContain(`href="/runs/${run.id}"`);
    expect(part(page, 'ended')).not.toContain(run.id);
    expect(page).toContain('data-renew="10"');
    await set({ state: 'parked', parked_reason: 'step pay was <lost>' });
    const parked = await ana.text('/today');
    expect(seen(part(parked, 'running'))).toContain('step pay was <lost>');
    await set({ state: 'ended', status: 'PARTIAL', ended_at: here.stage.ground.clock.now() });
    const after = await ana.text('/today');
    expect(part(after, 'ended')).toContain(`href="/runs/${run.id}"`);
    expect(after).not.toContain('data-renew');
  });

  test('says what went to production since yesterday, and who approved it', async () => {
    const { id, run } = await here.stage.item();
    await here.stage.say(id, 'jon');
    await here.stage.work();
    const page = await ana.text('/today');
    expect(seen(part(page, 'delivered'))).toContain('Monday brief today 06:00');
    expect(seen(part(page, 'delivered'))).toContain('approved by Jon in production/reports/');
    expect(part(page, 'delivered')).toContain(`href="/runs/${run.id}"`);
    expect(seen(page)).toContain('Delivered since yesterday1');
    here.stage.ground.clock.jump('2026-11-26T08:00:00Z');
    expect(seen(part(await (await here.as('ana')).text('/today'), 'delivered'))).toContain('Nothing yet.');
  });

  test('leads to the workflows that come next', async () => {
    await here.stage.db
      .insertInto('schedules')
      .values({
        ...{ workflow: 'brief', schedule_hash: 'x', cron: '0 6 * * 1' },
        ...{ next_at: new Date('2026-11-30T05:00:00Z'), first_seen_at: new Date(0) },
      })
      .execute();
    const page = await ana.text('/today');
    expect(page).toContain(
      '<a href="/workflows/brief"><bdi>Monday brief</bdi></a></dt><dd>Mon 30 Nov 06:00 (in 7 days)',
    );
  });

  test('asks the database a set number of times, and holds its lists short', async () => {
    let asked = 0;
    here.stage.fresh.pool.on('acquire', () => asked++);
    const before = await ana.text('/today').then(() => asked);
    for (let made = 0; made < 40; made++) await raise({ key: `k${made}` });
    for (let made = 0; made < 25; made++) await here.stage.ended({ 'a.md': 'x' });
    asked = 0;
    const page = await ana.text('/today');
    // The first alert asks once more: when each workflow last delivered.
    expect(asked).toBeLessThanOrEqual(before + 1);
    expect(seen(part(page, 'failed'))).toContain('and 10 more alerts');
    expect(part(page, 'ended').match(/<li>/g)).toHaveLength(8);
  });
});

test('is for listed people where others can reach it', async () => {
  await here.stage.item();
  const answer = await here.behind({ publicUrl: 'https://ops.acme.example' }).nobody().visit('/today');
  expect(answer.status).toBe(403);
  expect(await answer.text()).not.toContain('R-1');
});
