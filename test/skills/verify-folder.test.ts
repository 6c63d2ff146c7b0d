import { chmod, mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashSkillFolder } from '#src/skills/hash.ts';
import { verifyFolder } from '#src/skills/verify-folder.ts';
import { tempFolder } from '#test/setup/ground.ts';

async function folderOf(bytes: number) {
  const folder = await tempFolder();
  const path = join(folder.path, 'skill');
  await mkdir(path);
  await writeFile(join(path, 'main.mjs'), '// fine\n');
  await writeFile(join(path, 'data.bin'), Buffer.alloc(bytes, 'a'));
  const hashed = await hashSkillFolder(path);
  if (!hashed.ok) throw new Error('the folder cannot be hashed');
  return { path, hash: hashed.hash, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

describe.each([
  ['small', 1000],
  ['large', 2_000_000],
])('a %s pinned folder', (_size, bytes) => {
  test.each([
    ['the same size and time', (path: string) => sameSizeAndTime(path)],
    ['another file put in its place', (path: string) => replaced(path)],
    ['a file more', (path: string) => writeFile(join(path, 'more'), '')],
  ])('is found changed with %s, however often it was well before', async (_how, change) => {
    await using on = await folderOf(bytes);
    for (let look = 0; look < 4; look += 1)
      expect(await verifyFolder(on.path, on.hash)).toEqual({ ok: true, path: on.path });
    await change(on.path);
    for (let look = 0; look < 2; look += 1)
      expect(await verifyFolder(on.path, on.hash)).toEqual({
        ok: false,
        problem: expect.stringContaining('was changed'),
      });
  });

  test('is not what another hash says', async () => {
    await using on = await folderOf(bytes);
    for (let look = 0; look < 3; look += 1) await verifyFolder(on.path, on.hash);
    expect(await verifyFolder(on.path, `sha256:${'0'.repeat(64)}`)).toMatchObject({ ok: false });
    expect(await verifyFolder(on.path, on.hash)).toMatchObject({ ok: true });
  });
});

/** As somebody does who does not want it seen. */
async function sameSizeAndTime(path: string): Promise<void> {
  const file = join(path, 'data.bin');
  const { atime, mtime, size } = await stat(file);
  await writeFile(file, Buffer.alloc(size, 'b'));
  await utimes(file, atime, mtime);
}

async function replaced(path: string): Promise<void> {
  const file = join(path, 'data.bin');
  const bytes = await readFile(file);
  bytes[5] = 0;
  await writeFile(join(path, '../new.bin'), bytes);
  await rename(join(path, '../new.bin'), file);
}

test('a folder that became a file, or cannot be looked into, is told', async () => {
  await using on = await folderOf(10);
  const file = join(on.path, 'main.mjs');
  expect(await verifyFolder(file, on.hash)).toEqual({ ok: false, problem: `the pinned copy ${file} is missing` });
  await chmod(on.path, 0);
  const closed = await verifyFolder(on.path, on.hash);
  expect(closed.ok).toBe(process.getuid?.() === 0);
  await chmod(on.path, 0o755);
});
