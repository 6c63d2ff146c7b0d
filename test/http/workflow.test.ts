import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';

const BRIEF = {
  schedule: { cron: '0 6 * * 1', timezone: 'Asia/Tokyo' },
  severity: 'P1',
  tier: 'T3',
  baseline: { manual_mins: 70, review_mins: 10 },
  budget: { tokens_per_week: 20_000 },
  inputs: {
    ledger: { file: 'inbox/*.csv', max_age: '7d' },
    crm: { http: 'https://crm.example/export?key=not-for-a-page', required: false },
    client: { text: true, default: 'Beta <Ltd>' },
  },
  checks: [
    { name: 'files_there', kind: 'required_files', files: ['brief.md'] },
    { name: 'about_as_many', kind: 'row_count_delta', file: 'a.csv', max: 0.2, level: 'warn' },
  ],
  deliver: [{ id: 'send', skill: 'gone-v1' }],
};

let here: Console;
let sam: Visitor;
beforeEach(async () => {
  here = await Console.open({ home: { workflow: workflowOf(BRIEF) } });
  sam = await here.as('sam');
});
afterEach(() => here[Symbol.asyncDispose]());

const at = (day: number) => new Date(Date.UTC(2026, 10, day, 6));
const ran = (day: number, over: object = {}) =>
  here.stage.ended({ 'a.md': 'x' }, { queued_at: at(day), started_at: at(day), ended_at: at(day), ...over });

describe('the page of one workflow', () => {
  test('says what it is made of, who approves, and what it was worth', async () => {
    await here.stage.db
      .insertInto('schedules')
      .values({
        workflow: 'brief',
        schedule_hash: 'x',
        cron: '0 6 * * 1',
        next_at: new Date('2026-11-29T21:00:00Z'),
        first_seen_at: at(1),
      })
      .execute();
    const text = seen(await sam.text('/workflows/brief'));
    expect(text).toContain('Mondays at 06:00 (Asia/Tokyo)');
    expect(text).toContain(
      'NextSun 29 Nov 22:00 (in 6 days) Sun 6 Dec 22:00 (in 13 days) Sun 13 Dec 22:00 (in 20 days)',
    );
    expect(text).toContain('P1, T3');
    expect(text).toContain('T3: 2 different people of these approve each run, none that they started: Maya, Jon, Ana.');
    expect(text).toContain('Revenue equals the ledger');
    expect(text).toContain('November 2026 so far: net unavailable before shared costs, 0 hours saved, tokens 0.00.');
    expect(text).toContain('none reported (budget 20,000)');
    expect(text).toContain('Goes toproduction/reports/{date}/');
    expect(text).toContain('By hand70 min, 10 min of review');
    expect(text).toContain('Written in workflows/brief.yaml');
    expect(text).toContain('files_there required_files');
    expect(text).toContain('about_as_many row_count_delta, warns only');
    expect(text).toContain('write memo-v1 t a program of its own · owner Sam');
    expect(text).toContain('send gone-v1 This skill is not in the home. after approval');
    expect(text).toContain('inbox/*.csv, the newest, at most 7d old');
    expect(text).toContain('a text; usually “Beta <Ltd>”');
  });

  test('shows of an address where it leads, and nothing of its query', async () => {
    const page = await sam.text('/workflows/brief');
    expect(seen(page)).toContain('crm optionalhttps://crm.example/export');
    expect(page).not.toContain('not-for-a-page');
  });

  test('lists its runs, a page at a time, each once', async () => {
    for (let made = 0; made < 30; made++) await ran(1 + (made % 20));
    const other = workflowOf({ workflow: 'other' });
    await here.stage.activate(teamOf(), workflowOf(BRIEF), other);
    await ran(3, { workflow: 'other' });
    const idsOn = (page: string) =>
      [...(page.split('id="runs"')[1]?.split('</section>')[0] ?? '').matchAll(/href="\/runs\/([^"]+)"/g)].map(
        ([, id]) => id,
      );
    const first = await sam.text('/workflows/brief');
    const older = /<a href="(\/workflows\/brief\?before=[^"#]+)/.exec(first)?.[1] ?? '';
    const second = await sam.text(older);
    expect([idsOn(first).length, idsOn(second).length]).toEqual([15, 15]);
    expect(new Set([...idsOn(first), ...idsOn(second)]).size).toBe(30);
    expect(second).toContain('<h2>Older runs</h2>');
    expect(second).not.toContain('rel="next"');
    for (const odd of ['nothing', '%00', "'%20or%201=1", '%E0%A4%A'])
      expect(idsOn(await sam.text(`/workflows/brief?before=${odd}`))).toEqual(idsOn(first));
  });

  test('says of a run who started it and what came of it', async () => {
    await ran(2, {
      trigger_kind: 'person',
      trigger_by: 'ana',
      status: 'FAILED',
      error_class: 'Source<Changed>',
      error_message: 'secret',
    });
    const page = await sam.text('/workflows/brief');
    expect(seen(page)).toContain('took 0.0 s, by Ana Source<Changed>');
    expect(page).not.toContain('secret');
  });

  test('has the forms of the list, and leads back to itself', async () => {
    const page = await sam.text('/workflows/brief');
    expect(seen(page)).toContain('Start brief now? Whoever starts it cannot approve what comes of it.');
    const fields = fieldsOf(page, '/workflows/brief/pause');
    const answer = await sam.post('/workflows/brief/pause', { ...fields, reason: 'source moves' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/workflows/brief']);
    expect(seen(await sam.text('/workflows/brief'))).toContain('until resumed, because: source moves');
    const again = await sam.post('/workflows/brief/pause', { ...fields, reason: 'x' });
    expect(await again.text()).toContain('<a href="/workflows/brief">brief</a>');
  });

  test('tells who may not run it who can, and nobody how to sign in', async () => {
    const vic = await (await here.as('vic')).text('/workflows/brief');
    expect(seen(vic)).toContain('You may not run brief. Maya, Jon and Sam can.');
    expect(vic).not.toContain('<form method="post" action="/workflows');
    const nobody = seen(await here.nobody().text('/workflows/brief'));
    expect(nobody).toContain('To act here, sign in. Choose whom to act as at the top of the page.');
    expect(
      (await here.behind({ publicUrl: 'https://ops.acme.example' }).nobody().visit('/workflows/brief')).status,
    ).toBe(403);
  });

  test.each([
    ['breif', 'There is no workflow named &quot;breif&quot;. Did you mean brief?'],
    ['%00', 'There is no workflow named'],
    ['constructor', 'There is no workflow named'],
    ['%3Cscript%3E', '&lt;script&gt;'],
  ])('of %s there is none', async (name, sentence) => {
    const answer = await sam.visit(`${here.base}/workflows/${name}`);
    expect(answer.status).toBe(404);
    const text = await answer.text();
    expect(text).toContain(sentence);
    expect(text).not.toContain('<script>');
  });
});

describe('confidential work', () => {
  const SECRET = 'Project Nightjar';
  beforeEach(async () => {
    const closed = workflowOf({
      ...BRIEF,
      data_class: 'confidential',
      inputs: { client: { text: true, default: SECRET } },
      review: { approvers: ['ana'], brief: [`Is ${SECRET} named?`], keywords: [SECRET] },
    });
    await here.stage.activate(teamOf(), closed);
    const run = await ran(2, { status: 'FAILED', error_class: 'SkillError', error_message: SECRET, summary: SECRET });
    await here.stage.db
      .insertInto('alerts')
      .values({
        ...{ kind: 'FAIL', severity: 'P2', state: 'open', key: 'f', workflow: 'brief', run_id: run.id },
        ...{ error_class: 'SkillError', error_message: SECRET, first_at: at(2), last_at: at(2) },
      })
      .execute();
  });

  test.each(['jon', 'vic', 'sam'])('shows %s names, counts and states only', async (person) => {
    const visitor = await here.as(person);
    for (const path of ['/workflows', '/workflows/brief']) expect(await visitor.text(path)).not.toContain(SECRET);
    const text = seen(await visitor.text('/workflows/brief'));
    expect(text).toContain('The contents are not shown. You may not see the outputs of brief. Maya and Ana can.');
    expect(text).toContain('SkillError (details are for those who may see this work)');
    expect(text).toContain('a text with a usual value');
  });

  test('shows its owner and approvers what they are asked', async () => {
    expect(seen(await (await here.as('ana')).text('/workflows/brief'))).toContain(`Is ${SECRET} named?`);
    expect(await here.nobody().text('/workflows/brief')).not.toContain(SECRET);
  });
});
