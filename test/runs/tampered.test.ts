import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ExecutePorts } from '#src/runs/ports.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { hashSkillFolder } from '#src/skills/hash.ts';
import { runCheckCommand } from '#src/skills/runners/check-command.ts';
import { runCommand } from '#src/skills/runners/command.ts';
import { pinFolder, pinnedPath } from '#src/workflows/pin.ts';
import { Stage, TEAM } from './setup.ts';

let fence: FenceReport;
beforeAll(async () => {
  fence = await probeFence();
});

/** A run of one real step and, where wanted, a real check, both pinned as at activation. */
async function staged(checks: boolean) {
  const stage = await Stage.make({
    workflow: checks ? { checks: [{ name: 'agrees', kind: 'command', run: ['sh', 'check.sh'] }] } : {},
  });
  const { home } = stage.snapshot;
  home.team = { ...TEAM, sandbox: 'optional' };
  const pin = async (at: string, name: string, text: string): Promise<string> => {
    const folder = join(stage.root, at);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), text);
    const hashed = await hashSkillFolder(folder);
    if (!hashed.ok) throw new Error(`${at} cannot be hashed`);
    await pinFolder(stage.ground.data, folder, hashed.hash);
    return hashed.hash;
  };
  const skill = home.skills['make-v1'];
  const workflow = home.workflows.brief;
  if (!skill || !workflow) throw new Error('the stage has no skill');
  const program = `process.getBuiltinModule('node:fs').writeFileSync(process.env.COWORK_OUT + '/x.txt', 'x');`;
  skill.hash = await pin('skills/make-v1', 'main.mjs', program);
  if (checks) workflow.kit = await pin('checks', 'check.sh', 'echo "they agree"; exit 0\n');
  const ports: ExecutePorts = {
    ...stage.ports,
    runAttempt: (request) => runCommand(fence, request),
    runCheckCommand: (command) => runCheckCommand(fence, command),
  };
  const run = async () => {
    const id = await stage.start();
    await stage.execute(id, undefined, ports);
    return stage.row(id);
  };
  return {
    stage,
    run,
    skill: skill.hash,
    kit: workflow.kit,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

/** As somebody can who owns the data folder, though the copy is read-only. */
async function tamper(data: string, hash: string, name: string): Promise<void> {
  const folder = pinnedPath(data, hash);
  await chmod(folder, 0o755);
  await chmod(join(folder, name), 0o644);
  await writeFile(join(folder, name), 'evil\n');
}

test('a pinned skill that somebody changed is not run: the attempt is FenceBroken', async () => {
  await using on = await staged(false);
  expect(await on.run()).toMatchObject({ status: 'SUCCESS' });
  await tamper(on.stage.ground.data, on.skill, 'main.mjs');
  const row = await on.run();
  expect(row).toMatchObject({ status: 'FAILED', error_class: 'FenceBroken', failed_step: 'make', output_hash: null });
  expect(row.error_message).toMatch(/^Nothing was run: the pinned copy .* was changed: .*\. Restart the product/);
  expect(await on.stage.attempts(row.id)).toMatchObject([{ state: 'failed', process_group: null, exit_code: null }]);
  expect(await on.stage.alerts()).toMatchObject([{ error_class: 'FenceBroken' }]);
});

test('a pinned skill that is gone is not run either', async () => {
  await using on = await staged(false);
  await chmod(pinnedPath(on.stage.ground.data, on.skill), 0o755);
  await rm(pinnedPath(on.stage.ground.data, on.skill), { recursive: true });
  expect(await on.run()).toMatchObject({
    error_class: 'FenceBroken',
    error_message: expect.stringContaining('is missing'),
  });
});

test('checks that somebody changed decide nothing: the run is FenceBroken, and blames no output', async () => {
  await using on = await staged(true);
  expect(await on.run()).toMatchObject({ status: 'SUCCESS', validation_result: 'PASS' });
  await tamper(on.stage.ground.data, on.kit ?? '', 'check.sh');
  const row = await on.run();
  expect(row).toMatchObject({ status: 'FAILED', error_class: 'FenceBroken', validation_result: null });
  expect(row.error_message).toMatch(/^the checks were not run: the pinned copy .* was changed/);
  expect((await on.stage.alerts()).at(-1)).toMatchObject({ error_class: 'FenceBroken' });
});
