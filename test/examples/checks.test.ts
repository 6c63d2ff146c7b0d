import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CommandRunner } from '#src/runs/checks/check.ts';
import { baselineOf, runChecks } from '#src/runs/validation.ts';
import type { Home } from '#src/workflows/home.ts';
import { loadHome } from '#src/workflows/load.ts';
import { bundledInputs, EXAMPLE, runWorkflow, workflowOf } from './run-steps.ts';

async function example(): Promise<Home> {
  const loaded = await loadHome(EXAMPLE);
  if (!loaded.ok) throw new Error(loaded.problems.map((each) => JSON.stringify(each)).join('\n'));
  return loaded.home;
}

const home = await example();

/** Runs a bundled workflow and all its checks, as the product would, with these inputs in place of the bundled ones. */
async function validated(name: string, instead: Record<string, string> = {}) {
  using run = await runWorkflow(name, { inputs: instead });
  expect(run.last.stderr).toBe('');
  const { spec, schemas } = home.workflows[name] ?? {};
  if (!spec || !schemas) throw new Error(`${name} is not in the example home`);
  const outputs = `${run.folder}-outputs`;
  cpSync(join(run.folder, spec.steps.at(-1)?.id ?? ''), outputs, {
    recursive: true,
    filter: (path) => !path.endsWith('result.json'),
  });
  const given = { ...bundledInputs(name), ...instead };
  const files = Object.entries(given).filter(([input]) => !('text' in (workflowOf(name).inputs[input] ?? {})));
  try {
    return await runChecks({
      runId: 'test',
      workflow: { spec, schemas },
      dataClass: spec.data_class,
      outputsDir: outputs,
      stepsDir: run.folder,
      inputs: Object.fromEntries(files.map(([input, path]) => [input, path === null ? [] : [path]])),
      degraded: files.filter(([, path]) => path === null).map(([input]) => input),
      startedAt: new Date(),
      baseline: baselineOf(null),
      commandRunner: commandIn(outputs, run.folder),
      signal: new AbortController().signal,
    });
  } finally {
    rmSync(outputs, { recursive: true });
  }
}

/** The command of a check, unfenced: the fence has its own tests. */
const commandIn =
  (outputs: string, steps: string): CommandRunner =>
  async ({ run: [, script = ''] }) => {
    const env = { COWORK_OUTPUTS: outputs, COWORK_STEPS: steps };
    const { stdout } = await promisify(execFile)(process.execPath, [join(EXAMPLE, 'checks', script)], { env });
    return { exit: 0, text: stdout.trim() };
  };

describe('the example home', () => {
  it('loads without a problem or a warning', async () => {
    const loaded = await loadHome(EXAMPLE, { env: {} });
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    expect(Object.keys(home.workflows)).toHaveLength(7);
  });

  it.each(['energy-mix', 'global-temperature', 'employment-brief', 'airport-traffic'])(
    '%s passes all its checks',
    async (name) => {
      const { result, checks } = await validated(name);
      expect(checks.filter((check) => check.result !== 'PASS')).toEqual([]);
      expect(result).toBe('PASS');
    },
  );

  it('two-cities-weather passes with a station missing, because the brief says so, and when it is there', async () => {
    const partial = await validated('two-cities-weather');
    expect(partial.checks.filter((check) => check.result !== 'PASS')).toEqual([]);
    const whole = await validated('two-cities-weather', {
      'new-york': join(EXAMPLE, 'redelivery/new-york-2012-2015.csv'),
    });
    expect(whole.result).toBe('PASS');
  });

  it('industry-unemployment fails by its control total alone, and passes with the whole delivery', async () => {
    const cut = await validated('industry-unemployment');
    expect(cut.result).toBe('FAIL');
    const failed = cut.checks.filter((check) => check.result !== 'PASS');
    expect(failed.map((check) => check.name)).toEqual(['adds_up_to_control_total']);
    expect(failed[0]?.message).toContain('944327');
    const whole = await validated('industry-unemployment', {
      delivery: join(EXAMPLE, 'redelivery/cps-industries-2010-02.csv'),
    });
    expect(whole.checks.filter((check) => check.result !== 'PASS')).toEqual([]);
  });

  it('desk-digest passes with everything unavailable, since it says so', async () => {
    const { checks } = await validated('desk-digest');
    expect(checks.filter((check) => check.result !== 'PASS')).toEqual([]);
  });
});
