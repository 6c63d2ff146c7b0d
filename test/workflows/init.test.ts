import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkHome } from '#src/workflows/check-home.ts';
import { initHome } from '#src/workflows/init.ts';
import { tempFolder } from '#test/setup/ground.ts';

test('a new home loads clean: no problem, no warning, nothing that is not in force', async () => {
  await using folder = await tempFolder();
  const home = join(folder.path, 'deep', 'home');
  const files = await initHome(home, 'Europe/Berlin');
  expect(files).toEqual([
    '.gitignore',
    'README.md',
    'cowork.yaml',
    'inbox/sales.csv',
    'schemas/totals.json',
    'skills/sales-summary-v1/SKILL.md',
    'skills/sales-summary-v1/main.mjs',
    'skills/sales-summary-v1/spec.yaml',
    'workflows/sales-summary.yaml',
  ]);
  const report = await checkHome(home);
  expect(report.json).toMatchObject({ ok: true, problems: [], warnings: [], not_in_force: [], unchecked: [] });
  expect(report.text).toMatch(/home is fine: 1 workflow, 1 skill\.$/);
  expect(await readFile(join(home, '.gitignore'), 'utf8')).toMatch(
    /^staging\/\nreview_queue\/\narchive\/\nproduction\/$/m,
  );
});

test('its skill does real work, by the contract of a command skill', async () => {
  await using folder = await tempFolder();
  const [home, out] = [join(folder.path, 'home'), join(folder.path, 'out')];
  await initHome(home, 'UTC');
  await mkdir(out);
  const inputs = join(folder.path, 'inputs.json');
  await writeFile(inputs, JSON.stringify({ sales: join(home, 'inbox/sales.csv') }));
  const run = () =>
    execFileSync(process.execPath, [join(home, 'skills/sales-summary-v1/main.mjs')], {
      env: { COWORK_INPUTS: inputs, COWORK_OUT: out },
    });
  run();
  expect((await readdir(out)).sort()).toEqual(['result.json', 'summary.md', 'totals.json']);
  expect(JSON.parse(await readFile(join(out, 'totals.json'), 'utf8'))).toEqual({
    total: 5330.5,
    regions: { north: 2515.75, south: 2000.1, west: 814.65 },
  });
  expect(await readFile(join(out, 'summary.md'), 'utf8')).toContain('| north | 2515.75 |');
  await writeFile(join(home, 'inbox/sales.csv'), 'date,where,amount\n1,2,3\n');
  expect(run).toThrow();
  expect(JSON.parse(await readFile(join(out, 'result.json'), 'utf8')).error.class).toBe('SourceChanged');
});

test('only a new or empty folder is written to', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'mine.txt'), 'x');
  await expect(initHome(folder.path)).rejects.toMatchObject({
    code: 'refused',
    message: `${folder.path} is not empty, and nothing in it was touched. Name a folder that is new or empty.`,
  });
  expect(await readdir(folder.path)).toEqual(['mine.txt']);
  await expect(initHome(join(folder.path, 'mine.txt'))).rejects.toMatchObject({ code: 'refused' });
  await mkdir(join(folder.path, 'repo', '.git'), { recursive: true });
  await initHome(join(folder.path, 'repo'));
  expect((await checkHome(join(folder.path, 'repo'))).ok).toBe(true);
  await expect(initHome(join(folder.path, 'repo'))).rejects.toMatchObject({ code: 'refused' });
});
