import { spawnSync } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '#test/setup/ground.ts';

const launcher = resolve(import.meta.dirname, '../../src/launch.mjs');
/** Lets the launcher believe that it runs on an older Node, before it is loaded. */
const older = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } })",
)}`;

test('an older Node without a newer one beside it is told what to do, in one sentence', async () => {
  await using folder = await tempFolder();
  await mkdir(join(folder.path, 'src'));
  const alone = join(folder.path, 'src', 'launch.mjs');
  await copyFile(launcher, alone);
  const ended = spawnSync(process.execPath, ['--import', older, alone, 'status'], { encoding: 'utf8' });
  expect(ended.status).toBe(2);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(
    /^Cowork Ops needs Node 24 or newer; this is Node 20\.11\.1 .*Run "npm ci".*install Node 24\.\n$/,
  );
});

test('a Node that is new enough runs the command line, and its exit code is kept', () => {
  const ended = spawnSync(process.execPath, [launcher, 'no-such-command'], { encoding: 'utf8' });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain("unknown command 'no-such-command'");
  const version = spawnSync(process.execPath, [launcher, '--version'], { encoding: 'utf8' });
  expect(version.status).toBe(0);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a slip in a command is answered with the nearest right word', () => {
  const ended = spawnSync(process.execPath, [launcher, 'statsu'], { encoding: 'utf8' });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('Did you mean status?');
});
