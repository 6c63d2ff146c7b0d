import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baselineOf } from '#src/runs/validation.ts';
import { outcome, validate } from './run.ts';

const count = (content: string | Buffer, limits: Record<string, number> = {}, name = 'rows.csv') =>
  outcome({ [name]: content }, { kind: 'row_count', file: name, ...limits });

describe('row_count', () => {
  test('counts rows without the header; quoted newlines belong to a value, empty lines are none', async () => {
    const found = await count('\ufeffa,b\r\n1,"two\nlines"\r\n\r\n3,4\r\n');
    expect(found).toMatchObject({ result: 'PASS', actual: { file: 'rows.csv', rows: 2 }, message: '2 rows' });
  });
  test('min and max are inclusive', async () => {
    const text = 'a\n1\n2\n3\n';
    expect((await count(text, { min: 3, max: 3 })).result).toBe('PASS');
    expect(await count(text, { min: 4 })).toMatchObject({ result: 'FAIL', message: '3 rows, fewer than 4' });
    expect(await count(text, { max: 2 })).toMatchObject({ result: 'FAIL', message: '3 rows, more than 2' });
    expect(await count('a\n', { min: 1 })).toMatchObject({ result: 'FAIL', actual: { rows: 0 } });
  });
  test('a tab separates in .tsv only', async () => {
    expect((await count('a\tb\n1,5\t2\n', {}, 'rows.tsv')).result).toBe('PASS');
    expect((await count('a,b\n1\t2\n')).message).toBe('row 1 of rows.csv has 1 columns, its header has 2');
  });
  test.each([
    ['a short row', 'a,b\n1,2\n3\n', 'row 2 of rows.csv has 1 columns, its header has 2'],
    ['a long row', 'a,b\n1,2,3\n', 'row 1 of rows.csv has 3 columns, its header has 2'],
    ['an empty file', '', 'rows.csv is empty, it has no header row'],
    ['two columns of one name', 'a,b,a\n1,2,3\n', 'rows.csv has two columns with the same name in its header'],
    ['an open quote', 'a,b\n1,"open\n', 'rows.csv is not readable as CSV near line 2: a quote is never closed'],
    [
      'text behind a quote',
      'a,b\n1,"x"y\n',
      'rows.csv is not readable as CSV near line 2: text follows a closing quote',
    ],
    [
      'a quote inside a value',
      'a,b\n1,x"y"\n',
      'rows.csv is not readable as CSV near line 2: a quote stands inside an unquoted value',
    ],
    [
      'an endless row',
      `a\n"${'x'.repeat(4_300_000)}"\n`,
      'rows.csv is not readable as CSV near line 2: a row is longer than 4 MiB',
    ],
  ])('refuses %s', async (_name, text, message) => {
    expect(await count(text)).toMatchObject({ result: 'FAIL', message, actual: { problem: message } });
  });
  test('a missing file is FAIL, WARN at level warn, and a folder of that name is no file', async () => {
    const check = { kind: 'row_count', file: 'rows.csv' };
    expect(await outcome({}, check)).toMatchObject({ result: 'FAIL', message: 'rows.csv is missing' });
    expect((await outcome({}, { ...check, level: 'warn' })).result).toBe('WARN');
    expect((await outcome({ 'rows.csv/a': '' }, check)).result).toBe('FAIL');
  });
  test('steps/<id>/<path> is read among the steps', async () => {
    const files = { 'steps/normalise/rows.csv': 'a\n1\n', 'rows.csv': 'a\n' };
    const found = await outcome(files, { kind: 'row_count', file: 'steps/normalise/rows.csv', min: 1 });
    expect(found.result).toBe('PASS');
  });
});

describe('row_count_delta', () => {
  const rows = (n: number) => `a\n${'1\n'.repeat(n)}`;
  const delta = (now: number, before: number | null, max = 0.2) =>
    outcome(
      { 'rows.csv': rows(now) },
      { kind: 'row_count_delta', file: 'rows.csv', max, level: 'warn' },
      { baseline: { rows: async () => before } },
    );
  test('says by how much, either way; exactly max is allowed', async () => {
    expect(await delta(123, 100)).toMatchObject({ result: 'WARN', message: '23 % more rows than the last good run' });
    expect(await delta(77, 100)).toMatchObject({ result: 'WARN', message: '23 % fewer rows than the last good run' });
    expect(await delta(120, 100)).toMatchObject({ result: 'PASS', actual: { rows: 120, last_good_rows: 100 } });
    // 0.1 * 30 is 3.0000000000000004 in floating point.
    expect((await delta(33, 30, 0.1)).result).toBe('PASS');
    expect((await delta(27, 30, 0.1)).result).toBe('PASS');
    expect((await delta(34, 30, 0.1)).result).toBe('WARN');
    expect((await delta(1001, 1000, 0)).message).toBe('0.1 % more rows than the last good run');
  });
  test('no baseline is PASS and says so', async () => {
    expect(await delta(5, null)).toMatchObject({ result: 'PASS', message: '5 rows, no good run to compare with yet' });
  });
  test('from a last good run without rows, any row is too many', async () => {
    expect((await delta(0, 0, 0)).result).toBe('PASS');
    expect(await delta(1, 0, 100)).toMatchObject({ result: 'WARN', message: '1 row, the last good run had none' });
  });
  test('the next run compares with what this one recorded', async () => {
    const check = { kind: 'row_count_delta', file: 'rows.csv', max: 0.1 };
    const first = await validate({ 'rows.csv': rows(100) }, [check]);
    expect(first.result).toBe('PASS');
    const second = await validate({ 'rows.csv': rows(80) }, [check], { baseline: baselineOf(first) });
    expect(second.checks[0]).toMatchObject({ result: 'FAIL', message: '20 % fewer rows than the last good run' });
    expect(await baselineOf(first).rows('other.csv')).toBeNull();
    expect(await baselineOf(null).rows('rows.csv')).toBeNull();
  });
});

describe('column', () => {
  const column = (cells: string[], rules: Record<string, unknown>, at = {}) =>
    outcome(
      { 'rows.csv': `id,x\n${cells.map((cell, index) => `${index},${cell}`).join('\n')}\n` },
      { kind: 'column', file: 'rows.csv', column: 'x', ...rules },
      at,
    );
  const breaches = (found: { actual: unknown }) => (found.actual as { breaches: unknown[] }).breaches;

  test('not_null: a cell of spaces is empty, and empty cells are outside the other rules', async () => {
    const found = await column(['1', '', '  '], { not_null: true, min: 0, pattern: '^1$', in: ['1'], unique: true });
    expect(found.result).toBe('FAIL');
    expect(breaches(found)).toEqual([{ rule: 'not_null', cells: 2, first_row: 2, first: '“”' }]);
    expect((await column(['', ''], { unique: true, min: 1 })).result).toBe('PASS');
  });
  test('unique names the first repeat and the row it repeats', async () => {
    const found = await column(['a', 'b', 'c', 'b', 'a', 'b'], { unique: true });
    expect(breaches(found)).toEqual([{ rule: 'unique', cells: 3, first_row: 4, first: 'the value of row 2' }]);
    expect((await column(['1', '1.0', '01'], { unique: true })).result).toBe('PASS');
  });
  test('min and max as numbers are decimal and inclusive; what is no number breaks them', async () => {
    expect((await column(['0.1', '0.30'], { min: 0.1, max: 0.3 })).result).toBe('PASS');
    expect((await column(['0.30000000000000001'], { max: 0.3 })).result).toBe('FAIL');
    const found = await column(['5', '"1,000"', 'n/a', '-1'], { min: 0, max: 9 });
    expect(breaches(found)).toEqual([
      { rule: 'min', cells: 3, first_row: 2, first: '“1,000”' },
      { rule: 'max', cells: 2, first_row: 2, first: '“1,000”' },
    ]);
  });
  test('min and max as dates', async () => {
    const range = { min: '2026-01-01', max: '2026-12-31T23:59:59Z' };
    expect((await column(['2026-01-01', '2026-06', '2026-12-31T23:00:00+00:00'], range)).result).toBe('PASS');
    expect((await column(['2025-12-31'], range)).result).toBe('FAIL');
    expect((await column(['2026-02-30'], range)).message).toContain(
      'min is broken by 1 cell, first row 1 (“2026-02-30”)',
    );
    expect((await column(['1'], { min: 'soon' })).message).toBe('min: soon is neither a number nor a date');
  });
  test('pattern is found anywhere unless anchored; in takes texts and numbers', async () => {
    expect((await column(['xDEx'], { pattern: 'DE' })).result).toBe('PASS');
    expect((await column(['xDEx'], { pattern: '^DE$' })).result).toBe('FAIL');
    expect((await column(['DE', 'FR', '1.0'], { in: ['DE', 'FR', 1] })).result).toBe('PASS');
    expect((await column(['de'], { in: ['DE'] })).result).toBe('FAIL');
  });
  test('an unknown column names those there are, and semicolons as the likely cause', async () => {
    const check = { kind: 'column', file: 'rows.csv', column: 'z', unique: true };
    expect((await outcome({ 'rows.csv': 'id,x\n' }, check)).message).toBe(
      'rows.csv has no column z (its columns: id, x)',
    );
    expect((await outcome({ 'rows.csv': 'id;z\n1;2\n' }, check)).message).toContain('separated by semicolons');
  });
  test('contents of confidential work are withheld', async () => {
    const found = await column(['secretword', 'secretword'], { unique: true, max: 3 }, { dataClass: 'confidential' });
    expect(found.result).toBe('FAIL');
    expect(JSON.stringify(found)).not.toContain('secretword');
    expect(found.message).toContain('first row 1 (withheld)');
  });
  test('unique agrees with a set, for any cells', async () => {
    const cell = fc.constantFrom('a', 'b', 'c', 'dd', 'é', '1', '01', 'x y');
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 12 }), async (cells) => {
        const found = await column(cells, { unique: true });
        expect(found.result).toBe(new Set(cells).size === cells.length ? 'PASS' : 'FAIL');
      }),
      { numRuns: 30 },
    );
  });
});
