import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFileLock } from '#src/store/file-lock.ts';
import { hostIdentity, isGone, startOf, thisProcess } from '#src/store/process-identity.ts';
import { tempFolder } from '#test/setup/ground.ts';

const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

test('one at a time, and nothing stays behind', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'lock');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 6 }, () => withFileLock(path, 20_000, work)));
  expect(most).toBe(1);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('is released when the work fails', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'lock');
  await expect(withFileLock(path, 0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('a living holder is respected and named', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, JSON.stringify(thisProcess()));
  await expect(withFileLock(path, 60, async () => {})).rejects.toThrow(`process ${process.pid} holds`);
});

test.each([
  ['a pid that is free', () => ({ ...thisProcess(), pid: deadPid() })],
  ['a pid that began anew', () => ({ ...thisProcess(), pid_start: '1' })],
])('a lock left by %s is taken over', async (_name, holder) => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, JSON.stringify(holder()));
  expect(await withFileLock(path, 5000, async () => 'mine')).toBe('mine');
});

test('a lock of another host counts for two minutes', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, JSON.stringify({ host: 'elsewhere', pid: 1, pid_start: '1' }));
  await expect(withFileLock(path, 60, async () => {})).rejects.toThrow('holds');
  const old = new Date(Date.now() - 300_000);
  await utimes(path, old, old);
  expect(await withFileLock(path, 60, async () => 'mine')).toBe('mine');
});

test('a process is gone only with proof', () => {
  const me = thisProcess();
  expect(me.host).toBe(hostIdentity());
  expect(isGone(me)).toBe(false);
  expect(startOf(process.pid)).toBe(me.pid_start);
  expect(isGone({ ...me, pid: deadPid() })).toBe(true);
  expect(isGone({ ...me, host: 'elsewhere', pid: deadPid() })).toBe(false);
  const [name = '', , namespace = ''] = me.host.split(' ');
  expect(isGone({ ...me, host: `${name} another-boot ${namespace}` }, true)).toBe(true);
  expect(isGone({ ...me, host: `${name} another-boot ${namespace}` })).toBe(false);
});
