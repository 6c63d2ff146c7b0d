import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseLayers, type FenceReport, type Wanted } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host, weaker } from './attempt.ts';
import { fenced } from './promised.ts';

let here: FenceReport;
let without: FenceReport;
let host: Host;
beforeAll(async () => {
  here = await probeFence();
  without = await probeFence(['bwrap']);
  host = await Host.make();
});
afterAll(async () => {
  expect(await host.left()).toEqual([]);
  await host[Symbol.asyncDispose]();
});

describe('the probe', () => {
  test('finds bubblewrap where it works, and says why and what to do where it does not', () => {
    if (fenced(here)) expect(here.bubblewrap).toMatchObject({ holds: true, why: null });
    else expect(here.bubblewrap.why).toBeTruthy();
    expect(without.bubblewrap).toMatchObject({ holds: false, how: null, why: 'bubblewrap is not installed.' });
    expect(without.network).toMatchObject({ holds: false });
    if (process.platform === 'linux') expect(without.install).toContain('apt-get install bubblewrap');
  });

  test('tries the other layers whether or not bubblewrap is there', () => {
    expect(here.nodePermissions).toEqual({ holds: true, why: null });
    expect(without.nodePermissions).toEqual({ holds: true, why: null });
    if (process.getuid?.() === 0) expect(without.ownUser).toMatchObject({ holds: true });
    else expect(without.ownUser).toMatchObject({ holds: false, why: expect.stringContaining('root') });
  });

  test('is what the layers of an attempt follow from', () => {
    const node: Wanted = { network: [], isNode: true, sandbox: 'optional' };
    expect(chooseLayers(weaker(here, 'node permissions'), node)).toMatchObject({ words: 'node permissions' });
    expect(chooseLayers(weaker(here, 'no layer'), node)).toMatchObject({ words: 'none but limits' });
    expect(chooseLayers(weaker(here, 'node permissions'), { ...node, isNode: false })).toMatchObject({
      nodePermissions: false,
    });
    const open = { ...here, bubblewrap: { holds: true, why: null, how: 'user-namespace' as const } };
    const listed: Wanted = { ...node, network: ['example.org'] };
    expect(chooseLayers({ ...open, network: { holds: false, why: 'socat is not installed.' } }, listed)).toMatchObject({
      network: 'open',
      words: expect.stringContaining('network open'),
    });
    expect(
      chooseLayers(
        { ...open, network: { holds: false, why: 'socat is not installed.' } },
        { ...listed, sandbox: 'required' },
      ),
    ).toMatchObject({ refused: expect.stringContaining('socat is not installed.') });
  });
});

describe('Node’s permission model, where bubblewrap is missing', () => {
  test('keeps a skill from everything but its own folders, and from starting programs', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(outside, 'secret'), 'secret');
    const home = await host.put('home/.env', 'SECRET=1');
    await host.put('run/steps/normalise/rows.csv', 'rows');
    await host.put('run/steps/unrelated/x.csv', 'x');
    const said = await host.said(weaker(here, 'node permissions'), {
      program: `
        const read = (path) => tryOut(() => readFileSync(path, 'utf8'));
        say({ env: read('${home}'), outside: read('${outside}/secret'), passwd: read('/etc/passwd'),
          worker: read('/proc/${process.pid}/environ'), own: read('/proc/self/environ'),
          unrelated: read('${host.root}/run/steps/unrelated/x.csv'), step: read(env.COWORK_STEPS + '/normalise/rows.csv'),
          write: tryOut(() => writeFileSync('${outside}/x', 'x')), skill: tryOut(() => writeFileSync(env.COWORK_SKILL + '/x', 'x')),
          link: tryOut(() => symlinkSync('/etc/passwd', join(out, 'l'))), shell: tryOut(() => spawnSync('/bin/sh', ['-c', 'true']).status),
          temporary: tryOut(() => writeFileSync(env.TMPDIR + '/x', 'x')) });`,
      request: { steps: ['normalise'] },
    });
    await rm(outside, { recursive: true });
    const denied = 'ERR_ACCESS_DENIED';
    expect(said).toEqual({
      ...{ env: denied, outside: denied, passwd: denied, worker: denied, own: denied, unrelated: denied },
      ...{ step: 'rows', write: denied, skill: denied, link: denied, shell: denied, temporary: 'done' },
    });
  });

  test('is not loosened by the words of run', async () => {
    for (const word of ['--allow-child-process', '--allow_fs_read=*', '--no-permission', '--allow-worker']) {
      const { outcome, started } = await host.try(weaker(here, 'node permissions'), {
        run: ['node', word, 'main.mjs'],
      });
      expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
      expect(outcome.errorMessage).toContain(word);
      expect(started).toEqual([]);
    }
  });

  test('names itself in the outcome', async () => {
    const { outcome } = await host.try(weaker(here, 'node permissions'), { program: 'say(1);' });
    expect(outcome).toMatchObject({ state: 'ok', fence: 'node permissions' });
  });
});

describe('a user of its own, without bubblewrap', () => {
  test('keeps our environment, private files and other attempts from a skill', async () => {
    if (process.getuid?.() !== 0) return expect(without.ownUser.holds).toBe(false);
    const secret = await host.put('home/private', 'secret');
    const { outcome, read } = await host.try(
      { ...without, nodePermissions: { holds: false, why: 'not tried here' } },
      {
        program: `const read = (path) => tryOut(() => readFileSync(path, 'utf8'));
        say({ uid: process.getuid(), groups: process.getgroups(), worker: read('/proc/${process.pid}/environ'), home: read('${secret}'),
          data: tryOut(() => readdirSync('${host.root}/data')), kill: tryOut(() => process.kill(${process.pid}, 0)),
          setuid: tryOut(() => process.setuid(0)), privileges: readFileSync('/proc/self/status', 'utf8').includes('NoNewPrivs:\\t1') });`,
      },
    );
    expect(outcome).toMatchObject({ state: 'ok', fence: 'own user' });
    const said = JSON.parse(await read('said.json'));
    expect(said).toMatchObject({ worker: 'EACCES', home: 'EACCES', data: 'EACCES', kill: 'EPERM', setuid: 'EPERM' });
    expect(said.privileges).toBe(true);
    expect([0, 65534, process.getuid()]).not.toContain(said.uid);
    expect(said.groups).toEqual([said.uid]);
  });

  test('is another one for each attempt side by side', async () => {
    if (process.getuid?.() !== 0) return expect(without.ownUser.holds).toBe(false);
    const look = { program: 'await new Promise((go) => setTimeout(go, 200)); say(process.getuid());' };
    const [one, two] = await Promise.all([host.said(without, look), host.said(without, look)]);
    expect(one).not.toBe(two);
  });
});

test('without any layer a skill still has its limits, an environment from nothing and collected outputs', async () => {
  const { outcome, read } = await host.try(weaker(here, 'no layer'), { program: 'say(Object.keys(env).sort());' });
  expect(outcome).toMatchObject({ state: 'ok', fence: 'none but limits' });
  expect(JSON.parse(await read('said.json'))).not.toContain('USER');
  const flood = await host.try(weaker(here, 'no layer'), {
    run: ['/bin/sh', 'bomb.sh'],
    files: { 'bomb.sh': 'while true; do sleep 60 & done\n' },
    limits: { processes: 20 },
  });
  expect(flood.outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
});
