import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';
import { buttonOf } from './press.ts';

const BRIEF = workflowOf({
  schedule: { cron: '0 6 * * 1' },
  inputs: { client: { text: true }, months: { text: true, default: '6 <months>' }, ledger: { file: 'inbox/*.csv' } },
});
const RATES = workflowOf({ workflow: 'rates', title: 'Rates <b>daily</b>', severity: 'P1', tier: 'T0' });

let here: Console;
let sam: Visitor;
beforeEach(async () => {
  here = await Console.open();
  await here.stage.activate(teamOf(), BRIEF, RATES);
  sam = await here.as('sam');
});
afterEach(() => here[Symbol.asyncDispose]());

const due = (workflow: string, next_at: string) =>
  here.stage.db
    .insertInto('schedules')
    .values({ workflow, schedule_hash: 'x', cron: '0 6 * * 1', next_at: new Date(next_at), first_seen_at: new Date(0) })
    .execute();
const runs = () => here.stage.db.selectFrom('runs').selectAll().orderBy('queued_at').execute();
const card = (page: string, name: string): string =>
  (page.match(/<section class="card bar workflow[\s\S]*?<\/section>/g) ?? []).find((one) =>
    one.includes(`id="w-${name}"`),
  ) ?? '';

describe('the list', () => {
  test('says of each how it stands, when it runs, whose it is, with foreign text inert', async () => {
    await due('brief', '2026-11-30T05:00:00Z');
    const page = await sam.text('/workflows');
    expect(seen(page)).toContain('2 workflows: 2 have not run yet.');
    const brief = seen(card(page, 'brief'));
    expect(brief).toContain('Monday brief has not run yet');
    expect(brief).toContain('ScheduleMondays at 06:00 (Europe/Berlin)');
    expect(brief).toContain('NextMon 30 Nov 06:00 (in 7 days)');
    expect(brief).toContain('OwnerMaya');
    const rates = card(page, 'rates');
    expect(seen(rates)).toContain('None; it runs when somebody starts it.');
    expect(seen(rates)).toContain('P1, T0');
    expect(rates).toContain('Rates &lt;b&gt;daily&lt;/b&gt;');
    expect(page).toContain('<a href="/workflows" aria-current="page">Workflows</a>');
  });

  test('shows the last ten runs as a strip in words, oldest first, each leading to its run', async () => {
    for (let made = 0; made < 11; made++) {
      const at = new Date(Date.UTC(2026, 10, 1 + made, 6));
      const status = made === 3 ? 'FAILED' : made === 4 ? 'PARTIAL' : 'SUCCESS';
      await here.stage.ended({ 'a.md': 'x' }, { queued_at: at, started_at: at, ended_at: at, status });
    }
    await here.stage.ended({ 'a.md': 'x' }, { trigger_kind: 'drill', trigger_by: 'jon', status: 'FAILED' });
    const brief = card(await sam.text('/workflows'), 'brief');
    const marks = [...brief.matchAll(/<li><a class="(\w+)" href="(\/runs\/brief-[^"]+)" title="([^"]+)">/g)];
    expect(marks).toHaveLength(10);
    expect(marks[0]?.[3]).toBe('SUCCESS, Mon 2 Nov 07:00');
    expect(marks[2]?.slice(1)).toEqual(['fail', expect.stringContaining('/runs/brief-'), 'FAILED, Wed 4 Nov 07:00']);
    expect(brief).toContain('aria-label="Last 10 runs of brief, oldest first"');
    expect(brief).toContain('<span aria-hidden="true">✗</span><span class="aside">FAILED, Wed 4 Nov 07:00</span>');
    expect(seen(brief)).toContain('8 of 10 succeeded, 1 partial, 1 failed; nothing delivered yet');
    expect((await sam.visit(marks[2]?.[2] ?? '')).status).toBe(200);
  });

  test('puts what fails first, with its alert, then what waits', async () => {
    const { id } = await here.stage.item();
    const now = here.stage.ground.clock.now();
    await here.stage.db
      .insertInto('alerts')
      .values({
        ...{ kind: 'MISSED', severity: 'P1', state: 'open', key: 'k', workflow: 'rates', first_at: now, last_at: now },
        ...{ error_class: 'Missed', error_message: 'did not start at 06:00 <i>' },
      })
      .execute();
    const page = await sam.text('/workflows');
    expect([...page.matchAll(/id="w-(\w+)"/g)].map(([, name]) => name)).toEqual(['rates', 'brief']);
    expect(seen(page)).toContain('2 workflows: 1 failing, 1 waits for review.');
    expect(seen(card(page, 'rates'))).toContain(
      'P1 MISSED: rates since today 06:00 (now) Missed: did not start at 06:00 <i> A-1 · nobody has it',
    );
    expect(card(page, 'brief')).toContain(`<a href="/reviews/R-${id}">R-${id}</a>`);
  });

  test('asks the database as often for many workflows as for one', async () => {
    let asked = 0;
    const { pool } = here.stage.fresh;
    pool.on('acquire', () => asked++);
    await sam.text('/workflows');
    const few = asked;
    const many = Array.from({ length: 30 }, (_, index) => workflowOf({ workflow: `w${index}`, title: `W ${index}` }));
    await here.stage.activate(teamOf(), ...many);
    asked = 0;
    expect(seen(await sam.text('/workflows'))).toContain('30 workflows');
    expect(asked).toBe(few);
  });

  test('of a home without workflows says how to have one', async () => {
    await here.stage.activate(teamOf());
    expect(seen(await sam.text('/workflows'))).toContain('This home has no workflow yet.');
  });

  test('is for listed people where others can reach it', async () => {
    const outside = here.behind({ publicUrl: 'https://ops.acme.example' });
    const answer = await outside.nobody().visit('/workflows');
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('Monday brief');
  });
});

describe('Run now', () => {
  const fill = { 'text-client': 'Beta\r\nLtd', 'text-months': ' ' };

  test('starts it with what was filled in, defaults for the rest, and leads to the run', async () => {
    const page = await sam.text('/workflows');
    expect(page).toMatch(/name="text-client" rows="2" maxlength="20000" required/);
    expect(seen(page)).toContain('Empty: 6 <months>');
    const answer = await sam.post('/workflows/brief/run', { ...fieldsOf(page, '/workflows/brief/run'), ...fill });
    expect(answer.status).toBe(303);
    const [run] = await runs();
    expect(answer.headers.get('location')).toBe(`/runs/${run?.id}`);
    expect(run).toMatchObject({
      trigger_by: 'sam',
      via: 'console',
      texts: { client: 'Beta\nLtd', months: '6 <months>' },
    });
    expect(run?.barred).toContain('sam');
  });

  test('takes together all the texts that are allowed one by one, in any script', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const inputs = Object.fromEntries(names.map((name) => [name, { text: true as const }]));
    await here.stage.activate(teamOf(), workflowOf({ inputs }));
    const texts = (prefix: string, length: number) =>
      Object.fromEntries(names.map((name) => [`${prefix}-${name}`, '漢'.repeat(length)]));
    const asked = await sam.post('/commands', { channel: 'cowork-ops', words: 'run brief' });
    const button = buttonOf(await asked.text(), 'run');
    expect((await sam.post('/acts', { ...button, ...texts('field', 3_000) })).status).toBe(200);
    await here.stage.ground.clock.advance(60_000);
    const form = fieldsOf(await sam.text('/workflows'), '/workflows/brief/run');
    expect((await sam.post('/workflows/brief/run', { ...form, ...texts('text', 20_000) })).status).toBe(303);
    expect((await runs()).map(({ texts: given }) => given.e?.length)).toEqual([3_000, 20_000]);
    const huge = await sam.post('/workflows/brief/run', { ...form, 'text-a': '漢'.repeat(200_000) });
    expect([huge.status, seen(await huge.text()).includes('This form is too large')]).toEqual([400, true]);
  });

  test('sent twice starts one run; a page drawn anew may start another', async () => {
    const fields = { ...fieldsOf(await sam.text('/workflows'), '/workflows/brief/run'), ...fill };
    const both = await Promise.all([1, 2].map(() => sam.post('/workflows/brief/run', fields)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    const late = await sam.post('/workflows/brief/run', fields);
    expect(late.status).toBe(409);
    expect(seen(await late.text())).toContain('This form was sent before');
    const anew = { ...fieldsOf(await sam.text('/workflows'), '/workflows/brief/run'), ...fill };
    expect((await sam.post('/workflows/brief/run', anew)).status).toBe(303);
    expect(await runs()).toHaveLength(2);
  });

  test.each([
    ['without a required text', { 'text-client': '  ' }, 400, 'needs the text client'],
    ['with a text it does not take', { ...fill, 'text-ledger': 'x' }, 400, 'no text input named ledger'],
    ['with a text that is too long', { ...fill, 'text-months': 'x'.repeat(20_001) }, 400, '20000 is the most'],
    ['with a NUL', { 'text-client': 'a\0b' }, 400, 'NUL character'],
    ['without its number', { ...fill, asked: '' }, 409, 'This form was sent before'],
    ['with another session’s secret', { ...fill, csrf: 'wrong' }, 403, 'older than your session'],
  ])('%s starts nothing', async (_case, over, status, sentence) => {
    const fields = fieldsOf(await sam.text('/workflows'), '/workflows/brief/run');
    const answer = await sam.post('/workflows/brief/run', { ...fields, ...over });
    expect(answer.status).toBe(status);
    expect(seen(await answer.text())).toContain(sentence);
    expect(await runs()).toEqual([]);
  });

  test('is not offered to who may not, and refused when sent all the same', async () => {
    const vic = await here.as('vic');
    expect(await vic.text('/workflows')).not.toContain('/run"');
    const answer = await vic.post('/workflows/brief/run', { asked: '0', ...fill });
    expect(answer.status).toBe(403);
    expect(seen(await answer.text())).toContain('You may not run brief.');
    const nobody = await here.nobody().post('/workflows/brief/run', { asked: '0', ...fill });
    expect(nobody.status).toBe(403);
    const cross = await sam.post(
      '/workflows/brief/run',
      { asked: '0', ...fill },
      { headers: { origin: 'https://evil.example' } },
    );
    expect(cross.status).toBe(403);
    expect(await runs()).toEqual([]);
  });

  test('of a workflow that there is not names the nearest', async () => {
    const answer = await sam.post('/workflows/breif/run', { asked: '0' });
    expect(answer.status).toBe(404);
    expect(seen(await answer.text())).toContain('There is no workflow named "breif". Did you mean brief?');
    for (const odd of ['%00', 'constructor', '%E0%A4%A'])
      expect((await sam.post(`/workflows/${odd}/run`, { asked: '0' })).status).toBe(404);
  });
});

describe('Pause and Resume', () => {
  test('with reason and end, told on the card, back on the list', async () => {
    await due('brief', '2026-11-30T05:00:00Z');
    const fields = fieldsOf(await sam.text('/workflows'), '/workflows/brief/pause');
    const answer = await sam.post('/workflows/brief/pause', {
      ...fields,
      reason: 'ledger <b>moves</b>',
      until: '2026-12-01',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/workflows#w-brief']);
    const page = await sam.text('/workflows');
    const brief = card(page, 'brief');
    expect(seen(brief)).toContain('Paused by Sam since today');
    expect(seen(brief)).toContain('until Tue 1 Dec 00:00, because: ledger <b>moves</b>');
    expect(seen(brief)).toContain('skipped while it is paused');
    expect(brief).not.toContain('/workflows/brief/pause"');
    const end = await sam.post('/workflows/brief/resume', fieldsOf(page, '/workflows/brief/resume'));
    expect(end.status).toBe(303);
    expect(seen(card(await sam.text('/workflows'), 'brief'))).not.toContain('Paused');
    expect((await here.stage.acts()).slice(1)).toEqual(['schedule.paused', 'schedule.resumed']);
  });

  test.each([
    ['without a reason', { reason: '' }, 400, 'Say why it is paused'],
    ['until no time', { reason: 'x', until: 'never' }, 400, '"never" is not a time'],
    ['until a time that has passed', { reason: 'x', until: '2020-01-01' }, 400, 'has passed already'],
    ['with a reason that is too long', { reason: 'x'.repeat(501) }, 400, 'too long'],
    ['without the session’s secret', { reason: 'x', csrf: '' }, 403, 'older than your session'],
  ])('%s pauses nothing', async (_case, over, status, sentence) => {
    const answer = await sam.post('/workflows/brief/pause', over);
    expect(answer.status).toBe(status);
    expect(seen(await answer.text())).toContain(sentence);
    expect(await here.stage.db.selectFrom('pauses').select('id').execute()).toEqual([]);
  });

  test('twice is told calmly, and so is resuming what is not paused', async () => {
    await sam.post('/workflows/brief/pause', { reason: 'one' });
    const again = await sam.post('/workflows/brief/pause', { reason: 'two' });
    expect(again.status).toBe(409);
    expect(seen(await again.text())).toContain('brief is already paused by Sam');
    const rates = await sam.post('/workflows/rates/resume');
    expect(rates.status).toBe(409);
  });

  test('is for those who may', async () => {
    for (const person of ['vic', 'ana']) {
      const visitor = await here.as(person);
      expect(await visitor.text('/workflows')).not.toContain('/pause"');
      expect((await visitor.post('/workflows/brief/pause', { reason: 'x' })).status).toBe(403);
    }
    await sam.post('/workflows/brief/pause', { reason: 'x' });
    const vic = await here.as('vic');
    expect(await vic.text('/workflows')).not.toContain('/resume"');
    expect((await vic.post('/workflows/brief/resume')).status).toBe(403);
    expect((await here.nobody().post('/workflows/brief/resume')).status).toBe(403);
  });

  test('of everything is for admins, holds every schedule and is told at the top', async () => {
    await due('brief', '2026-11-30T05:00:00Z');
    expect(await sam.text('/workflows')).not.toContain('action="/workflows/pause"');
    expect((await sam.post('/workflows/pause', { reason: 'x' })).status).toBe(403);
    const jon = await here.as('jon');
    const fields = fieldsOf(await jon.text('/workflows'), '/workflows/pause');
    const answer = await jon.post('/workflows/pause', { ...fields, reason: 'year-end' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/workflows']);
    const page = await jon.text('/workflows');
    expect(seen(page)).toContain('Everything is paused by Jon since today');
    expect(seen(card(page, 'brief'))).toContain('Paused with everything by Jon');
    // It has no schedule that could be held.
    expect(seen(card(page, 'rates'))).not.toContain('Paused');
    expect((await jon.post('/workflows/resume', fieldsOf(page, '/workflows/resume'))).status).toBe(303);
    expect(seen(await jon.text('/workflows'))).not.toContain('Everything is paused');
  });
});
