import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyGranted } from '#src/skills/fence/grants.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { LIMITS } from './attempt.ts';

/** A home with these files (and links, as `name -> target`), and what the globs grant of it. */
async function granted(files: string[], globs: string[], limits = LIMITS): Promise<string[]> {
  await using folder = await tempFolder();
  const home = join(folder.path, 'home');
  await writeFile(join(folder.path, 'outside.txt'), 'outside');
  for (const file of files) {
    const [path = '', target] = file.split(' -> ');
    await mkdir(dirname(join(home, path)), { recursive: true });
    if (target) await symlink(target, join(home, path));
    else await writeFile(join(home, path), path);
  }
  const target = join(folder.path, 'read');
  const paths = await copyGranted(home, globs, target, limits);
  const there = await readdir(target, { recursive: true, withFileTypes: true }).catch(() => []);
  const copied = there.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(copied.map((path) => path.slice(target.length + 1)).sort()).toEqual(paths);
  return paths;
}

describe('files of the home that access.read grants', () => {
  const files = ['reference/a.csv', 'reference/b.txt', 'reference/deep/c.csv', 'prices.json', 'brand/logo.svg'];

  test('follow the globs: a star does not cross folders, a folder’s name grants what is in it', async () => {
    expect(await granted(files, ['reference/*.csv'])).toEqual(['reference/a.csv']);
    expect(await granted(files, ['reference/**/*.csv'])).toEqual(['reference/a.csv', 'reference/deep/c.csv']);
    expect(await granted(files, ['brand', 'prices.json'])).toEqual(['brand/logo.svg', 'prices.json']);
    expect(await granted(files, ['./brand/'])).toEqual(['brand/logo.svg']);
    expect(await granted(files, ['**'])).toEqual([...files].sort());
    expect(await granted(files, ['inputs', 'steps', 'out', 'nowhere/*'])).toEqual([]);
  });

  test('never are hidden ones or those of runs', async () => {
    const more = ['.env', 'reference/.secret', '.cowork/postgres', 'staging/brief/x', 'review_queue/x', 'archive/x'];
    expect(
      await granted([...files, ...more], ['**', '.env', '.cowork/**', 'staging/**', 'archive', 'review_queue/*']),
    ).toEqual([...files].sort());
  });

  test('are followed through links only to files inside that are granted themselves', async () => {
    const links = [
      'in.csv -> reference/a.csv',
      'out.csv -> ../outside.txt',
      'env.csv -> .env',
      'run.csv -> staging/x',
      '.env',
      'staging/x',
      'gone.csv -> nowhere',
    ];
    expect(await granted([...files, ...links], ['*.csv'])).toEqual(['in.csv']);
    expect(await granted(['elsewhere -> ..'], ['elsewhere/*'])).toEqual([]);
    expect(await granted(['loop -> .', 'a.csv'], ['**'])).toEqual(['a.csv']);
  });

  test('are bounded by the workflow’s limits', async () => {
    await expect(granted(files, ['**'], { ...LIMITS, files: 3 })).rejects.toThrow('more than 3 files');
    await expect(granted(files, ['**'], { ...LIMITS, bytes: 20 })).rejects.toThrow('more than 20 bytes');
  });
});
