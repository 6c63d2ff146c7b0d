import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemText } from '#src/workflows/files/problem.ts';
import { loadHome } from '#src/workflows/load.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { problemsWith, sampleFiles, writeHome } from './sample-home.ts';

const FILES = [
  'cowork.yaml',
  'workflows/monday-brief.yaml',
  'skills/finance-memo-v2/spec.yaml',
  'skills/finance-memo-v2/SKILL.md',
];
const WORDS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '- ',
  '"',
  "'",
  '\n',
  '\n  ',
  '\t',
  '#',
  '*',
  '&a ',
  '*a',
  '!x',
  '|',
  '>',
  '---\n',
  '...\n',
  '<<: ',
  '? ',
  'null',
  '~',
  '1e999',
  '.nan',
  '-1',
  '0x1',
  'true',
  'constructor',
  '__proto__',
  'toString',
  'length',
  'ä',
  '\u0000',
  '\ud800',
  '\u202e',
  '%YAML 1.1\n',
  'owner',
  'all',
  'a: b',
];

interface Edit {
  at: number;
  drop: number;
  put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat({ max: 30 }),
  put: fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })),
});

const mutate = (text: string, edits: Edit[]): string =>
  edits.reduce((now, { at, drop, put }) => {
    const from = Math.floor(at * now.length);
    return now.slice(0, from) + put + now.slice(from + drop);
  }, text);

test('whatever is done to a file, loading reports it at places that exist, and never throws', async () => {
  await using folder = await tempFolder();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...FILES), fc.array(edit, { minLength: 1, maxLength: 4 }), async (file, edits) => {
      const text = mutate(sampleFiles[file] ?? '', edits);
      await writeHome(folder.path, { [file]: Buffer.from(text) });
      const loaded = await loadHome(folder.path);
      const found = loaded.ok ? [] : loaded.problems;
      if (!loaded.ok) expect(found.length).toBeGreaterThan(0);
      for (const problem of [...found, ...loaded.warnings, ...loaded.notInForce]) {
        const lines = problem.file === file ? text.split('\n') : (sampleFiles[problem.file] ?? '').split('\n');
        expect(problem.line, problemText(problem)).toBeGreaterThanOrEqual(1);
        expect(problem.line, problemText(problem)).toBeLessThanOrEqual(lines.length + 1);
        expect(problem.column, problemText(problem)).toBeGreaterThanOrEqual(1);
        expect(problemText(problem)).not.toMatch(/\p{Cc}|undefined|\[object|Invalid input/u);
      }
      // What is accepted has to survive the database.
      if (loaded.ok) expect(JSON.stringify(loaded.home)).not.toMatch(/\\u0000|\\ud[89a-f]/);
    }),
    { numRuns: 150 },
  );
});

test('any single value put in the place of any other never throws', async () => {
  const lines = (sampleFiles['workflows/monday-brief.yaml'] ?? '').split('\n');
  const value = fc.constantFrom(
    '',
    '~',
    '[]',
    '{}',
    '[[]]',
    '[{}]',
    '{ a: 1 }',
    '12345678901234567890',
    '-0.5',
    'true',
    '"x"',
    '[1, x, {}]',
    'constructor',
  );
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: lines.length - 2 }), value, async (index, put) => {
      const key = /^(\s*)([\w]+):/.exec(lines[index] ?? '')?.[0];
      fc.pre(key !== undefined);
      const text = lines.with(index, `${key} ${put}`).join('\n');
      const says = await problemsWith({ 'workflows/monday-brief.yaml': text });
      for (const line of says) expect(line).toMatch(/^[\w./-]+:\d+:\d+: /);
    }),
    { numRuns: 100 },
  );
});

test('thousands of faults in one file do not bury those of another', async () => {
  const keys = Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n');
  const says = await problemsWith({
    'workflows/close-ledger.yaml': (text) => `${text}${keys}\n`,
    'workflows/monday-brief.yaml': (text) => text.replace('owner: maya', 'owner: mya'),
  });
  expect(says.filter((line) => line.startsWith('workflows/close-ledger.yaml'))).toHaveLength(201);
  expect(says).toContainEqual(expect.stringMatching(/: and 19800 more problems in this file$/));
  expect(says).toContainEqual(expect.stringMatching(/^workflows\/monday-brief\.yaml:4:8: owner "mya"/));
});
