import { describe, expect, test } from 'vitest';
import { overallResult, validationCounts } from '#src/runs/validation.ts';
import { type Circumstances, outcome, validate } from './run.ts';

const there = { kind: 'required_files', files: ['a'] };
const command = (answer: { exit: number | null; text: string }, at: Circumstances = {}, level = 'fail') =>
  outcome({}, { kind: 'command', run: ['node', 'check.mjs'], level }, { commandRunner: async () => answer, ...at });

test('the result is the worst of all; no checks at all is PASS', async () => {
  expect(await validate({}, [])).toEqual({ run_id: 'monday-brief-20261123T0500Z-7k3q', result: 'PASS', checks: [] });
  const validation = await validate({ a: '' }, [there, { ...there, files: ['b'], level: 'warn' }]);
  expect(validation.result).toBe('WARN');
  expect(validationCounts(validation)).toEqual({ PASS: 1, WARN: 1, FAIL: 0 });
  expect((await validate({ a: '' }, [{ ...there, files: ['b'] }, there])).result).toBe('FAIL');
  expect(overallResult(['WARN', 'FAIL', 'PASS'])).toBe('FAIL');
});

test('an outcome has every key of VALIDATION.json', async () => {
  const found = await outcome({ a: '' }, { ...there, name: 'files_there' });
  expect(found).toEqual({
    name: 'files_there',
    kind: 'required_files',
    level: 'fail',
    result: 'PASS',
    expected: { files: ['a'] },
    actual: { present: 1, missing: [] },
    message: '1 file there',
    ms: expect.any(Number),
  });
});

describe('command', () => {
  test('the exit code decides', async () => {
    expect(await command({ exit: 0, text: 'fine\n' })).toMatchObject({ result: 'PASS', message: 'fine' });
    expect(await command({ exit: 1, text: 'two rows\ntoo many' })).toMatchObject({
      result: 'FAIL',
      message: 'two rows too many',
      actual: { exit: 1 },
    });
    expect((await command({ exit: 2, text: '' })).result).toBe('WARN');
    expect((await command({ exit: 1, text: 'x' }, {}, 'warn')).result).toBe('WARN');
    expect((await command({ exit: 127, text: 'not found' })).message).toBe(
      'the script ended with exit 127, which is no answer: not found',
    );
    expect((await command({ exit: null, text: '' })).message).toBe('the script was ended before it decided');
  });
  test('it gets the check, and what it prints is bounded, and withheld for confidential work', async () => {
    const seen: unknown[] = [];
    const at: Circumstances = {
      commandRunner: async (check) => {
        seen.push(check.run);
        return { exit: 1, text: 'x'.repeat(9999) };
      },
    };
    const found = await outcome({}, { kind: 'command', run: ['./check.sh', '-x'] }, at);
    expect(seen).toEqual([['./check.sh', '-x']]);
    expect(found.message).toHaveLength(500);
    expect(JSON.stringify(found).length).toBeLessThan(1500);
    const kept = await command({ exit: 1, text: 'Jane earns 4711' }, { dataClass: 'confidential' });
    expect(kept).toMatchObject({ result: 'FAIL', message: 'exit 1, its words are withheld' });
    expect(JSON.stringify(kept)).not.toContain('4711');
  });
});

describe('a check that breaks', () => {
  const broken = (level: string, at: Circumstances = {}) =>
    validate({ a: '' }, [{ kind: 'command', run: ['x'], level }, there], {
      commandRunner: async () => {
        throw new RangeError('no fence for 4711');
      },
      ...at,
    });
  test('is FAIL with its class, and the others still run', async () => {
    const validation = await broken('fail');
    expect(validation.result).toBe('FAIL');
    expect(validation.checks[0]).toMatchObject({
      result: 'FAIL',
      message: 'the check itself failed with RangeError: no fence for 4711',
      actual: { error: 'RangeError' },
    });
    expect(validation.checks[1]?.result).toBe('PASS');
    expect((await broken('warn')).result).toBe('WARN');
  });
  test('does not repeat contents for confidential work', async () => {
    const [first] = (await broken('fail', { dataClass: 'restricted' })).checks;
    expect(first?.message).toBe('the check itself failed with RangeError');
  });
  test('an aborted run has no validation', async () => {
    const stop = new AbortController();
    const at: Circumstances = {
      signal: stop.signal,
      commandRunner: async () => {
        stop.abort(new Error('cancelled by Maya'));
        throw new Error('killed');
      },
    };
    await expect(validate({}, [{ kind: 'command', run: ['x'] }], at)).rejects.toThrow('cancelled by Maya');
    await expect(validate({}, [], { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
  });
});

test('outcomes are bounded and can be stored: no NUL, no broken surrogates, no endless lists', async () => {
  const found = await command({ exit: 1, text: 'a\0b\ud800c\u2028d\u001b[31m' });
  expect(found.message).toBe('a b\ufffdc d [31m');
  const many = Array.from({ length: 300 }, (_, index) => `file-${index}`);
  const missing = await outcome({}, { kind: 'required_files', files: many });
  expect(missing.message).toBe('file-0, file-1, file-2, file-3, file-4 and 295 more are missing');
  expect((missing.actual as { missing: string[] }).missing).toHaveLength(21);
});
