import { expect, test } from 'vitest';
import { checkHome } from '#src/workflows/check-home.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { replace, writeHome } from './sample-home.ts';

test('a fine home: warnings, what is not in force, what is unchecked, and a last line that says all is well', async () => {
  await using folder = await tempFolder();
  await writeHome(folder.path);
  const { ok, text, json } = await checkHome(folder.path, { env: {} });
  expect(ok).toBe(true);
  const lines = text.split('\n');
  expect(lines[0]).toBe('Warnings:');
  expect(lines).toContain(
    '  workflows/monday-brief.yaml:18:97: inputs.rates.headers.authorization needs the environment variable RATES_TOKEN, which is not set here',
  );
  expect(lines).toContain('Not in force yet:');
  expect(lines.at(-2)).toBe('Without any check: close-ledger');
  expect(lines.at(-1)).toMatch(/ is fine: 2 workflows, 2 skills\.$/);
  expect(json).toMatchObject({
    ok: true,
    hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    workflows: ['close-ledger', 'monday-brief'],
    skills: ['finance-memo-v2', 'finance-normalise-v3'],
    unchecked: ['close-ledger'],
    problems: [],
  });
  expect(json.warnings).toHaveLength(2);
  expect(json.not_in_force).toContainEqual({
    file: 'workflows/monday-brief.yaml',
    line: 12,
    column: 1,
    what: 'budget',
    message: 'budget is not in force yet; it is checked and kept for later',
  });
});

test('a broken home: every problem first, one per line, and a last line that counts them', async () => {
  await using folder = await tempFolder();
  await writeHome(folder.path, {
    'cowork.yaml': replace('ops_lead: jon', 'ops_lead: jo'),
    'workflows/monday-brief.yaml': replace('owner: maya', 'owner: mya'),
  });
  const { ok, text, json } = await checkHome(folder.path);
  expect([ok, json.ok, json.hash, json.workflows]).toEqual([false, false, null, []]);
  expect(text.split('\n').slice(0, 2)).toEqual([
    'cowork.yaml:26:40: reviews.ops_lead "jo" names no person; people: ana, jon, maya, vic; did you mean jon?',
    'workflows/monday-brief.yaml:4:8: owner "mya" names no person; people: ana, jon, maya, vic; did you mean maya?',
  ]);
  expect(text.split('\n').at(-1)).toBe('2 problems in 2 files; this home would not be loaded.');
  expect(json.problems).toContainEqual({
    file: 'workflows/monday-brief.yaml',
    line: 4,
    column: 8,
    message: 'owner "mya" names no person; people: ana, jon, maya, vic; did you mean maya?',
  });
});
