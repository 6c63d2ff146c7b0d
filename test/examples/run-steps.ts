import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import { skillFile } from '#src/skills/spec.ts';
import { workflowFile } from '#src/workflows/definition.ts';

export const EXAMPLE = join(import.meta.dirname, '../../examples/home');
export const yamlOf = (path: string): unknown => parse(readFileSync(join(EXAMPLE, path), 'utf8'));
export const workflowOf = (name: string) => workflowFile.parse(yamlOf(`workflows/${name}.yaml`));
export const skillOf = (name: string) => skillFile.parse(yamlOf(`skills/${name}/spec.yaml`));
export const WORKFLOWS = readdirSync(join(EXAMPLE, 'workflows')).map((file) => file.replace(/\.yaml$/, ''));
export const SKILLS = readdirSync(join(EXAMPLE, 'skills'));

export interface StepOutcome {
  exit: number;
  stderr: string;
  result: {
    summary?: string;
    confidence?: number;
    flags?: string[];
    key_numbers?: { label: string; value: string }[];
    error?: { class: string; message: string };
  };
  /** Text of a file the step left. */
  read: (file: string) => string;
  files: string[];
}

export interface StepRun {
  skill: string;
  inputs: Record<string, unknown>;
  steps?: string;
  out: string;
  note?: string | null;
}

/**
 * Runs one skill with exactly the contract of a command skill and nothing else in its environment, under Node's
 * permission model: it may read its skill, its inputs and its steps, and write to its out folder.
 */
export async function runSkill({ skill, inputs, steps, out, note = null }: StepRun): Promise<StepOutcome> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'skill-')));
  const folder = join(EXAMPLE, 'skills', skill);
  const at = (name: string) => join(scratch, name);
  for (const name of ['cwd', 'home', 'tmp', 'none']) mkdirSync(at(name));
  mkdirSync(out, { recursive: true });
  writeFileSync(at('inputs.json'), JSON.stringify(inputs));
  const request = { trigger: 'schedule', scheduled_for: null, by: 'service', note, previous_outputs: null };
  writeFileSync(at('request.json'), JSON.stringify(request));
  writeFileSync(at('context.md'), '');
  const readable = [folder, scratch, out, ...(steps ? [steps] : []), ...Object.values(inputs).flat()].filter(
    (path): path is string => typeof path === 'string' && path.startsWith('/'),
  );
  const [program, script, ...rest] = commandOf(skill);
  if (program !== 'node' || !script) throw new Error(`${skill} does not run node`);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: at('home'),
    TMPDIR: at('tmp'),
    LANG: 'C.UTF-8',
    TZ: 'America/Chicago',
    COWORK_RUN_ID: 'test-20261121T0700Z-aaaa',
    COWORK_WORKFLOW: 'test',
    COWORK_STEP: 'step',
    COWORK_ATTEMPT: '1',
    COWORK_SKILL: folder,
    COWORK_INPUTS: at('inputs.json'),
    COWORK_STEPS: steps ?? at('none'),
    COWORK_OUT: out,
    COWORK_CONTEXT: at('context.md'),
    COWORK_REQUEST: at('request.json'),
  };
  const flags = ['--permission', ...readable.map((path) => `--allow-fs-read=${path}`), `--allow-fs-write=${out}`];
  try {
    const done = promisify(execFile)(process.execPath, [...flags, join(folder, script), ...rest], {
      cwd: at('cwd'),
      env,
    });
    const { exit, stderr } = await done.then(
      (ok) => ({ exit: 0, stderr: ok.stderr }),
      (error: { code?: number; stderr?: string }) => ({ exit: error.code ?? -1, stderr: error.stderr ?? '' }),
    );
    return outcome(out, exit, stderr);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const commandOf = (skill: string): string[] => {
  const { runner } = skillOf(skill);
  if (runner.kind !== 'command') throw new Error(`${skill} is not a command skill`);
  return runner.run;
};

const outcome = (out: string, exit: number, stderr: string): StepOutcome => {
  const files = readdirSync(out);
  const read = (file: string) => readFileSync(join(out, file), 'utf8');
  const result = files.includes('result.json') ? JSON.parse(read('result.json')) : {};
  return { exit, stderr, result, read, files: files.filter((file) => file !== 'result.json') };
};

/** The inputs a workflow finds in the bundled inbox, as a skill sees them: a path, a text, or null. */
export function bundledInputs(name: string): Record<string, string | null> {
  const files = (readdirSync(join(EXAMPLE, 'inbox'), { recursive: true }) as string[]).map((file) => `inbox/${file}`);
  return Object.fromEntries(
    Object.entries(workflowOf(name).inputs).map(([input, spec]) => {
      if ('text' in spec) return [input, spec.default ?? null];
      if ('workflow' in spec || 'http' in spec) return [input, null];
      const matches = picomatch(spec.file);
      const found = files
        .filter((file) => matches(file))
        .sort()
        .at(-1);
      return [input, found ? join(EXAMPLE, found) : null];
    }),
  );
}

/** Runs the steps of a bundled workflow in the order of its file, each with its own out folder. */
export async function runWorkflow(
  name: string,
  options: { inputs?: Record<string, unknown>; note?: string } = {},
): Promise<{ step: (id: string) => StepOutcome; last: StepOutcome; folder: string; [Symbol.dispose](): void }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'steps-')));
  const done = new Map<string, StepOutcome>();
  const { steps } = workflowOf(name);
  for (const { id, skill } of steps) {
    const inputs = { ...bundledInputs(name), ...options.inputs };
    const ended = await runSkill({
      skill,
      inputs,
      steps: folder,
      out: join(folder, id),
      ...(options.note === undefined ? {} : { note: options.note }),
    });
    done.set(id, ended);
    if (ended.exit !== 0) break;
  }
  const step = (id: string) => {
    const ended = done.get(id);
    if (!ended) throw new Error(`step ${id} did not run`);
    return ended;
  };
  const last = step([...done.keys()].at(-1) ?? '');
  return { step, last, folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
