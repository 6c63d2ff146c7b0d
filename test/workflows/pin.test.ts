import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemText } from '#src/workflows/files/problem.ts';
import type { Home } from '#src/workflows/home.ts';
import { loadHome } from '#src/workflows/load.ts';
import { pinFolder, pinHome, pinnedPath, verifyPinned } from '#src/workflows/pin.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { type Changes, writeHome } from './sample-home.ts';

const now = () => new Date();

async function stage(changes: Changes = {}) {
  const folder = await tempFolder();
  const [home, data] = [join(folder.path, 'home'), join(folder.path, 'data')];
  await writeHome(home, changes);
  return { root: home, data, load: () => load(home), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

async function load(root: string): Promise<Home> {
  const loaded = await loadHome(root);
  if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.home;
}

const memo = (home: Home) => home.skills['finance-memo-v2']?.hash ?? '';

/** As an owner who is set on it can, though the copy is read-only. */
async function tamper(path: string, act: (file: string) => Promise<unknown>): Promise<void> {
  await chmod(path, 0o755);
  const file = join(path, 'main.mjs');
  await chmod(file, 0o644).catch(() => {});
  await act(file);
}

describe('pinned copies', () => {
  test('hold exactly what was loaded, read-only, runnable where the original is', async () => {
    await using on = await stage({ 'skills/finance-memo-v2/bin/tool.sh': '#!/bin/sh\n' });
    await chmod(join(on.root, 'skills/finance-memo-v2/bin/tool.sh'), 0o700);
    const home = await on.load();
    await pinHome(on.data, home, now());
    const path = pinnedPath(on.data, memo(home));
    expect(path).toBe(join(on.data, 'pinned', memo(home).slice('sha256:'.length)));
    expect(await verifyPinned(on.data, memo(home))).toEqual({ ok: true, path });
    const mode = async (file: string) => ((await stat(join(path, file))).mode & 0o777).toString(8);
    expect([await mode(''), await mode('bin'), await mode('bin/tool.sh'), await mode('main.mjs')]).toEqual([
      '555',
      '555',
      '555',
      '444',
    ]);
    expect(await readFile(join(path, 'main.mjs'), 'utf8')).toBe('// memo\n');
    const kit = home.workflows['monday-brief']?.kit ?? '';
    expect(await readdir(pinnedPath(on.data, kit))).toEqual(['totals.mjs']);
    expect((await readdir(join(on.data, 'pinned'))).length).toBe(3);
  });

  test('stay when the home goes on, so that a run keeps what it started with', async () => {
    await using on = await stage();
    const before = await on.load();
    await pinHome(on.data, before, now());
    await writeFile(join(on.root, 'skills/finance-memo-v2/main.mjs'), '// newer\n');
    const after = await on.load();
    await pinHome(on.data, after, now());
    expect(memo(after)).not.toBe(memo(before));
    expect(await readFile(join(pinnedPath(on.data, memo(before)), 'main.mjs'), 'utf8')).toBe('// memo\n');
    expect(await readFile(join(pinnedPath(on.data, memo(after)), 'main.mjs'), 'utf8')).toBe('// newer\n');
  });

  test.each([
    ['a changed file', (file: string) => writeFile(file, '// evil\n'), /was changed: its hash is now sha256:/],
    ['a removed file', (file: string) => rm(file), /was changed: its hash is now sha256:/],
    ['an added file', (file: string) => writeFile(`${file}.more`, ''), /was changed: its hash is now sha256:/],
    [
      'a file turned into a link',
      async (file: string) => {
        await rm(file);
        await symlink('/etc/hostname', file);
      },
      /main\.mjs is a link/,
    ],
  ])('%s is found, and mended when the home is pinned again', async (_name, act, expected) => {
    await using on = await stage();
    const home = await on.load();
    await pinHome(on.data, home, now());
    await tamper(pinnedPath(on.data, memo(home)), act);
    expect(await verifyPinned(on.data, memo(home))).toEqual({ ok: false, problem: expect.stringMatching(expected) });
    await pinHome(on.data, home, now());
    expect((await verifyPinned(on.data, memo(home))).ok).toBe(true);
    expect((await readdir(join(on.data, 'pinned'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a missing copy is told', async () => {
    await using on = await stage();
    expect(await verifyPinned(on.data, `sha256:${'0'.repeat(64)}`)).toEqual({
      ok: false,
      problem: `the pinned copy ${join(on.data, 'pinned', '0'.repeat(64))} is missing`,
    });
  });

  test('a folder that changed since it was loaded is a conflict, and nothing is left behind', async () => {
    await using on = await stage();
    const home = await on.load();
    await writeFile(join(on.root, 'skills/finance-memo-v2/main.mjs'), '// edited meanwhile\n');
    await expect(pinHome(on.data, home, now())).rejects.toMatchObject({ code: 'conflict' });
    expect(await verifyPinned(on.data, memo(home))).toMatchObject({ ok: false });
    expect((await readdir(join(on.data, 'pinned'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('ten at once make one copy', async () => {
    await using on = await stage();
    const home = await on.load();
    await mkdir(join(on.data, 'pinned'), { recursive: true });
    const source = join(on.root, 'skills/finance-memo-v2');
    await Promise.all(Array.from({ length: 10 }, () => pinFolder(on.data, source, memo(home))));
    expect(await readdir(join(on.data, 'pinned'))).toEqual([memo(home).slice('sha256:'.length)]);
    expect((await verifyPinned(on.data, memo(home))).ok).toBe(true);
  });

  test('what a killed process left is swept a day later, not earlier', async () => {
    await using on = await stage();
    const home = await on.load();
    const left = join(on.data, 'pinned', '.tmp-1-dead');
    await mkdir(join(left, 'sub'), { recursive: true });
    await writeFile(join(left, 'sub', 'x'), 'x');
    await chmod(join(left, 'sub'), 0o555);
    await utimes(left, new Date('2026-11-01T00:00:00Z'), new Date('2026-11-01T00:00:00Z'));
    await pinHome(on.data, home, new Date('2026-11-01T23:00:00Z'));
    expect(await readdir(join(on.data, 'pinned'))).toContain('.tmp-1-dead');
    await pinHome(on.data, home, new Date('2026-11-02T00:00:01Z'));
    expect(await readdir(join(on.data, 'pinned'))).not.toContain('.tmp-1-dead');
  });
});
