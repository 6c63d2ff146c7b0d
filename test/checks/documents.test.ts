import { describe, expect, test } from 'vitest';
import { readDate } from '#src/runs/checks/dates.ts';
import { outcome } from './run.ts';

describe('json_schema', () => {
  const fits = (json: string, schema: unknown, at = {}) =>
    outcome(
      { 'm.json': json },
      { kind: 'json_schema', file: 'm.json', schema: 'schemas/m.json' },
      { schemas: { 'schemas/m.json': schema }, ...at },
    );
  const object = (properties: Record<string, unknown>, more = {}) => ({ type: 'object', properties, ...more });

  test('tells what does not fit and where', async () => {
    const schema = object({ a: { type: 'number' }, d: { type: 'string', format: 'date' } }, { required: ['a'] });
    expect(await fits('{"a": 1, "d": "2026-11-23"}', schema)).toMatchObject({ result: 'PASS' });
    expect(await fits('\ufeff{"a": 1}', schema)).toMatchObject({ result: 'PASS' });
    expect(await fits('{"a": "x", "d": "23.11."}', schema)).toMatchObject({
      result: 'FAIL',
      message: 'm.json does not fit schemas/m.json: /a must be number and 1 more error',
      actual: { errors: ['/a must be number', '/d must match format "date"'], count: 2 },
    });
    expect((await fits('{}', schema)).message).toContain("/ must have required property 'a'");
  });
  test('2020-12 unless $schema says otherwise', async () => {
    const tuple = { prefixItems: [{ type: 'number' }], items: false };
    expect((await fits('[1, 2]', tuple)).result).toBe('FAIL');
    expect((await fits('[1]', { $schema: 'https://json-schema.org/draft/2020-12/schema', ...tuple })).result).toBe(
      'PASS',
    );
    const old = { items: [{ type: 'number' }], additionalItems: false };
    for (const draft of ['http://json-schema.org/draft-07/schema#', 'http://json-schema.org/draft-06/schema#']) {
      expect((await fits('[1, 2]', { $schema: draft, ...old })).result).toBe('FAIL');
      expect((await fits('[1]', { $schema: draft, ...old })).result).toBe('PASS');
    }
    expect((await fits('[1]', { $schema: 'https://json-schema.org/draft/2019-09/schema', ...old })).result).toBe(
      'PASS',
    );
    expect((await fits('[1]', { $schema: 'http://json-schema.org/draft-04/schema#' })).message).toContain('draft-04');
  });
  test.each([
    [
      'a remote reference',
      { $ref: 'https://example.org/other.json' },
      /is not a usable JSON Schema: can't resolve reference/,
    ],
    ['a broken schema', { type: 'nonsense' }, /is not a usable JSON Schema: schema is invalid/],
    ['no schema', 'text', /is not a JSON Schema/],
    ['a pattern beyond RE2', { pattern: '(?=a)b' }, /is not a usable JSON Schema/],
    ['an unknown schema', undefined, /not part of the pinned definition/],
  ])('%s is FAIL', async (_name, schema, message) => {
    const found = await fits('{}', schema);
    expect(found.result).toBe('FAIL');
    expect(found.message).toMatch(message);
  });
  test('patterns run on RE2, so none stalls; two patterns stay two', async () => {
    const schema = object({ a: { pattern: '^(a+)+$' }, b: { pattern: '^\\d{2}$' } });
    expect((await fits(JSON.stringify({ a: `${'a'.repeat(50_000)}!` }), schema)).result).toBe('FAIL');
    expect((await fits('{"a": "aaa", "b": "12"}', schema)).result).toBe('PASS');
    expect((await fits('{"a": "aaa", "b": "x"}', schema)).message).toContain('/b');
  });
  test('uniqueItems is by value, whatever the order of keys, and fast for long lists', async () => {
    const schema = { uniqueItems: true };
    expect((await fits('[{"a":1,"b":2},{"b":2,"a":1}]', schema)).result).toBe('FAIL');
    expect((await fits('[1,"1",[1],{"a":1},null]', schema)).result).toBe('PASS');
    const long = Array.from({ length: 30_000 }, (_, index) => ({ index }));
    expect((await fits(JSON.stringify(long), schema)).result).toBe('PASS');
  });
  test('errors are bounded', async () => {
    const found = await fits(JSON.stringify(Array.from({ length: 5000 }, () => 'x')), { items: { type: 'number' } });
    expect((found.actual as { errors: string[]; count: number }).errors).toHaveLength(10);
    expect((found.actual as { count: number }).count).toBe(5000);
  });
  test('what is not JSON, not UTF-8, too deep or too large is FAIL without repeating contents', async () => {
    expect((await fits('{"secretword', {})).message).toBe('m.json is not JSON');
    expect(
      (
        await outcome(
          { 'm.json': Buffer.from([0x22, 0xff, 0x22]) },
          { kind: 'json_schema', file: 'm.json', schema: 's' },
          { schemas: { s: {} } },
        )
      ).message,
    ).toBe('m.json is not UTF-8');
    expect((await fits(' '.repeat(33 * 1024 * 1024), {})).message).toContain('larger than 32 MiB');
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect((await fits(deep, { items: { $ref: '#' } })).result).toBe('FAIL');
  });
  test('confidential documents are told by the schema’s words only', async () => {
    const schema = { additionalProperties: { type: 'number' } };
    const found = await fits('{"Jane Secret": "x"}', schema, { dataClass: 'confidential' });
    expect(found).toMatchObject({ result: 'FAIL', actual: { errors: ['#/additionalProperties/type'] } });
    expect(JSON.stringify(found)).not.toContain('Secret');
  });
});

describe('fresh', () => {
  const fresh = (dates: string[], max_age = '7d', at = {}) =>
    outcome(
      { 'r.csv': `d,x\n${dates.map((date) => `${date},1`).join('\n')}\n` },
      { kind: 'fresh', file: 'r.csv', column: 'd', max_age },
      at,
    );
  // The run of these tests starts on 2026-11-23 at 05:00 UTC.
  test('the newest date counts, against the start of the run', async () => {
    expect(await fresh(['2026-11-16T05:00:00Z', '2020-01-01', ''])).toMatchObject({ result: 'PASS' });
    expect(await fresh(['2026-11-16T04:59:59Z'])).toMatchObject({
      result: 'FAIL',
      message: 'the newest date “2026-11-16T04:59:59Z” is 7 d old, allowed: 7d',
      actual: { newest: '2026-11-16T04:59:59Z' },
    });
    expect((await fresh(['2026-11-23T04:00'], '2h')).message).toContain('is 60 min old');
    expect((await fresh(['2026-11-23T06:00+02:00'], '30m')).result).toBe('FAIL');
    expect((await fresh(['2026-10'], '30d')).result).toBe('FAIL');
    expect((await fresh(['2026-Q4'], '60d')).result).toBe('PASS');
  });
  test('a date that cannot be read, none at all, and one to come are FAIL', async () => {
    expect((await fresh(['2026-11-20', '20.11.2026'])).message).toBe('row 2 of r.csv holds “20.11.2026”, not a date');
    expect((await fresh(['', ''])).message).toBe('r.csv holds no date');
    expect((await fresh(['9999-12-31'])).message).toContain('lies ahead of the run');
    expect((await fresh(['2026-11-24T04:00:00Z'])).result).toBe('PASS');
  });
  test('a pointer to a date, a list or a year', async () => {
    const at = (pointer: string, max_age = '7d') =>
      outcome(
        { 'm.json': '{"as_of": "2026-11-20", "list": ["2020-01-01", "2026-11-22"], "year": 2026, "no": null}' },
        { kind: 'fresh', file: 'm.json', pointer, max_age },
      );
    expect((await at('/as_of')).result).toBe('PASS');
    expect((await at('/list', '2d')).result).toBe('PASS');
    expect((await at('/year', '1y')).result).toBe('PASS');
    expect((await at('/no')).message).toBe('m.json at /no holds “null”, not a date');
    expect((await at('/gone')).result).toBe('FAIL');
  });
  test('confidential dates are withheld', async () => {
    const found = await fresh(['2020-01-02'], '7d', { dataClass: 'confidential' });
    expect(found.result).toBe('FAIL');
    expect(JSON.stringify({ ...found, expected: null })).not.toContain('2020');
  });
  test.each([
    ['2026', '2026-01-01T00:00:00.000Z'],
    ['2026Q3', '2026-07-01T00:00:00.000Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-11-23 06:00:01.250-0530', '2026-11-23T11:30:01.250Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => expect(new Date(readDate(text) ?? Number.NaN).toISOString()).toBe(iso));
  test.each([
    '',
    '2026-13',
    '2026-00',
    '2026-02-29',
    '2026-11-31',
    '2026-11-23T24:00',
    '2026-11-23T06:00+15:00',
    '1795410000',
    '11/23/2026',
    '2026-Q5',
    'tomorrow',
  ])('does not read %j', (text) => expect(readDate(text)).toBeUndefined());
});

describe('completeness', () => {
  const complete = (text: string, degraded: string[], file = 'brief.md') =>
    outcome({ [file]: text }, { kind: 'completeness', file }, { degraded });
  test.each([
    ['one line', 'CRM export is unavailable this week.'],
    ['a wrapped paragraph', 'The pipeline is left out,\nbecause crm is\nUnavailable.'],
    ['a list item', '- finance: ok\n- crm: unavailable'],
    ['a table row', '| crm | unavailable |'],
    ['JSON', '{"crm": {\n  "status": "unavailable"\n}}'],
  ])('%s names it', async (_name, text) => {
    expect(await complete(text, ['crm'])).toMatchObject({
      result: 'PASS',
      message: 'brief.md names crm as unavailable',
    });
  });
  test.each([
    ['another paragraph', 'The crm is a system.\n\nSomething is unavailable.'],
    ['another item', '- crm: fine\n- finance: unavailable'],
    ['another row', '| crm | ok |\n| finance | unavailable |'],
    ['part of a word', 'The crmx export is unavailable, unlike crms'],
    ['another word', 'crm: unavailability'],
  ])('%s does not', async (_name, text) => {
    expect(await complete(text, ['crm'])).toMatchObject({
      result: 'FAIL',
      message: 'brief.md does not say that crm is unavailable',
      actual: { not_named: ['crm'] },
    });
  });
  test('every degraded input must be named, underscores may be spaces', async () => {
    const text = 'CRM export and fx-rates: unavailable';
    expect((await complete(text, ['crm_export', 'fx-rates'])).result).toBe('PASS');
    expect((await complete(text, ['crm_export', 'ledger'])).actual).toEqual({ not_named: ['ledger'] });
  });
  test('a CSV is read by lines; one endless line still ends', async () => {
    expect((await complete('crm,ok\nfinance,unavailable\n', ['crm'], 'r.csv')).result).toBe('FAIL');
    expect((await complete(`${'x '.repeat(400_000)} crm unavailable`, ['crm'])).result).toBe('PASS');
  });
  test('with nothing degraded it passes, but the file must be there', async () => {
    expect((await complete('', [])).message).toBe('no input is degraded');
    expect((await outcome({}, { kind: 'completeness', file: 'brief.md' })).result).toBe('FAIL');
  });
});
