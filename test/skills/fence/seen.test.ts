import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host } from './attempt.ts';
import { fenced } from './promised.ts';

let report: FenceReport;
let host: Host;
beforeAll(async () => {
  report = await probeFence();
  host = await Host.make();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

describe('the environment of a skill', () => {
  test('is built from nothing: what home-format lists, its secrets, and no more', async () => {
    const said = await host.said(report, {
      program: 'say({ env, here: process.cwd(), node: process.version, zone: new Date(0).getHours() });',
      request: { secrets: { CRM_TOKEN: 'tok-12345678' } },
    });
    const env = said.env as Record<string, string>;
    expect(Object.keys(env).sort()).toEqual(
      [
        ...['COWORK_ATTEMPT', 'COWORK_CONTEXT', 'COWORK_INPUTS', 'COWORK_OUT', 'COWORK_REQUEST', 'COWORK_RUN_ID'],
        ...['COWORK_SKILL', 'COWORK_STEP', 'COWORK_STEPS', 'COWORK_WORKFLOW', 'CRM_TOKEN', 'HOME', 'LANG', 'PATH'],
        ...['PWD', 'TMPDIR', 'TZ'].filter((name) => name in env),
      ].sort(),
    );
    expect(env).toMatchObject({ COWORK_ATTEMPT: '1', COWORK_STEP: 'make', COWORK_WORKFLOW: 'brief', LANG: 'C.UTF-8' });
    expect(env).toMatchObject({ TZ: 'Europe/Berlin', CRM_TOKEN: 'tok-12345678' });
    expect(said.zone).toBe(1);
    expect(said.node).toBe(process.version);
    expect(env.PATH?.split(':')[0]).toBe(join(env.COWORK_SKILL ?? '', '../bin'));
  });

  test('hands inputs, steps, notes, request and earlier outputs over, as the skill sees their paths', async () => {
    const ledger = await host.put('run/inputs/ledger/a.csv', 'a,1');
    const more = [await host.put('run/inputs/more/b.csv', 'b'), await host.put('run/inputs/more/c.csv', 'c')];
    await host.put('run/steps/normalise/rows.csv', 'rows');
    await host.put('run/steps/unrelated/x.csv', 'not for this step');
    await host.put('run/previous/brief.md', 'as it was');
    const said = await host.said(report, {
      program: `
        const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
        const text = (path) => readFileSync(path, 'utf8');
        const { ledger, more, client, crm } = json(env.COWORK_INPUTS);
        const request = json(env.COWORK_REQUEST);
        say({ ledger: text(ledger), more: more.map(text), client, crm, steps: readdirSync(env.COWORK_STEPS),
          rows: text(env.COWORK_STEPS + '/normalise/rows.csv'), notes: text(env.COWORK_CONTEXT), note: request.note,
          before: text(request.previous_outputs + '/brief.md'), empty: readdirSync(env.HOME) });`,
      request: {
        inputs: {
          ledger: { kind: 'file', path: ledger },
          more: { kind: 'files', paths: more },
          client: { kind: 'text', text: 'Acme' },
          crm: null,
        },
        inputsFolder: join(host.root, 'run/inputs'),
        steps: ['normalise'],
        contextText: 'Mind the quarter.',
        request: { note: 'shorter' },
        previousOutputs: join(host.root, 'run/previous'),
      },
    });
    expect(said).toEqual({
      ...{ ledger: 'a,1', more: ['b', 'c'], client: 'Acme', crm: null, steps: ['normalise'], rows: 'rows' },
      ...{ notes: 'Mind the quarter.', note: 'shorter', before: 'as it was', empty: [] },
    });
  });

  test('shows neither inputs nor steps to a skill that does not ask for them', async () => {
    const path = await host.put('run/inputs/ledger/a.csv', 'a,1');
    await host.put('run/steps/normalise/rows.csv', 'rows');
    const said = await host.said(report, {
      program: `say({ inputs: JSON.parse(readFileSync(env.COWORK_INPUTS, 'utf8')), steps: readdirSync(env.COWORK_STEPS),
        read: env.COWORK_READ ?? null });`,
      access: { read: [] },
      request: {
        inputs: { ledger: { kind: 'file', path } },
        inputsFolder: join(host.root, 'run/inputs'),
        steps: ['normalise'],
      },
    });
    expect(said).toEqual({ inputs: {}, steps: [], read: null });
  });

  test('refuses secrets whose names would change how programs start', async () => {
    for (const name of ['LD_PRELOAD', 'PATH', 'NODE_OPTIONS', 'COWORK_OUT', 'https_proxy', 'BASH_ENV']) {
      const { outcome, started } = await host.try(report, { request: { secrets: { [name]: 'value-1234' } } });
      expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
      expect(outcome.errorMessage).toContain(name);
      expect(outcome.errorMessage).not.toContain('value-1234');
      expect(started).toEqual([]);
    }
    const { outcome } = await host.try(report, { request: { secrets: { KEY: 'a\0b' } } });
    expect(outcome).toMatchObject({ errorClass: 'FenceBroken' });
  });
});

describe('inside bubblewrap', () => {
  test('nothing of the host shows but the system and what was given', async () => {
    if (!fenced(report)) return;
    const paths = {
      home: await host.put('home/.env', 'SECRET=1'),
      data: await host.put('data/postgres/socket', ''),
      otherRun: await host.put('run/steps/unrelated/x.csv', 'x'),
      product: join(import.meta.dirname, '../../../package.json'),
      shadow: '/etc/shadow',
      hosts: '/etc/hostname',
      temporary: await mkdtemp(join(tmpdir(), 'elsewhere-')),
      environ: `/proc/${process.pid}/environ`,
      root: '/root',
      run: '/var/run',
      devices: '/sys/class',
    };
    const said = await host.said(report, {
      program: `
        const paths = ${JSON.stringify(paths)};
        const exists = Object.entries(paths).filter(([, path]) => existsSync(path)).map(([name]) => name);
        const name = spawnSync('/bin/sh', ['-c', 'cat /proc/sys/kernel/hostname']).stdout.toString().trim();
        say({ exists, name, root: readdirSync('/').sort(), processes: readdirSync('/proc').filter((n) => /^[0-9]+$/.test(n)).length,
          parent: tryOut(() => readFileSync('/proc/1/environ', 'utf8')), passwd: readFileSync('/etc/passwd', 'utf8'),
          uid: process.getuid(), groups: process.getgroups() });`,
      request: { secrets: { CRM_TOKEN: 'tok-12345678' } },
    });
    await rm(paths.temporary, { recursive: true });
    expect(said.exists).toEqual([]);
    expect(said.name).toBe('cowork');
    expect(said.name).not.toBe(hostname());
    expect(said.processes).toBeLessThan(6);
    expect([0, 65534, process.getuid?.()]).not.toContain(said.uid);
    expect(said.groups).toEqual([said.uid]);
    expect(said.passwd).not.toContain('postgres');
    for (const name of said.root as string[])
      expect([
        'bin',
        'cowork',
        'dev',
        'etc',
        'gnu',
        'lib',
        'lib32',
        'lib64',
        'libx32',
        'nix',
        'proc',
        'run',
        'sbin',
        'tmp',
        'usr',
      ]).toContain(name);
    // With a user of its own the fence's first process is root's; in a user namespace it holds the same few words.
    expect(said.parent).not.toContain('DATABASE_URL');
    if (process.getuid?.() === 0) expect(said.parent).toBe('EACCES');
  });

  test('it may write its own folders and nothing else', async () => {
    if (!fenced(report)) return;
    const said = await host.said(report, {
      program: `
        const write = (path) => tryOut(() => { writeFileSync(path, 'x'); return 'wrote'; });
        say({ fine: [env.HOME, env.TMPDIR, out, process.cwd(), '/dev/shm'].map((folder) => write(folder + '/x')),
          refused: ['/x', '/cowork/x', env.COWORK_SKILL + '/main.mjs', env.COWORK_SKILL + '/x', env.COWORK_STEPS + '/x', env.COWORK_INPUTS,
            '/usr/x', '/etc/x', '/dev/x', '/run/x', '/cowork/bin/node', '/proc/sys/kernel/hostname', '/var/tmp/x'].map(write) });`,
    });
    expect(said.fine).toEqual(['wrote', 'wrote', 'wrote', 'wrote', 'wrote']);
    for (const answer of said.refused as string[])
      expect(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ETXTBSY']).toContain(answer);
  });

  test('it has no network, no new namespaces, no odd sockets and no privileges', async () => {
    if (!fenced(report)) return;
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = address && typeof address === 'object' ? address.port : 0;
    const said = await host.said(report, {
      program: `
        import { networkInterfaces } from 'node:os';
        import { connect } from 'node:net';
        import { readlinkSync } from 'node:fs';
        const reach = (host, port) => new Promise((done) => {
          const socket = connect({ host, port, timeout: 2000 });
          for (const event of ['connect', 'timeout']) socket.on(event, () => { socket.destroy(); done(event); });
          socket.on('error', (error) => done(error.code));
        });
        const run = (...words) => spawnSync(words[0], words.slice(1)).status;
        const status = readFileSync('/proc/self/status', 'utf8');
        const value = (key) => status.match(new RegExp('^' + key + ':\\\\s*(\\\\S+)', 'm'))[1];
        say({ loopback: await reach('127.0.0.1', ${port}), outside: await reach('192.0.2.1', 80),
          interfaces: Object.keys(networkInterfaces()), unshare: run('unshare', '-U', 'true'), nested: run('unshare', '-r', '-m', 'true'),
          caps: ['CapEff', 'CapPrm', 'CapBnd', 'CapAmb'].map(value).filter((caps) => !/^0+$/.test(caps)).length,
          newPrivs: value('NoNewPrivs'), filter: value('Seccomp'), core: spawnSync('/bin/sh', ['-c', 'ulimit -c']).stdout.toString().trim(),
          files: readdirSync('/proc/self/fd').map((fd) => tryOut(() => readlinkSync('/proc/self/fd/' + fd))).filter((path) => /^\\/(?!dev\\/null|proc\\/|\\S+\\/output \\(deleted\\)$)/.test(path)) });`,
    });
    server.close();
    expect(said.loopback).toBe('ECONNREFUSED');
    expect(['ENETUNREACH', 'EHOSTUNREACH']).toContain(said.outside);
    expect(said.interfaces).toEqual(['lo']);
    expect(said).toMatchObject({ newPrivs: '1', filter: '2', core: '0', files: [] });
    if (process.getuid?.() === 0) expect(said.caps).toBe(0);
    expect(said.unshare).not.toBe(0);
    expect(said.nested).not.toBe(0);
  });

  test('a home below a system folder is covered too', async () => {
    if (!fenced(report) || process.getuid?.() !== 0) return;
    const folder = await mkdtemp('/usr/local/share/cowork-test-');
    try {
      await chmod(folder, 0o755);
      await writeFile(join(folder, 'ledger.csv'), 'amount');
      const look = { program: `say({ seen: tryOut(() => readdirSync('${folder}').length) });` };
      expect(await host.said(report, look)).toEqual({ seen: 1 });
      expect(await host.said(report, { ...look, request: { hidden: [folder] } })).toEqual({ seen: 0 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('home files granted by access.read', () => {
  test('appear read-only at their home-relative paths, and only those', async () => {
    await host.put('home/reference/rates.csv', 'eur,1');
    await host.put('home/reference/deep/more.csv', 'x');
    await host.put('home/reference/.hidden', 'x');
    await host.put('home/other.csv', 'x');
    const said = await host.said(report, {
      program: `const list = (folder, below = '') => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
          entry.isDirectory() ? list(folder + '/' + entry.name, below + entry.name + '/') : below + entry.name);
        say({ seen: list(env.COWORK_READ).sort(), text: readFileSync(env.COWORK_READ + '/reference/rates.csv', 'utf8') });`,
      access: { read: ['reference/**', 'staging/**', '.env'] },
    });
    expect(said).toEqual({ seen: ['reference/deep/more.csv', 'reference/rates.csv'], text: 'eur,1' });
  });
});
