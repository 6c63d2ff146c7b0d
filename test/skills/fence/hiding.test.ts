import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '#src/skills/fence/collect.ts';
import { diskUse } from '#src/skills/fence/disk.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { processOf, processTable } from '#src/skills/fence/processes.ts';
import { until } from '../../runs/setup.ts';
import { Host, LIMITS, unhindered, weaker } from './attempt.ts';

let report: FenceReport;
let none: FenceReport;
let host: Host;
beforeAll(async () => {
  report = unhindered(await probeFence());
  none = weaker(report, 'no layer');
  host = await Host.make();
});
afterAll(async () => {
  expect(await host.left()).toEqual([]);
  await host[Symbol.asyncDispose]();
});

const gone = (pid: number): boolean => processOf(pid)?.zombie ?? true;

describe('bytes', () => {
  test('below a folder whose name is not UTF-8 count like any others', async () => {
    const { outcome } = await host.try(report, {
      program: `
        const folder = Buffer.concat([Buffer.from(env.HOME + '/'), Buffer.from([0xff, 0xfe])]);
        mkdirSync(folder);
        for (let n = 0; ; n += 1) {
          writeFileSync(Buffer.concat([folder, Buffer.from('/' + n)]), Buffer.alloc(500_000));
          await new Promise((go) => setTimeout(go, 20));
        }`,
      limits: { bytes: 5_000_000 },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused' });
    expect(outcome.errorMessage).toMatch(/temporary files; its limit is 4\.8 MB/);
    const raw = Buffer.concat([Buffer.from(`${host.root}/raw-`), Buffer.from([0xff])]);
    await mkdir(raw);
    expect(await diskUse([host.root], { files: 1000, bytes: 1e9 })).toMatchObject({ closed: false });
  });

  test('of one file that the kernel stops are named as the limit, not as the skill’s own failure', async () => {
    const { outcome } = await host.try(report, {
      program: `writeFileSync(join(out, 'big'), Buffer.alloc(40_000_000));`,
      limits: { bytes: 1_000_000 },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    expect(outcome.errorMessage).toContain('limits.bytes');
  });

  test('in memory of many processes together are counted once where they share it', async () => {
    const { outcome, log } = await host.try(report, {
      program: `
        const child = () => spawn(process.execPath, ['-e', 'const kept = Buffer.alloc(60_000_000, 1); setInterval(() => kept.length, 1000);']);
        for (let n = 0; n < 6; n += 1) child();
        setInterval(() => {}, 1000);`,
      limits: { memory_bytes: 300_000_000 },
    });
    expect(outcome, log).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
    expect(outcome.errorMessage).toContain('limits.memory_bytes');
  });
});

describe('names', () => {
  const secret = 'tok-5f3a9c17';

  test('that hold a secret are refused without showing it', async () => {
    const { outcome } = await host.try(report, {
      program: `writeFileSync(join(out, env.TOKEN + '.csv'), 'x'); symlinkSync('/', join(out, 'l-' + env.TOKEN));`,
      request: { secrets: { TOKEN: secret } },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    expect(outcome.errorMessage).toContain('"[redacted].csv" has a secret in its name');
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });

  test('that hold a short secret by chance are not', async () => {
    const { outcome } = await host.try(report, {
      program: `writeFileSync(join(out, 'production.csv'), 'x');`,
      request: { secrets: { STAGE: 'prod' } },
    });
    expect(outcome).toMatchObject({ state: 'ok', files: [{ path: 'production.csv' }] });
  });

  test('of ours are refused in any case of letters, and below a folder of the skill are its own', async () => {
    for (const path of ['Approval.FLAG', '.COWORK/x']) {
      const { outcome } = await host.try(report, {
        program: `mkdirSync(join(out, '.COWORK')); writeFileSync(join(out, '${path}'), 'x');`,
      });
      expect(outcome, path).toMatchObject({ errorClass: 'OutputRefused' });
    }
    const { outcome } = await host.try(report, {
      program: `mkdirSync(join(out, 'sub')); writeFileSync(join(out, 'sub/approval.flag'), 'x');`,
    });
    expect(outcome).toMatchObject({ state: 'ok', files: [{ path: 'sub/approval.flag' }] });
  });

  test('too long to be promoted are refused, as are sockets', async () => {
    const long = await host.try(report, {
      program: `let at = out; for (let n = 0; n < 5; n += 1) { at = join(at, 'd'.repeat(250)); mkdirSync(at); } writeFileSync(join(at, 'x'), 'x');`,
    });
    expect(long.outcome.errorMessage).toContain('has a path of more than 1,024 bytes');
    const socket = await host.try(report, {
      run: ['node', 'main.mjs'],
      program: `import { createServer } from 'node:net'; process.chdir(out); createServer().listen('s', () => process.kill(process.pid, 'SIGKILL'));`,
    });
    expect(socket.outcome.files).toEqual([]);
    expect(socket.outcome.state).toBe('failed');
    const left = await host.try(report, {
      run: ['/bin/sh', 'run.sh'],
      files: {
        'run.sh': `node "$COWORK_SKILL/main.mjs" || exit 0`,
      },
      program: `import { createServer } from 'node:net'; process.chdir(out); createServer().listen('s', () => process.kill(process.pid, 'SIGKILL'));`,
    });
    expect(left.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused' });
    expect(left.outcome.errorMessage).toContain('"s" is a socket');
  });

  test('of the output folder itself: one put in its place by a link is not followed', async () => {
    const elsewhere = await host.put('elsewhere/private.txt', 'private');
    const { outcome } = await host.try(none, {
      program: `import { rmdirSync } from 'node:fs'; rmdirSync(out); symlinkSync('${join(elsewhere, '..')}', out);`,
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    expect(outcome.errorMessage).toContain('replaced its output folder');
    expect(existsSync(elsewhere)).toBe(true);
    const missing = collect(join(host.root, 'nowhere'), join(host.root, 'target'), LIMITS, {
      without: [],
      redact: (text) => text,
    });
    await expect(missing).rejects.toMatchObject({ errorClass: 'OutputRefused' });
  });
});

describe('a process', () => {
  test('that shed all that names it is found by the output it still holds', async () => {
    const { outcome, read } = await host.try(none, {
      // Gone from the tree before anybody looked, and without the environment that marks it.
      program: `const child = spawn('/bin/sh', ['-c', 'exec sleep 300'], { detached: true, env: {}, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'] });
        child.unref(); writeFileSync(join(out, 'pid'), String(child.pid));`,
    });
    expect(outcome).toMatchObject({ state: 'ok' });
    expect(gone(Number(await read('pid')))).toBe(true);
  });

  test('of a user of its own is found whatever it shed', async () => {
    const without = await probeFence(['bwrap']);
    if (!without.ownUser.holds) return expect(process.getuid?.()).not.toBe(0);
    const { outcome, read } = await host.try(
      { ...without, nodePermissions: { holds: false, why: 'not tried here' } },
      {
        program: `const child = spawn('/bin/sh', ['-c', 'exec sleep 300'], { detached: true, env: {}, cwd: '/', stdio: 'ignore' });
        child.unref(); writeFileSync(join(out, 'pid'), String(child.pid));`,
      },
    );
    expect(outcome).toMatchObject({ state: 'ok', fence: 'own user' });
    expect(gone(Number(await read('pid')))).toBe(true);
  });

  test('in bubblewrap is gone with the attempt, even one that cannot be told from any other', async () => {
    if (!report.bubblewrap.holds) return expect(process.env.COWORK_TEST_FENCE).not.toBe('required');
    // Told from the outside by its arguments, which no other process has.
    const word = `300.${process.pid}${Math.trunc(performance.now())}`;
    const { outcome } = await host.try(report, {
      program: `const child = spawn('/bin/sh', ['-c', '(setsid sleep ${word} &) ; exec setsid sleep ${word}'], { detached: true, env: {}, cwd: '/', stdio: 'ignore' });
        child.unref(); await new Promise((go) => setTimeout(go, 150)); writeFileSync(join(out, 'x'), 'x');`,
    });
    expect(outcome).toMatchObject({ state: 'ok' });
    expect(await withArgument(word)).toEqual([]);
  });

  test('is looked for by what it is, not by its number alone', async () => {
    const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    const { outcome } = await host.try(none, { program: `writeFileSync(join(out, 'x'), 'x');` });
    expect(outcome).toMatchObject({ state: 'ok' });
    expect(gone(child.pid ?? 0)).toBe(false);
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
  });
});

async function withArgument(word: string): Promise<number[]> {
  const found: number[] = [];
  for (const { pid, zombie } of processTable().values()) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!zombie && words.includes(word)) found.push(pid);
  }
  return found;
}

describe('what is said of a skill while it runs', () => {
  test('holds no secret in any argument, and its process is on record before its first word', async () => {
    const secret = 'tok-0c17e5f3a9';
    const log = join(host.root, 'run/logs/argv.log');
    const cancel = new AbortController();
    const running = host.try(report, {
      program: `console.log('first word'); setInterval(() => {}, 1000);`,
      access: { secrets: { TOKEN: 'env:TOKEN' } },
      request: {
        secrets: { TOKEN: secret },
        logFile: log,
        signal: cancel.signal,
        onStart: async ({ processGroup }) => {
          expect(gone(processGroup)).toBe(false);
          await new Promise((go) => setTimeout(go, 100));
          expect(await readFile(log, 'utf8')).toBe('');
        },
      },
    });
    await until(async () => (await readFile(log, 'utf8').catch(() => '')) === 'first word\n');
    expect(await withArgument(secret)).toEqual([]);
    expect(await withArgument('main.mjs')).not.toEqual([]);
    cancel.abort();
    expect((await running).outcome).toMatchObject({ state: 'cancelled', errorClass: 'Interrupted' });
  });

  test('says which signal a skill died of', async () => {
    const { outcome } = await host.try(report, { run: ['/bin/sh', 'x.sh'], files: { 'x.sh': 'kill -SEGV $$\n' } });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'SkillExit' });
    expect(outcome.errorMessage).toContain('SIGSEGV');
  });
});

describe('what a skill is handed', () => {
  test('are three descriptors, of which it may open the outputs again', async () => {
    const leaked = openSync(join(host.root, 'leaked'), 'w');
    // As a supervisor leaves one open: without the mark that closes it in the programs we start.
    const program = `
      const { probeFence } = await import('#src/skills/fence/probe.ts');
      const { Host, unhindered, weaker } = await import('#test/skills/fence/attempt.ts');
      const report = unhindered(await probeFence());
      await using host = await Host.make();
      const script = 'ls -l /proc/self/fd | grep -v /proc/ | sed "s/.* -> //" | sort -u; echo to-out >/dev/stdout; echo to-err >/dev/stderr';
      for (const fence of [report, unhindered(await probeFence(['bwrap'])), weaker(report, 'no layer')]) {
        const { outcome, log } = await host.try(fence, { run: ['sh', 'x.sh'], files: { 'x.sh': script } });
        console.log(JSON.stringify({ state: outcome.state, log }));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: ['ignore', 'pipe', 'inherit', ...Array(40).fill('ignore'), leaked],
    });
    let said = '';
    for await (const piece of child.stdout ?? []) said += piece;
    closeSync(leaked);
    const answers = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toHaveLength(3);
    // Its own pipe to the next program, and of the leaked ones nothing but an empty place.
    const nothing = /^\/dev\/null\n\/\S+\/output \(deleted\)\npipe:\[\d+\]\ntotal 0\nto-out\nto-err\n$/;
    for (const answer of answers) expect(answer).toEqual({ state: 'ok', log: expect.stringMatching(nothing) });
  });
});
