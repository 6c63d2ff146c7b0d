import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFile, hashFolder, listFiles, outputHash, stampOf } from '#src/runs/files-hash.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = async (path: string, text: string | Buffer) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
// The very command that home-format gives to people.
const byHand = (except = '') =>
  `sha256:${execFileSync('sh', ['-c', `find . -type f ${except} -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum`], { cwd: folder, encoding: 'utf8' }).slice(0, 64)}`;

test('the hash of a folder is what the shell computes, odd names included', async () => {
  const names = [
    'b.md',
    'a b.csv',
    'ä.txt',
    '日本/数.json',
    '.hidden',
    'a/z',
    'a-z',
    'a.z',
    'A',
    '𝒳.txt',
    '\uffee.txt',
    "it's",
    '"q"',
    '*',
    '$x',
  ];
  for (const name of names) await put(name, `text of ${name}`);
  const { hash, files } = await hashFolder(folder);
  expect(hash).toBe(byHand());
  expect(files.map((file) => file.path).toSorted()).toEqual(names.toSorted());
  expect(outputHash(files)).toBe(hash);
  expect(await listFiles(folder)).toEqual(files.map((file) => file.path));
});

test('paths are sorted as bytes, not as UTF-16', async () => {
  await put('𝒳', '1');
  await put('\uffee', '2');
  expect(await listFiles(folder)).toEqual(['\uffee', '𝒳']);
});

test('in production the product’s own files are left out, and only those', async () => {
  await put('brief.md', 'x');
  await put('approval.flag', '{}');
  await put('.cowork/manifest.json', '{}');
  await put('sub/approval.flag', 'not ours');
  const { hash, files } = await hashFolder(folder, { production: true });
  expect(hash).toBe(byHand("! -path ./approval.flag ! -path './.cowork/*'"));
  expect(files.map((file) => file.path)).toEqual(['brief.md', 'sub/approval.flag']);
});

test('links are not followed, not hashed, and named', async () => {
  await put('a', 'x');
  await symlink('/etc/passwd', join(folder, 'link'));
  await symlink('/etc', join(folder, 'dir'));
  const { hash, others } = await hashFolder(folder);
  expect(hash).toBe(byHand());
  expect(others).toEqual(['dir', 'link']);
  await expect(hashFile(join(folder, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
});

test('a name that is not UTF-8 changes the hash as it does in the shell', async () => {
  await put('a', 'x');
  const before = (await hashFolder(folder)).hash;
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x41])]), 'y');
  const after = (await hashFolder(folder)).hash;
  expect(after).toBe(byHand());
  expect(after).not.toBe(before);
});

test('a file of many chunks and an empty file hash as sha256sum does', async () => {
  await put('big', Buffer.alloc(1_500_001, 'abc'));
  await put('empty', '');
  for (const name of ['big', 'empty']) {
    const hex = execFileSync('sha256sum', ['--', name], { cwd: folder, encoding: 'utf8' }).slice(0, 64);
    expect(await hashFile(join(folder, name))).toBe(hex);
  }
});

test('the stamp changes when a file is touched', async () => {
  await put('a', 'x');
  const before = stampOf(await stat(join(folder, 'a'), { bigint: true }));
  expect(before).toMatch(/^\d+:1:\d+:\d+$/);
  await appendFile(join(folder, 'a'), 'y');
  expect(stampOf(await stat(join(folder, 'a'), { bigint: true }))).not.toBe(before);
});

test('the order of the entries does not matter; a changed path or hash does', () => {
  const entry = fc.record({
    path: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  });
  const entries = fc.uniqueArray(entry, { selector: (file) => file.path, minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), (files, keys) => {
      const shuffled = files
        .map((file) => ({ file, key: keys.next().value }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ file }) => file);
      expect(outputHash(shuffled)).toBe(outputHash(files));
      const [first, ...rest] = files;
      if (first) expect(outputHash([{ ...first, path: `${first.path}x` }, ...rest])).not.toBe(outputHash(files));
    }),
  );
});
