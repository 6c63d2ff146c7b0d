import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killStray } from '#src/skills/fence/end.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { environmentOf, processOf, processTable, thisHost } from '#src/skills/fence/processes.ts';
import { Host, unhindered, weaker } from './attempt.ts';

let report: FenceReport;
let host: Host;
beforeAll(async () => {
  report = unhindered(await probeFence());
  host = await Host.make();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

/** Processes of this machine that hold a word of their command line which only this test knows. */
const holding = (word: string): number[] =>
  [...processTable().values()]
    .filter((proc) => !proc.zombie && environmentOf(proc.pid).includes(`TEST_WORD=${word}`))
    .map((proc) => proc.pid);

/** Sheds its group, session and parent, as a daemon does. */
const DAEMON =
  '#!/bin/sh\nsetsid sh -c "sleep 300 & sleep 300" </dev/null >/dev/null 2>&1 &\nsleep 0.3\necho left > "$COWORK_OUT/left.txt"\n';

describe('a process left behind', () => {
  test.each(['bubblewrap', 'no layer'] as const)('is gone when the attempt is over: %s', async (how) => {
    const fence = how === 'bubblewrap' ? report : weaker(report, 'no layer');
    const word = `daemon-${how.slice(0, 2)}-${process.pid}`;
    const { outcome, log } = await host.try(fence, {
      run: ['tool.sh'],
      files: { 'tool.sh': DAEMON },
      request: { secrets: { TEST_WORD: word } },
    });
    expect(outcome, log).toMatchObject({ state: 'ok', errorMessage: null, files: [{ path: 'left.txt' }] });
    expect(holding(word)).toEqual([]);
  });

  test('is gone too when it shed its environment before anybody looked', async () => {
    const { outcome, read } = await host.try(weaker(report, 'no layer'), {
      program: `const child = spawn('/bin/sh', ['-c', 'exec sleep 300'], { detached: true, env: {}, stdio: 'ignore' });
        child.unref(); writeFileSync(join(out, 'pid'), String(child.pid)); await new Promise((go) => setTimeout(go, 500));`,
    });
    expect(outcome).toMatchObject({ state: 'ok' });
    const left = processOf(Number(await read('pid')));
    expect(left === undefined || left.zombie).toBe(true);
  });

  test('of a hanging skill is gone after the time-out', async () => {
    const word = `hang-${process.pid}`;
    const { outcome } = await host.try(report, {
      run: ['tool.sh'],
      files: { 'tool.sh': '#!/bin/sh\nsetsid sleep 300 &\ntrap "" TERM\nsleep 300\nsleep 300\n' },
      request: { secrets: { TEST_WORD: word }, timeoutMs: 400 },
    });
    expect(outcome).toMatchObject({ state: 'timed_out' });
    expect(holding(word)).toEqual([]);
  });
});

describe('what a dead worker left', () => {
  const marker = { runId: `brief-${process.pid}`, step: 'make', attempt: 2 };
  const env = { COWORK_RUN_ID: marker.runId, COWORK_STEP: 'make', COWORK_ATTEMPT: '2', PATH: '/usr/bin:/bin' };

  test('is ended by its group, by what the group started, and by its marker', async () => {
    const leader = spawn('/bin/sh', ['-c', 'setsid sleep 300 & sleep 300'], { detached: true, env, stdio: 'ignore' });
    await once(leader, 'spawn');
    const exit = once(leader, 'exit');
    const start = processOf(leader.pid ?? 0)?.start ?? '';
    const stray = { ...marker, host: thisHost(), processGroup: leader.pid ?? 0, processStart: start };
    expect(await killStray(stray)).toBe('ended');
    await exit;
    const marked = [...processTable().values()].filter(
      (proc) => !proc.zombie && environmentOf(proc.pid).includes(`COWORK_RUN_ID=${marker.runId}`),
    );
    expect(marked).toEqual([]);
    expect(await killStray(stray)).toBe('ended');
  });

  test('leaves alone who has the number by now, and other attempts of the same run', async () => {
    const other = spawn('sleep', ['300'], { detached: true, env: { ...env, COWORK_ATTEMPT: '3' }, stdio: 'ignore' });
    await once(other, 'spawn');
    const pid = other.pid ?? 0;
    try {
      const stray = { ...marker, host: thisHost(), processGroup: pid, processStart: '1' };
      expect(await killStray(stray)).toBe('ended');
      expect(processOf(pid)?.zombie).toBe(false);
      const far = { ...stray, host: 'another-host/0/0', processStart: processOf(pid)?.start ?? '' };
      expect(await killStray(far)).toBe('elsewhere');
      expect(processOf(pid)?.zombie).toBe(false);
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  });
});
