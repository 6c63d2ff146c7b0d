import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshUser, releaseUser, workerOf } from '#src/skills/fence/fresh-user.ts';
import { chooseLayers } from '#src/skills/fence/layers.ts';
import { nodeFor } from '#src/skills/fence/node-program.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { processOf, processTable, userOf } from '#src/skills/fence/processes.ts';
import { reachableByAll } from '#src/skills/fence/readable.ts';
import { sweepTemporary, temporaryFolder } from '#src/skills/fence/temporary.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { until } from '../../runs/setup.ts';

const isRoot = process.getuid?.() === 0;
const FENCE = join(import.meta.dirname, '../../../src/skills/fence');

let own: AsyncDisposable & { path: string };
let before: string | undefined;
/** A TMPDIR of this test's own, so that what is left in it can be seen. */
beforeEach(async () => {
  before = process.env.TMPDIR;
  own = await tempFolder();
  await chmod(own.path, 0o755);
  process.env.TMPDIR = own.path;
});
afterEach(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await own[Symbol.asyncDispose]();
});

/** Runs a few lines in a process of their own, which imports the fence from `FENCE`. */
async function inAnother(program: string, options: { node?: string; end?: 'SIGKILL' } = {}): Promise<string> {
  const child = spawn(options.node ?? process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, FENCE },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const piece of child.stdout) {
    said += piece;
    if (options.end && said.endsWith('\n')) child.kill(options.end);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return said.trim();
}

describe('a temporary folder', () => {
  test('is private, and lies where TMPDIR says if that will do', async () => {
    const folder = await temporaryFolder('test', {
      anybody: await reachableByAll(own.path),
      programs: true,
      longest: 200,
    });
    expect(folder.startsWith(`${own.path}/cowork-test-`)).toBe(true);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['is missing', {}, async () => join(own.path, 'nowhere')],
    ['is too long for a socket', { longest: 100 }, async () => made(join(own.path, 'long'.repeat(25)))],
    ['is closed to other users', { anybody: true }, async () => made(join(own.path, 'private'), 0o700)],
    ['holds a pattern', {}, async () => made(join(own.path, 'a*'))],
  ])('lies elsewhere where TMPDIR %s', async (_why, needs, place) => {
    process.env.TMPDIR = await place();
    const folder = await temporaryFolder('test', needs);
    expect(folder.startsWith(own.path)).toBe(false);
    await promisify(execFile)('rmdir', [folder]);
  });

  test('holds programs only where programs may be started', async () => {
    // Only where this host lets us mount.
    const mounted =
      "import { execFileSync } from 'node:child_process'; execFileSync('mount', ['-t', 'tmpfs', '-o', 'noexec', 'tmpfs', process.env.TMPDIR]);";
    const program = `${mounted}
      const { temporaryFolder } = await import(process.env.FENCE + '/temporary.ts');
      const { rmdirSync } = await import('node:fs');
      const [any, programs] = [await temporaryFolder('test'), await temporaryFolder('test', { programs: true })];
      rmdirSync(programs);
      console.log(JSON.stringify([any, programs].map((path) => path.startsWith(process.env.TMPDIR))));`;
    const words = ['-m', process.execPath, '--input-type=module', '-e', program];
    const ran = await promisify(execFile)('unshare', words, { env: { ...process.env, FENCE } }).catch(() => null);
    if (ran) expect(JSON.parse(ran.stdout)).toEqual([true, false]);
    else expect(isRoot && process.env.COWORK_TEST_FENCE === 'required').toBe(false);
  });

  test('of a process that was killed is swept; those of the living, and other people’s names, are not', async () => {
    const left = await inAnother(
      `const { temporaryFolder } = await import(process.env.FENCE + '/temporary.ts');
       console.log(await temporaryFolder('test')); setInterval(() => {}, 1000);`,
      { end: 'SIGKILL' },
    );
    const living = await temporaryFolder('test');
    const [, mark] = /cowork-test-([0-9a-f]{8})-/.exec(living) ?? [];
    const kept = ['cowork-test-00000000-1-1-abcdef', `cowork-test-${mark}-1-1-abcdefg`, 'elsewhere'];
    for (const name of kept) await mkdir(join(own.path, name));
    await symlink('/etc', join(own.path, `cowork-test-${mark}-999999999-77-linked`));
    await mkdir(join(left, 'deep'), { mode: 0o700 });
    await sweepTemporary();
    const there = await readdir(own.path);
    expect(there.map((name) => join(own.path, name))).not.toContain(left);
    expect(there.sort()).toEqual(
      [...kept, living.slice(own.path.length + 1), `cowork-test-${mark}-999999999-77-linked`].sort(),
    );
  });
});

const made = async (path: string, mode = 0o755): Promise<string> => {
  await mkdir(path, { recursive: true, mode });
  return path;
};

describe('the probe', () => {
  test('leaves nothing in the temporary folder and no process', async () => {
    const children = () => [...processTable().values()].filter((proc) => proc.parent === process.pid && !proc.zombie);
    const running = new Set(children().map((proc) => proc.pid));
    await Promise.all([probeFence(), probeFence(['bwrap']), probeFence(['bwrap', 'setpriv'])]);
    expect(children().filter((proc) => !running.has(proc.pid))).toEqual([]);
    // A copy of Node where only its owner may reach it stays for as long as this process does.
    expect((await readdir(own.path)).filter((name) => !name.startsWith('cowork-node-'))).toEqual([]);
  });

  test('finds the same layers whatever TMPDIR is', async () => {
    const usual = await probeFence(['bwrap']);
    for (const place of [
      join(own.path, 'nowhere'),
      await made(join(own.path, 'closed'), 0o700),
      await made(join(own.path, 'a b,c*')),
    ]) {
      process.env.TMPDIR = place;
      const found = await probeFence(['bwrap']);
      expect(found, place).toEqual(usual);
    }
  });

  test('finds them from a checkout that only root may enter, with a copy of Node that goes away', async () => {
    const closed = await made(join(own.path, 'checkout'), 0o700);
    const node = join(closed, 'node');
    await copyFile(await realpath(process.execPath), node);
    await chmod(node, 0o755);
    const said = await inAnother(
      `const { probeFence } = await import(process.env.FENCE + '/probe.ts');
       const [full, weak] = [await probeFence(), await probeFence(['bwrap'])];
       console.log(JSON.stringify({ full, weak }));`,
      { node },
    );
    const { full, weak } = JSON.parse(said);
    const here = { full: await probeFence(), weak: await probeFence(['bwrap']) };
    expect(full.bubblewrap).toEqual(here.full.bubblewrap);
    expect(weak.ownUser).toEqual(here.weak.ownUser);
    expect(weak.nodePermissions).toEqual({ holds: true, why: null });
    expect((await readdir(own.path)).filter((name) => !name.startsWith('cowork-node-'))).toEqual(['checkout']);
  });
});

describe('our own Node for another user', () => {
  test('is made again when somebody cleared the copy away', async () => {
    const closed = await made(join(own.path, 'checkout'), 0o700);
    const node = join(closed, 'node');
    await copyFile(await realpath(process.execPath), node);
    const said = await inAnother(
      `const { nodeFor } = await import(process.env.FENCE + '/node-program.ts');
       const { rmSync } = await import('node:fs'); const { dirname } = await import('node:path');
       const layers = { user: 12345, bubblewrap: null };
       const first = await nodeFor(layers); const same = await nodeFor(layers) === first;
       rmSync(dirname(first), { recursive: true });
       const [second, third] = await Promise.all([nodeFor(layers), nodeFor(layers)]);
       console.log(JSON.stringify({ same, again: first !== second, shared: second === third }));`,
      { node },
    );
    expect(JSON.parse(said)).toEqual({ same: true, again: true, shared: true });
    expect(await nodeFor({ user: null, bubblewrap: null })).toBe(await realpath(process.execPath));
  });
});

describe('a user of its own', () => {
  test('is never given twice at the same time, and never silently shared', () => {
    const users: number[] = [];
    for (let user = freshUser(); user !== null; user = freshUser()) users.push(user);
    try {
      expect(new Set(users).size).toBe(64);
      for (const user of users) expect(workerOf(user)).toBe(process.pid);
      const report = {
        ...{ bubblewrap: { holds: false, why: 'no', how: null }, network: { holds: false, why: 'no' } },
        ...{ nodePermissions: { holds: true, why: null }, ownUser: { holds: true, why: null, fresh: true } },
        ...{ tools: { bwrap: null, setpriv: null, socat: null }, install: null },
      };
      expect(chooseLayers(report, { network: [], isNode: true, sandbox: 'optional' })).toMatchObject({
        refused: expect.stringContaining('side by side'),
      });
      releaseUser(users[7] ?? 0);
      expect(freshUser()).toBe(users[7]);
    } finally {
      for (const user of users) releaseUser(user);
    }
    for (const user of [0, 65533, 65534, 1000, undefined]) expect(workerOf(user)).toBeNull();
  });

  test('of a worker that died is cleared of what it left, and one of a living worker is left alone', async () => {
    if (!isRoot) return expect((await probeFence(['bwrap'])).ownUser.holds).toBe(false);
    const dead = spawn('true');
    const worker = dead.pid ?? 0;
    await once(dead, 'exit');
    const [orphan, kept] = [await asUser(1_700_000_000 + worker * 64), await asUser(1_700_000_000 + process.pid * 64)];
    const gone = once(orphan, 'exit');
    try {
      await probeFence(['bwrap', 'setpriv']);
      await gone;
      expect(orphan.signalCode).toBe('SIGKILL');
      expect(processOf(kept.pid ?? 0)?.zombie).toBe(false);
    } finally {
      const end = once(kept, 'exit');
      kept.kill('SIGKILL');
      await end;
    }
  });
});

async function asUser(user: number): Promise<ChildProcess> {
  const child = spawn('sleep', ['300'], { uid: user, gid: user, env: {}, detached: true, cwd: '/', stdio: 'ignore' });
  await once(child, 'spawn');
  await until(() => userOf(child.pid ?? 0) === user);
  return child;
}

test('a folder that a skill closed against its owner is removed all the same', async () => {
  const { removeFolder } = await import('#src/skills/fence/remove-folder.ts');
  const folder = await made(join(own.path, 'closed'));
  await writeFile(join(await made(join(folder, 'in')), 'x'), 'x');
  await chmod(join(folder, 'in'), 0);
  await removeFolder(folder);
  expect(await readdir(own.path)).toEqual([]);
});
