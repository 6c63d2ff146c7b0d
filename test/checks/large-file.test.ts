import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Distinct } from '#src/runs/checks/distinct.ts';
import type { Validation } from '#src/store/schema.ts';
import { temporaryFolder } from './run.ts';

const child = join(import.meta.dirname, 'large-file.ts');

test('a 30 MB table, and one of a million rows, are checked in a heap of 40 MB', { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder();
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=40', child, folder], {
    env: { ...process.env, TMPDIR: folder },
  });
  const validation = JSON.parse(stdout) as Validation;
  expect(validation.checks.map(({ result, message }) => `${result} ${message}`)).toEqual([
    'PASS rows.csv agrees with its source: 500',
    'FAIL id: unique is broken by 1 cell, first row 1010000 (the value of row 6)',
    'FAIL rows.csv has a match of last, doubled"\\n in line 50001',
    'PASS nothing found in 2 files',
  ]);
  // What was spilled for the unique column is gone.
  expect(await readdir(folder)).toEqual(['outputs']);
});

test('repeats are found the same whether values are held or spilled', async () => {
  const values = Array.from({ length: 5000 }, (_, index) => `v${(index * 7) % 4990}`);
  const seen = new Map<string, number>();
  let count = 0;
  let first: { row: number; of: number } | undefined;
  for (const [index, value] of values.entries()) {
    const of = seen.get(value);
    if (of === undefined) seen.set(value, index + 1);
    else {
      count += 1;
      first ??= { row: index + 1, of };
    }
  }
  for (const held of [100, 4096, 1_000_000]) {
    const distinct = new Distinct(held);
    for (const [index, value] of values.entries()) await distinct.add(value, index + 1);
    expect(await distinct.repeats()).toEqual({ count, ...first });
    await distinct.close();
  }
  expect(count).toBe(10);
});
