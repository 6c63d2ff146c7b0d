import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';

const SECRET = 'Project Nightjar';
let here: Console;
let vic: Visitor;
let run: string;
let review: number;

beforeAll(async () => {
  here = await Console.open();
  const closed = workflowOf({
    workflow: 'closed',
    title: 'Closed <b>work</b>',
    data_class: 'confidential',
    review: { approvers: ['ana'] },
  });
  await here.stage.activate(teamOf(), workflowOf(), closed);
  vic = await here.as('vic');
  const item = await here.stage.item({ 'a.md': SECRET }, { workflow: 'closed', summary: SECRET, status: 'PARTIAL' });
  run = item.run.id;
  review = item.id;
  const now = here.stage.ground.clock.now();
  await here.stage.db
    .insertInto('alerts')
    .values({
      ...{ kind: 'FAIL', severity: 'P2', state: 'open', key: 'p', workflow: 'closed', run_id: run },
      ...{ error_class: 'Partial', error_message: SECRET, first_at: now, last_at: now },
    })
    .execute();
});
afterAll(() => here[Symbol.asyncDispose]());

const find = (query: string, who = vic) => who.visit(`/search?q=${encodeURIComponent(query)}`);

describe('search', () => {
  test('says before and after what can be searched', async () => {
    const page = await vic.text('/search');
    expect(seen(page)).toContain('What can be searched: a run by its id');
    expect(page).toContain('<a href="/search" aria-current="page">Search</a>');
    const nothing = await find('<script>alert(1)</script>');
    expect(nothing.status).toBe(200);
    const text = await nothing.text();
    expect(seen(text)).toContain('Nothing is called <script>alert(1)</script>.What can be searched:');
    expect(text).not.toContain('<script>');
    expect(text).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  test('leads to the one thing of that name, which is there', async () => {
    const pages = {
      [run]: `/runs/${run}`,
      [`r-${review}`]: `/reviews/R-${review}`,
      'A-1': '/alerts/A-1',
      brief: '/workflows/brief',
    };
    for (const [query, page] of Object.entries(pages)) {
      const answer = await find(query);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, page]);
      expect((await vic.visit(page)).status).toBe(200);
    }
  });

  test('lists what a beginning or an end may mean, names and states only', async () => {
    const text = await (await find(run.slice(-4))).text();
    expect(text).toContain(`<a href="/runs/${run}">${run}</a>`);
    expect(seen(text)).toContain('One found.');
    const both = await (await find('clos')).text();
    expect(both).toContain('<a href="/workflows/closed">closed</a>');
    expect(both).toContain('Closed &lt;b&gt;work&lt;/b&gt;');
    expect(seen(both)).toContain('2 found.');
    const number = seen(await (await find(String(review))).text());
    expect(number).toContain('P2 FAIL closed');
    for (const page of [text, both, number]) expect(page).not.toContain(SECRET);
  });

  test('finds nothing in contents, whoever asks', async () => {
    for (const person of ['vic', 'ana', 'maya'])
      expect(seen(await (await find('Nightjar', await here.as(person))).text())).toContain(
        'Nothing is called Nightjar',
      );
  });

  test('is for listed people where others can reach it', async () => {
    const outside = here.behind({ publicUrl: 'https://ops.acme.example' }).nobody();
    for (const query of [run, 'brief', '']) expect((await find(query, outside)).status).toBe(403);
    expect((await outside.visit('/alerts/A-1')).status).toBe(403);
  });

  test('survives what is no text', async () => {
    for (const path of ['/search?q=%00', '/search?q=%E0%A4%A', '/search?q=a&q=b', `/search?q=${'x'.repeat(5000)}`])
      expect([path.slice(0, 20), (await vic.visit(`${here.base}${path}`)).status]).toEqual([path.slice(0, 20), 200]);
  });
});

describe('the page of an alert', () => {
  test('says it as the message does, without contents that are not for everybody', async () => {
    const page = await vic.text('/alerts/a-1');
    expect(seen(page)).toContain('[P2] Cowork PARTIAL: closed');
    expect(page).toContain(`<a href="/runs/${run}">Its run</a>`);
    expect(page).not.toContain(SECRET);
  });

  test('has its buttons for somebody who is signed in', async () => {
    expect(await vic.text('/alerts/A-1')).toContain('v1|acknowledge|A-1|');
    const nobody = await here.nobody().text('/alerts/A-1');
    expect(nobody).not.toContain('v1|acknowledge');
    expect(seen(nobody)).toContain('To act here, sign in. Choose whom to act as at the top of the page.');
  });

  test('acts by its buttons without a script, once', async () => {
    const sam = await here.as('sam');
    const press = async (code: string, fields: Record<string, string>) => sam.post('/acts', { ...fields, code });
    const drawn = fieldsOf(await sam.text('/alerts/A-1'), '/acts');
    const taken = await press('v1|acknowledge|A-1|', drawn);
    expect(taken.status).toBe(200);
    expect(seen(await sam.text('/alerts/A-1'))).toContain('Sam has it since today');
    expect((await press(`v1|rerun|A-1|${run}`, drawn)).status).toBe(200);
    const again = await press(`v1|rerun|A-1|${run}`, drawn);
    expect(again.status).toBe(409);
    const reruns = await here.stage.db.selectFrom('runs').select('id').where('rerun_of', '=', run).execute();
    expect(reruns).toHaveLength(1);
    const forged = await press('v1|resolve|A-1|', { ...drawn, csrf: 'wrong' });
    expect(forged.status).toBe(403);
    const vics = await vic.post('/acts', { code: 'v1|acknowledge|A-1|' });
    expect(seen(await vics.text())).toContain('You may not acknowledge alerts of closed.');
  });

  test.each([
    ['A-4711', 404, 'There is no alert A-4711.'],
    ['A-0', 400, 'is not an alert'],
    ['%00', 400, 'is not an alert'],
    ['constructor', 400, 'is not an alert'],
  ])('of %s there is none', async (id, status, sentence) => {
    const answer = await vic.visit(`/alerts/${id}`);
    expect(answer.status).toBe(status);
    expect(seen(await answer.text())).toContain(sentence);
  });
});
