import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agree,
  comparisonWith,
  ExactSum,
  exactOf,
  readPlainNumber,
  readProseNumber,
} from '#src/runs/checks/numbers.ts';
import { outcome, type Written } from './run.ts';

const csv = (cells: string[], column = 'x') => `${column},note\n${cells.map((cell) => `${cell},n`).join('\n')}\n`;
const sums = (mine: string[], theirs: string[], more: Record<string, unknown> = {}, at = {}) =>
  outcome(
    { 'rows.csv': csv(mine) },
    { kind: 'sum_matches', file: 'rows.csv', column: 'x', source: { input: 'ledger', column: 'amount' }, ...more },
    { inputs: { ledger: { 'a.csv': csv(theirs, 'amount') } }, ...at },
  );

describe('numbers', () => {
  test.each([
    ['12', '12'],
    [' -0.50 ', '-0.5'],
    ['+.5', '0.5'],
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    ['12345678901234567890.1', '12345678901234567890.1'],
  ])('%j is a plain number', (text, value) => expect(readPlainNumber(text)?.toString()).toBe(value));
  test.each([
    '',
    '1,204',
    '1.2.3',
    '0x10',
    'Infinity',
    'NaN',
    '1e999',
    '1e-400',
    '12 EUR',
    '3 %',
    '--1',
    '٣',
    '1'.repeat(201),
  ])('%j is none', (text) => expect(readPlainNumber(text)).toBeUndefined());
  test.each([
    ['1,204,331', '1204331'],
    ['1,204,331.50', '1204331.5'],
    ['1 204 331', '1204331'],
    ['1\u202f204\u202f331', '1204331'],
    ["1'204'331", '1204331'],
    ['−3.2 %', '-3.2'],
    ['3.2%', '3.2'],
    ['+2.1 %', '2.1'],
    ['-1,204', '-1204'],
    ['1.204', '1.204'],
  ])('prose writes %j', (text, value) => expect(readProseNumber(text)?.toString()).toBe(value));
  test.each([
    '3,2',
    '1.204.331',
    '1,20,331',
    '12,34',
    '1,204 331',
    '1,2040',
    '',
    '%',
    '3 %%',
    'about 3',
    '1,204,331 EUR',
  ])('prose does not write %j', (text) => expect(readProseNumber(text)).toBeUndefined());
  test('the edge of a tolerance is inside, and a percentage is of the source', () => {
    const [a, b] = [exactOf(0.3), exactOf(0.1)];
    expect(agree(a, b, 0.2)).toBe(true);
    expect(agree(a, b, 0.19)).toBe(false);
    expect(agree(exactOf(101), exactOf(100), '1%')).toBe(true);
    expect(agree(exactOf(-101), exactOf(-100), '1%')).toBe(true);
    expect(agree(exactOf(100), exactOf(101.1), '1%')).toBe(false);
    expect(agree(exactOf(1), exactOf(0), '50%')).toBe(false);
  });
});

test('the short ways of adding and comparing change no result', () => {
  const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
  const number = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits(1, 18),
      fc.option(digits(0, 8), { nil: null }),
      fc.constantFrom('', '', 'e2'),
    )
    .map(([sign, whole, part, exponent]) => `${sign}${whole}${part === null ? '' : `.${part}`}${exponent}`);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), (texts) => {
      const sum = new ExactSum();
      const numbers = texts.map((text) => readPlainNumber(text) ?? exactOf(Number.NaN));
      for (const text of texts) expect(sum.add(text)).toBe(true);
      const wanted = numbers.reduce((all, one) => all.plus(one));
      expect(sum.total().equals(wanted)).toBe(true);
      const [limit = exactOf(0)] = numbers;
      const compare = comparisonWith(limit);
      for (const [index, text] of texts.entries()) {
        expect(Math.sign(compare(text) ?? Number.NaN) + 0).toBe((numbers[index]?.comparedTo(limit) ?? Number.NaN) + 0);
      }
    }),
  );
  for (const text of ['', '.', '+', '-.', '1,2', 'x']) expect(new ExactSum().add(text)).toBe(false);
  expect(comparisonWith(exactOf(1))('x')).toBeUndefined();
});

describe('sum_matches', () => {
  test('is decimal, not floating', async () => {
    expect((await sums(['0.1', '0.2'], ['0.3'])).result).toBe('PASS');
    expect((await sums(['1e16', '1', '-1e16'], ['1'])).result).toBe('PASS');
    expect(await sums(['10', '2.5'], ['12.51'])).toMatchObject({
      result: 'FAIL',
      message: 'rows.csv differs from its source by more than 0: 12.5 against 12.51, -0.01 apart',
      expected: { sum: '12.51', tolerance: 0 },
      actual: { sum: '12.5', values: 2, empty_cells: 0 },
    });
    expect((await sums(['12.5'], ['12.51'], { tolerance: 0.01 })).result).toBe('PASS');
    expect((await sums(['99'], ['100'], { tolerance: '1%' })).result).toBe('PASS');
  });
  test('equals exact decimal arithmetic for any cells', async () => {
    const upTo = (max: bigint) => fc.bigInt({ min: -max, max });
    // The second kind takes the short way of ExactSum, often to its limit.
    const cents = fc.oneof(upTo(10n ** 25n), upTo(10n ** 15n - 1n), upTo(2000n));
    const text = (value: bigint) => {
      const digits = (value < 0n ? -value : value).toString().padStart(4, '0');
      return `${value < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(cents, { minLength: 1, maxLength: 15 }),
        fc.constantFrom(0n, 1n, -1n),
        async (cells, off) => {
          const total = cells.reduce((sum, cell) => sum + cell, 0n);
          const found = await sums(cells.map(text), [text(total + off)]);
          expect(found.result).toBe(off === 0n ? 'PASS' : 'FAIL');
        },
      ),
      { numRuns: 40 },
    );
  });
  test('an unreadable number fails and names its row, on either side', async () => {
    expect(await sums(['1', '"1,204"'], ['1'])).toMatchObject({
      result: 'FAIL',
      message: 'row 2 of rows.csv holds “1,204” in x, not a plain number',
    });
    expect((await sums(['1'], ['1', '2', 'n/a'])).message).toBe(
      'row 3 of input ledger holds “n/a” in amount, not a plain number',
    );
  });
  test('empty cells add nothing and are told', async () => {
    expect(await sums(['1', '', ' '], ['1'])).toMatchObject({
      result: 'PASS',
      message: 'rows.csv agrees with its source: 1, 2 empty cells left out',
    });
  });
  test('all files of an input count', async () => {
    const files = { 'a.csv': 'amount\n1\n', 'b.tsv': 'amount\tb\n2\t0\n' };
    expect((await sums(['3'], [], {}, { inputs: { ledger: files } })).result).toBe('PASS');
  });
  test('a source that is not there is WARN; a file under check that is not there is FAIL', async () => {
    expect(await sums(['1'], [], {}, { inputs: {} })).toMatchObject({
      result: 'WARN',
      message: 'the source cannot be found: input ledger is unavailable',
    });
    expect((await sums(['1'], ['1'], { source: { input: 'ledger', column: 'gone' } })).result).toBe('WARN');
    expect((await sums(['1'], ['1'], { source: { file: 'gone.csv', column: 'x' } })).result).toBe('WARN');
    expect((await sums(['1'], ['1'], { column: 'gone' })).result).toBe('FAIL');
    expect((await sums(['1'], ['1'], { file: 'gone.csv' })).result).toBe('FAIL');
    const broken = { inputs: { ledger: { 'a.csv': 'amount,b\n1\n' } } };
    expect((await sums(['1'], [], {}, broken)).result).toBe('FAIL');
  });
  test('a definition that names no place, or two, is told', async () => {
    expect((await sums(['1'], ['1'], { pointer: '/x' })).message).toBe(
      'the check names both a column and a pointer, one is needed',
    );
    expect((await sums(['1'], ['1'], { source: { column: 'amount' } })).message).toBe(
      'the source names neither an input nor a file',
    );
  });
  test('pointers read JSON numbers exactly, also lists and texts, on either side', async () => {
    const files = {
      'm.json':
        '{"total": 12345678901234567890.12, "parts": [0.1, 0.2], "text": "1,204", "a/b": {"~": 5}, "none": "x"}',
      'rows.csv': csv(['12345678901234567890.12']),
    };
    const at = (pointer: string, source: Record<string, unknown>) =>
      outcome(files, { kind: 'sum_matches', file: 'm.json', pointer, source } as Written);
    expect((await at('/total', { file: 'rows.csv', column: 'x' })).result).toBe('PASS');
    expect((await at('/parts', { file: 'm.json', pointer: '/parts/0' })).result).toBe('FAIL');
    expect((await at('/text', { file: 'm.json', pointer: '/a~1b/~0' })).message).toContain('1204 against 5');
    expect((await at('/none', { file: 'm.json', pointer: '/total' })).message).toBe('m.json has no number at /none');
    expect((await at('/gone', { file: 'm.json', pointer: '/total' })).message).toBe('m.json has nothing at /gone');
    expect((await at('/total', { file: 'm.json', pointer: '/parts/7' })).result).toBe('WARN');
    expect((await at('/constructor', { file: 'm.json', pointer: '/total' })).message).toContain('nothing at');
    expect((await at('total', { file: 'm.json', pointer: '/total' })).message).toBe(
      'the pointer total must begin with /',
    );
  });
  test('sums of confidential work are withheld', async () => {
    const found = await sums(['4711'], ['815'], {}, { dataClass: 'restricted' });
    expect(found).toMatchObject({ result: 'FAIL', message: 'rows.csv differs from its source by more than 0' });
    expect(JSON.stringify(found)).not.toMatch(/4711|815|3896/);
    const broken = await sums(['secretword'], ['1'], {}, { dataClass: 'confidential' });
    expect(JSON.stringify(broken)).not.toContain('secretword');
  });
});

describe('numbers_agree', () => {
  const agrees = (brief: string, json: string, more: Record<string, unknown> = {}, at = {}) =>
    outcome(
      { 'brief.md': brief, 'metrics.json': json },
      {
        kind: 'numbers_agree',
        file: 'brief.md',
        pattern: 'Revenue (?:is|was) ([0-9.,]+)',
        source: { file: 'metrics.json', pointer: '/revenue' },
        ...more,
      },
      at,
    );
  test('every match must agree', async () => {
    const json = '{"revenue": 1204331}';
    expect(await agrees('Revenue is 1,204,331 EUR. Revenue was 1204331', json)).toMatchObject({
      result: 'PASS',
      message: '2 numbers in brief.md agree with metrics.json',
    });
    expect(await agrees('Revenue is 1,204,331\n\nRevenue was 1,204,330 EUR', json)).toMatchObject({
      result: 'FAIL',
      message: 'brief.md line 3 says “1,204,330”, metrics.json has 1204331',
      actual: { matches: 2, disagree: 1 },
    });
    expect((await agrees('Revenue is 1,204,330', json, { tolerance: 1 })).result).toBe('PASS');
    expect((await agrees('Revenue is 1,204,331', '{"revenue": "1,204,331"}')).result).toBe('PASS');
  });
  test('no match, no number and no group are FAIL', async () => {
    expect(await agrees('nothing', '{"revenue": 1}')).toMatchObject({
      result: 'FAIL',
      message: 'the pattern is nowhere in brief.md',
    });
    expect((await agrees('Revenue is 1.204.331', '{"revenue": 1204331}')).message).toContain(
      '“1.204.331”, not a number',
    );
    expect((await agrees('Revenue is 5', '{"revenue": 5}', { pattern: 'Revenue' })).result).toBe('FAIL');
    expect((await agrees('Revenue is 5', '{"revenue": null}')).result).toBe('FAIL');
    expect((await agrees('Revenue is 5', '{broken')).message).toBe('metrics.json is not JSON');
  });
  test('a source that is not there is WARN', async () => {
    expect((await agrees('Revenue is 5', '{}')).result).toBe('WARN');
    expect((await agrees('Revenue is 5', '{}', { source: { file: 'gone.json', pointer: '' } })).result).toBe('WARN');
  });
  test('confidential numbers are withheld', async () => {
    const found = await agrees('Revenue is 4711', '{"revenue": 815}', {}, { dataClass: 'confidential' });
    expect(found.result).toBe('FAIL');
    expect(JSON.stringify(found)).not.toMatch(/4711|815/);
  });
});
