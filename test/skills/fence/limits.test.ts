import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host, unhindered, weaker } from './attempt.ts';
import { fenced } from './promised.ts';

let report: FenceReport;
let host: Host;
beforeAll(async () => {
  report = unhindered(await probeFence());
  host = await Host.make();
});
afterAll(async () => {
  expect(await host.left()).toEqual([]);
  await host[Symbol.asyncDispose]();
});

describe('a skill that fails by itself', () => {
  test('says its exit code, and its own class where it names one', async () => {
    const crash = await host.try(report, { program: 'writeFileSync(join(out, "part.txt"), "half"); process.exit(3);' });
    expect(crash.outcome).toMatchObject({ state: 'failed', exitCode: 3, errorClass: 'SkillExit', ownClass: null });
    expect(crash.outcome.errorMessage).toContain('exit code 3');
    expect(crash.outcome.files.map((file) => file.path)).toEqual(['part.txt']);

    const own = await host.try(report, {
      program: `writeFileSync(join(out, 'result.json'), JSON.stringify({ error: { class: 'SourceChanged', message: 'column amount is gone' } }));
        process.exit(1);`,
    });
    expect(own.outcome).toMatchObject({ state: 'failed', errorClass: 'SkillError', ownClass: 'SourceChanged' });
    expect(own.outcome.errorMessage).toBe('column amount is gone');
    expect(own.outcome.files).toEqual([]);

    const thrown = await host.try(report, { program: 'throw new Error("no ledger");' });
    expect(thrown.outcome).toMatchObject({ state: 'failed', exitCode: 1, errorClass: 'SkillExit' });
    expect(thrown.log).toContain('no ledger');
  });

  test('asks to be tried again with 75, and is told apart from one that a signal ended', async () => {
    const again = await host.try(report, { program: 'process.exit(75);' });
    expect(again.outcome).toMatchObject({ state: 'transient', exitCode: 75, errorClass: 'SkillExit' });
    const killed = await host.try(report, {
      program: 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);',
    });
    expect(killed.outcome).toMatchObject({ state: 'failed', errorClass: 'SkillExit' });
    expect([null, 137]).toContain(killed.outcome.exitCode);
  });

  test('is refused in a sentence when its program is missing', async () => {
    const missing = await host.try(report, { run: ['no-such-program', 'x'] });
    expect(missing.outcome).toMatchObject({ state: 'failed', errorClass: 'SkillError', exitCode: null });
    expect(missing.outcome.errorMessage).toMatch(/no-such-program.*PATH|no-such-program.*\/usr\/bin/);
    const closed = await host.try(report, { run: ['tool.sh'], files: { 'tool.sh': 'echo hello' } });
    expect(closed.outcome.errorMessage).toContain('chmod +x');
    const outside = await host.try(report, { run: ['../main.mjs'] });
    expect(outside.outcome).toMatchObject({ state: 'failed', errorClass: 'SkillError' });
  });

  test('runs a file of its own by name, with words that name files as their paths', async () => {
    const { outcome, log } = await host.try(report, {
      run: ['bin/tool.sh', 'data.txt', 'plain', 'main.mjs'],
      files: { 'bin/tool.sh': '#!/bin/sh\ncat "$1" > "$COWORK_OUT/copy.txt"\necho "$2 $3"\n', 'data.txt': 'mine' },
    });
    expect(outcome, log).toMatchObject({ state: 'ok', files: [{ path: 'copy.txt', bytes: 4 }] });
    expect(log).toMatch(/^plain \/.*skill\/main\.mjs$/m);
  });
});

describe('a skill that does not end', () => {
  test('is timed out, may tidy up, and its partial files are kept', async () => {
    const { outcome } = await host.try(report, {
      program: `process.on('SIGTERM', () => { writeFileSync(join(out, 'tidy.txt'), 'tidied'); process.exit(0); });
        setInterval(() => {}, 1000);`,
      request: { timeoutMs: 800 },
    });
    expect(outcome).toMatchObject({ state: 'timed_out', exitCode: null, errorClass: 'TimedOut' });
    expect(outcome.errorMessage).toContain('0.8 s');
    expect(outcome.files.map((file) => file.path)).toEqual(['tidy.txt']);
  });

  test('is killed when it refuses to go, with all it started', async () => {
    const { outcome } = await host.try(report, {
      program: `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {});
        spawn('/bin/sh', ['-c', 'trap "" TERM; sleep 300'], { stdio: 'ignore' }); setInterval(() => {}, 1000);`,
      request: { timeoutMs: 500 },
    });
    expect(outcome).toMatchObject({ state: 'timed_out' });
  });

  test('is ended by a cancel, also one that came before it began', async () => {
    const cancel = new AbortController();
    const { outcome } = await host.try(report, {
      program: 'setInterval(() => {}, 1000);',
      request: { signal: cancel.signal, onStart: async () => cancel.abort() },
    });
    expect(outcome).toMatchObject({ state: 'cancelled', errorClass: 'Interrupted' });
    const before = await host.try(report, {
      program: 'writeFileSync(join(out, "ran.txt"), "x");',
      request: { signal: AbortSignal.abort() },
    });
    expect(before.outcome).toMatchObject({ state: 'cancelled', files: [] });
  });

  test('never runs a word when its start could not be recorded', async () => {
    const { outcome, log } = await host.try(report, {
      program: 'console.log("I ran");',
      request: { onStart: () => Promise.reject(new Error('the database is away')) },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'Interrupted' });
    expect(outcome.errorMessage).toContain('the database is away');
    expect(log).toBe('');
  });
});

describe('a skill that takes too much', () => {
  test('of memory is killed, in one process or in many', async () => {
    const hog = `const kept = []; setInterval(() => kept.push(Buffer.alloc(8_000_000, 1)), 20);`;
    const one = await host.try(report, { program: hog, limits: { memory_bytes: 150_000_000 } });
    expect(one.outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken', exitCode: null });
    expect(one.outcome.errorMessage).toMatch(/used 1[4-9]\d MB|used \d{3} MB/);
    expect(one.outcome.errorMessage).toContain('limits.memory_bytes');
  });

  test('of processes is killed', async () => {
    const many = await host.try(report, {
      run: ['/bin/sh', 'bomb.sh'],
      files: { 'bomb.sh': 'while true; do sleep 60 & done\n' },
      limits: { processes: 20 },
    });
    expect(many.outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
    expect(many.outcome.errorMessage).toMatch(/had [\d,]+ processes at once; its limit is 20/);
  });

  test('survives a fork bomb, with nothing of it left', async () => {
    if (!fenced(report)) return;
    const bomb = await host.try(report, {
      run: ['/bin/sh', 'bomb.sh'],
      // Each stays for a while: on a busy machine all of them might come and go between two looks.
      files: { 'bomb.sh': 'bomb() { bomb | bomb & sleep 20; }\nbomb\nsleep 60\n' },
      limits: { processes: 30 },
    });
    expect(bomb.outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
  });

  test('of files, bytes or temporary space is killed while it runs', async () => {
    const files = await host.try(report, {
      program: `for (let n = 0; ; n += 1) { writeFileSync(join(out, 'f' + n), ''); if (n % 50 === 0) await new Promise((go) => setTimeout(go, 20)); }`,
      limits: { files: 100 },
    });
    expect(files.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', exitCode: null, files: [] });
    expect(files.outcome.errorMessage).toContain('more than 100 files');

    const bytes = await host.try(report, {
      program: `for (let n = 0; ; n += 1) { writeFileSync(join(out, 'big' + n), Buffer.alloc(500_000)); await new Promise((go) => setTimeout(go, 50)); }`,
      limits: { bytes: 4_000_000 },
    });
    expect(bytes.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    expect(bytes.outcome.errorMessage).toContain('limits.bytes');

    const hidden = await host.try(report, {
      program: `import { openSync, unlinkSync, writeSync } from 'node:fs';
        for (;;) {
          const fd = openSync(env.TMPDIR + '/gone', 'w'); unlinkSync(env.TMPDIR + '/gone');
          writeSync(fd, Buffer.alloc(500_000)); await new Promise((go) => setTimeout(go, 50));
        }`,
      limits: { bytes: 4_000_000 },
    });
    expect(hidden.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused' });
    expect(hidden.outcome.errorMessage).toContain('temporary');
  });

  test('100,000 files, a sparse giant and folders too deep are refused, and cleaned away', async () => {
    const crowd = await host.try(report, {
      program: `for (let n = 0; n < 100_000; n += 1) writeFileSync(join(out, 'f' + n), '');`,
      limits: { files: 1000 },
    });
    expect(crowd.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    const sparse = await host.try(report, {
      program: `import { truncateSync } from 'node:fs'; writeFileSync(join(out, 'big'), ''); truncateSync(join(out, 'big'), 21_000_000);`,
    });
    expect(sparse.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
    const deep = await host.try(report, {
      run: ['/bin/sh', 'deep.sh'],
      files: {
        'deep.sh': `cd "$COWORK_OUT"; name=$(printf 'd%.0s' $(seq 200)); for n in $(seq 40); do mkdir $name && cd -P $name || break; done; echo x > file`,
      },
    });
    expect(deep.outcome).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
  });
});

describe('the log', () => {
  test('is bounded, says so, and a flood does not hold the skill up', async () => {
    const { outcome, log } = await host.try(report, {
      program: `const line = 'x'.repeat(999) + '\\n'; for (let n = 0; n < 20_000; n += 1) process.stdout.write(line);
        writeFileSync(join(out, 'done.txt'), 'done');`,
      limits: { log_bytes: 5000 },
    });
    expect(outcome).toMatchObject({ state: 'ok' });
    expect(log).toMatch(/… cut after 5,000 bytes\n$/);
    expect(Buffer.byteLength(log)).toBeLessThan(5100);
  });

  test('holds both outputs in the order they were written, private, without control characters', async () => {
    const request = await host.request({});
    const { log } = await host.try(report, {
      run: ['/bin/sh', 'talk.sh'],
      files: {
        'talk.sh': `echo one; echo two >&2; echo three; printf '\\033[31mred\\007\\r\\nend\\tof it'; cat; echo $?`,
      },
      request: { logFile: request.logFile },
    });
    expect(log === '' ? await readFile(request.logFile, 'utf8') : log).toBe(
      'one\ntwo\nthree\n\\x1b[31mred\\x07\nend\tof it0\n',
    );
    expect((await stat(request.logFile)).mode & 0o777).toBe(0o600);
  });

  test('never shows a secret: plain, split, encoded, in results, names of errors or arguments', async () => {
    const secret = 'tok-5f3a/9c17+äé="q"';
    const { outcome, log, started } = await host.try(report, {
      program: `
        const token = env.TOKEN;
        console.log('plain ' + token);
        for (const char of token) { process.stdout.write(char); await new Promise((go) => setTimeout(go, 3)); }
        console.log('\\n' + [encodeURIComponent(token), JSON.stringify({ token }), Buffer.from(token).toString('base64'),
          Buffer.from('user:' + token).toString('base64'), Buffer.from(token).toString('hex')].join('\\n'));
        writeFileSync(join(out, 'result.json'), JSON.stringify({ summary: 'with ' + token, flags: [token],
          key_numbers: [{ label: token, value: token }], error: { class: 'Leak', message: 'it is ' + token } }));
        process.exit(1);`,
      request: { secrets: { TOKEN: secret } },
    });
    const everything = JSON.stringify({ outcome, log, started });
    const base64 = Buffer.from(secret).toString('base64').slice(0, 16);
    for (const form of [secret, encodeURIComponent(secret), base64, Buffer.from(secret).toString('hex'), '5f3a'])
      expect(everything).not.toContain(form);
    expect(outcome).toMatchObject({ errorClass: 'SkillError', ownClass: 'Leak', errorMessage: 'it is [redacted]' });
    expect(log).toMatch(/^plain \[redacted\]\n\[redacted\]\n/);
  });
});

describe('the sandbox word', () => {
  test('required refuses, in a sentence that says what to do, where the fence does not hold', async () => {
    const { outcome, started } = await host.try(weaker(report, 'no layer'), {
      program: 'writeFileSync(join(out, "x"), "x");',
      request: { sandbox: 'required' },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken', files: [] });
    expect(outcome.errorMessage).toContain('bubblewrap is not installed');
    expect(outcome.errorMessage).toContain('apt-get install bubblewrap');
    expect(started).toEqual([]);
  });

  test('required runs where it holds, and the outcome names the layers', async () => {
    const { outcome, started } = await host.try(report, {
      program: 'writeFileSync(join(out, "x"), "x");',
      request: { sandbox: 'required' },
    });
    if (fenced(report)) {
      expect(outcome).toMatchObject({ state: 'ok', errorClass: null });
      expect(outcome.fence).toContain('bubblewrap');
      expect(started[0]).toMatchObject({ fence: outcome.fence });
    } else {
      expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
    }
  });
});
