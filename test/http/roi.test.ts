import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roi } from '#src/reports/roi.ts';
import { roiCsv } from '#src/reports/roi-csv.ts';
import { addRun, deliver } from '#test/reports/seed.ts';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, seen, type Visitor } from './console.ts';

const RATES = { currency: 'EUR', loaded_per_hour: 60, infra_per_month: 30, overhead_hours_per_month: 1 };
let here: Console;
let vic: Visitor;
let made = 0;

async function delivered(workflow: string, at: string): Promise<string> {
  made += 1;
  const run = { id: `${workflow}-${made}`, workflow, ended_at: new Date(at) };
  await addRun(here.stage.db, (await here.stage.ground.homes.active()).id, run);
  await deliver(here.stage.db, run);
  return run.id;
}

const spent = (run_id: string, workflow: string, model: string, cost: string | null) =>
  here.stage.db
    .insertInto('usage')
    .values({
      ...{ run_id, workflow, step: 'brief', attempt: 1, model, at: new Date('2026-11-10T08:00:00Z') },
      ...{ input_tokens: 900, output_tokens: 100, cache_read_tokens: 0, cache_write_tokens: 0, cost },
      currency: cost === null ? null : 'EUR',
    })
    .execute();

beforeAll(async () => {
  here = await Console.open();
  const brief = workflowOf({ baseline: { manual_mins: 130, review_mins: 10 } });
  const bare = workflowOf({ workflow: 'bare', title: 'Bare' });
  await here.stage.activate(teamOf({ rates: RATES }), brief, bare);
  vic = await here.as('vic');
  await delivered('brief', '2026-09-10T08:00:00Z');
  await delivered('brief', '2026-10-10T08:00:00Z');
  const run = await delivered('brief', '2026-11-10T08:00:00Z');
  await delivered('bare', '2026-11-11T08:00:00Z');
  await spent(run, 'brief', '=cmd|"<b>x</b>"', null);
  await spent(run, 'brief', 'm', '5');
});
afterAll(() => here[Symbol.asyncDispose]());

describe('the page of what it was worth', () => {
  test('answers for the running month, with currency, how it is made up and what is left out', async () => {
    const page = await vic.text('/roi');
    const text = seen(page);
    // 23 of 30 days of 30 and of 60.
    expect(text).toContain('November 2026 so far: net +46 EUR, 2 hours saved');
    expect(text).toContain('Cost74 EURtokens 5.00, infra 23.00, overhead 46.00');
    expect(text).toContain('charged here for 23 of 30 days of November 2026, as far as the period has come');
    expect(text).toContain('bare: it has no baseline');
    expect(text).toContain('brief: 1,000 tokens of =cmd|"<b>x</b>" had no price on their day');
    expect(page).toContain('&lt;b&gt;x&lt;/b&gt;');
    expect(page).not.toContain('<b>x');
    expect(page).toContain('<a href="/roi" aria-current="page">Value</a>');
  });

  test('names the formula with its results', async () => {
    const text = seen(await vic.text('/roi'));
    expect(text).toContain('Hours saved(minutes by hand − minutes of review) × delivered runs ÷ 602.00');
    expect(text).toContain('Valuehours saved × loaded rate of 60 EUR120 EUR');
    expect(text).toContain('Costtokens + infrastructure + overhead74 EUR');
    expect(text).toContain('Net (ROI)value − cost+46 EUR');
  });

  test('draws the months, and tells the same figures as a table', async () => {
    const page = await vic.text('/roi');
    expect(page).toMatch(/<figure class="chart">[\s\S]*aria-hidden="true"><svg/);
    const figures = /<table class="aside">[\s\S]*?<\/table>/.exec(page)?.[0] ?? '';
    expect(seen(figures)).toContain('Sept 202630');
    expect(seen(page)).toContain('Nov 2026 so far22.00120.005.0046.00');
    expect(page).toContain('<a href="/roi?month=2026-10">Oct 2026</a>');
    expect(page).not.toMatch(/style="|<script(?! src)/);
  });

  test('has a row for each workflow, the most worth first, unknown last, each leading to its page', async () => {
    const rows = /id="workflows"[\s\S]*?<\/section>/.exec(await vic.text('/roi'))?.[0] ?? '';
    const names = [...rows.matchAll(/<a href="\/workflows\/(\w+)">/g)].map(([, name]) => name);
    expect(names).toEqual(['brief', 'bare']);
    expect(seen(rows)).toContain('bare1unavailableunavailable0.00unavailable');
  });

  test('of a period that is over compares it with the one before, and leads to its neighbours', async () => {
    const page = await vic.text('/roi?month=2026-10');
    expect(seen(page)).toContain('October 2026: net +30 EUR, 2 hours saved (0 % on September 2026)');
    expect(seen(page)).toContain('Net+30 EURSeptember 2026: 30.00');
    expect(page).toContain('<a href="/roi?month=2026-09" rel="prev">September 2026</a>');
    expect(page).toContain('<a href="/roi?month=2026-11" rel="next">November 2026</a>');
    expect(await vic.text('/roi')).not.toContain('rel="next"');
  });

  test('answers for a quarter, a year, a range and one workflow', async () => {
    expect(seen(await vic.text('/roi?period=quarter'))).toContain('Q4 2026 so far: net');
    expect(seen(await vic.text('/roi?period=year'))).toContain('2026 so far: net');
    expect(await vic.text('/roi?period=year')).toContain('<option value="year" selected>this year</option>');
    expect(seen(await vic.text('/roi?from=2026-11-01&to=2026-11-11'))).toContain(
      '1 November 2026 to 10 November 2026: net',
    );
    const brief = seen(await vic.text('/roi?period=month&workflow=brief'));
    expect(brief).toContain('brief, November 2026 so far: net +115 EUR before shared costs, 2 hours saved');
    expect(brief).toContain('infrastructure and overhead are shared by all workflows and not split');
    expect(brief).toContain('Costtokens5 EUR');
    expect(seen(await vic.text('/roi?period=&workflow='))).toContain('November 2026 so far');
  });

  test.each([
    ['period=week', 400, '"week" is no period; choose month, quarter or year.'],
    ['month=2027-01', 400, 'January 2027 has not begun.'],
    ['month=x', 400, 'is not a month'],
    ['month=2026-10&year=2026', 400, 'Name one period'],
    ['from=2026-11-10&to=2026-11-01', 400, 'The period is empty'],
    ['from=0001-01-01&to=9999-12-31', 400, 'begins before 2000. Choose a period from 1 January 2000 on.'],
    ['workflow=%3Cscript%3E', 404, 'There is no workflow named <script>'],
    ['workflow=constructor', 404, 'There is no workflow named constructor'],
    ['workflow=a%00b', 404, 'There is no workflow named ab'],
  ])('?%s is answered calmly', async (query, status, sentence) => {
    for (const path of ['/roi', '/roi.csv']) {
      const answer = await vic.visit(`${path}?${query}`);
      expect([path, answer.status]).toEqual([path, status]);
      expect(seen(await answer.text())).toContain(sentence);
    }
  });

  test('and its file are for listed people where others can reach them', async () => {
    const outside = here.behind({ publicUrl: 'https://ops.acme.example' }).nobody();
    for (const path of ['/roi', '/roi.csv']) expect((await outside.visit(path)).status).toBe(403);
  });
});

describe('the file', () => {
  const read = (text: string): Record<string, string>[] => parse(text, { columns: true });

  test('holds the figures of the page, one row for each workflow and one for all', async () => {
    const answer = await vic.visit('/roi.csv?month=2026-11');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="roi-2026-11-01-to-2026-12-01.csv"');
    const rows = read(await answer.text());
    expect(rows.map((row) => [row.workflow, row.runs, row.hours_saved, row.net])).toEqual([
      ['bare', '1', '', ''],
      ['brief', '1', '2', '115'],
      ['(all)', '2', '2', '46'],
    ]);
    expect(rows[0]?.left_out).toBe('it has no baseline');
    expect(rows[2]).toMatchObject({
      currency: 'EUR',
      cost_tokens: '5',
      cost_infra: '23',
      cost_overhead: '46',
      complete: 'false',
    });
  });

  test('is linked from the page for the very period and workflow', async () => {
    expect(await vic.text('/roi?month=2026-10&workflow=brief')).toContain(
      'href="/roi.csv?month=2026-10&amp;workflow=brief" download',
    );
  });

  test('keeps texts whole and never a formula', async () => {
    const report = await roi(here.stage.ground, { now: here.stage.ground.clock.now() });
    const reason = '=1+1,"x"\r\ny';
    const rows = read(roiCsv({ ...report, left_out: [{ workflow: null, reason }] }));
    expect(rows.at(-1)?.left_out).toBe(`'${reason}`);
  });
});
