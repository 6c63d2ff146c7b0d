import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { hashSkillFolder } from '#src/skills/hash.ts';
import { type FencedCheck, runCheckCommand } from '#src/skills/runners/check-command.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { LIMITS, weaker } from '../fence/attempt.ts';

let report: FenceReport;
let folder: Awaited<ReturnType<typeof tempFolder>>;
beforeAll(async () => {
  report = await probeFence();
  folder = await tempFolder();
  for (const name of ['outputs', 'steps/normalise']) await mkdir(join(folder.path, name), { recursive: true });
  await writeFile(join(folder.path, 'outputs/brief.md'), 'Revenue 3');
  await writeFile(join(folder.path, 'steps/normalise/rows.csv'), 'rows');
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

let count = 0;
async function check(script: string, more: Partial<FencedCheck> = {}, fence = report) {
  count += 1;
  const kitFolder = join(folder.path, `kit-${count}`);
  await mkdir(kitFolder);
  await writeFile(join(kitFolder, 'check.sh'), script);
  const hashed = await hashSkillFolder(kitFolder);
  return await runCheckCommand(fence, {
    runId: 'brief-1',
    check: 'script',
    run: ['sh', 'check.sh'],
    kitFolder,
    kitHash: hashed.ok ? hashed.hash : null,
    outputsFolder: join(folder.path, 'outputs'),
    stepsFolder: join(folder.path, 'steps'),
    scratch: join(folder.path, 'scratch'),
    hidden: [],
    timeZone: 'UTC',
    timeoutMs: 20_000,
    limits: LIMITS,
    sandbox: 'optional',
    signal: new AbortController().signal,
    ...more,
  });
}

test('a check sees its script, outputs and steps, and says its reason', async () => {
  const found = await check(
    'grep -q "Revenue 3" "$COWORK_OUTPUTS/brief.md" && cat "$COWORK_STEPS/normalise/rows.csv" && test -f "$COWORK_CHECK/check.sh" && echo " agree" && exit 2',
  );
  expect(found).toEqual({ exit: 2, text: 'rows agree' });
});

test('it may change none of them', async () => {
  const script =
    'for f in "$COWORK_OUTPUTS/brief.md" "$COWORK_STEPS/normalise/rows.csv" "$COWORK_CHECK/check.sh"; do (echo x > "$f") 2>/dev/null && echo "wrote $f"; done; exit 0';
  if (report.bubblewrap.holds) expect(await check(script)).toEqual({ exit: 0, text: '' });
  else expect((await check(script, { sandbox: 'required' })).exit).toBeNull();
});

test('a hang, a missing program, a changed kit and a missing fence each are a fault in our words', async () => {
  expect(await check('sleep 60', { timeoutMs: 300 })).toMatchObject({
    exit: null,
    fault: expect.stringContaining('0.3 s'),
  });
  expect(await check('', { run: ['no-such-thing'] })).toMatchObject({
    exit: null,
    fault: expect.stringContaining('no-such-thing'),
  });
  expect(await check('exit 0', { kitHash: 'sha256:00' })).toMatchObject({
    exit: null,
    fault: expect.stringContaining('changed'),
  });
  expect(await check('exit 0', { sandbox: 'required' }, weaker(report, 'no layer'))).toMatchObject({
    exit: null,
    fault: expect.stringContaining('bubblewrap is not installed'),
  });
});

test('a home without a kit still runs programs of the system', async () => {
  expect(await check('', { run: ['sh', '-c', 'echo fine; exit 1'], kitFolder: null, kitHash: null })).toEqual({
    exit: 1,
    text: 'fine',
  });
});
