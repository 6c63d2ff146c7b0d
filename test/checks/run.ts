import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ChecksToRun, runChecks } from '#src/runs/validation.ts';
import type { CheckOutcome, Validation } from '#src/store/schema.ts';
import { checkKinds, workflowFile } from '#src/workflows/definition.ts';

/** A check as a workflow file writes it, without its name. */
export type Written = { kind: string } & Record<string, unknown>;
export type Files = Record<string, string | Buffer>;

const base = {
  workflow: 'monday-brief',
  title: 'Monday brief',
  outcome: 'A page.',
  owner: 'maya',
  steps: [{ id: 'brief', skill: 'memo-v1' }],
  review: { approvers: ['jon'] },
};

/** Parts of `ChecksToRun` that a test sets itself. */
export interface Circumstances extends Partial<Omit<ChecksToRun, 'inputs' | 'workflow'>> {
  /** Contents of inputs by name, then file name. */
  inputs?: Record<string, Files>;
  schemas?: Record<string, unknown>;
}

export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'checks-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const put = async (path: string, content: string | Buffer): Promise<string> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
};

/** Lays a run's files (outputs, or `steps/…`) in a folder and runs these checks over them. */
export const validate = async (files: Files, written: Written[], at: Circumstances = {}): Promise<Validation> => {
  const folder = await temporaryFolder();
  const { inputs: inputFiles, schemas, ...rest } = at;
  for (const [path, content] of Object.entries(files)) {
    await put(path.startsWith('steps/') ? join(folder, path) : join(folder, 'outputs', path), content);
  }
  const inputs: Record<string, string[]> = {};
  for (const [name, contents] of Object.entries(inputFiles ?? {})) {
    inputs[name] = [];
    for (const [file, content] of Object.entries(contents)) {
      inputs[name].push(await put(join(folder, 'inputs', name, file), content));
    }
  }
  const checks = written.map((check, index) => checkKinds.parse({ name: `check_${index}`, ...check }));
  return runChecks({
    runId: 'monday-brief-20261123T0500Z-7k3q',
    workflow: { spec: { ...workflowFile.parse(base), checks }, schemas: schemas ?? {} },
    dataClass: 'internal',
    outputsDir: join(folder, 'outputs'),
    stepsDir: join(folder, 'steps'),
    inputs,
    degraded: [],
    startedAt: new Date('2026-11-23T05:00:00Z'),
    baseline: { rows: async () => null },
    commandRunner: async () => ({ exit: 0, text: '' }),
    signal: new AbortController().signal,
    ...rest,
  });
};

/** The outcome of one check over these files. */
export const outcome = async (files: Files, check: Written, at: Circumstances = {}): Promise<CheckOutcome> => {
  const validation = await validate(files, [check], at);
  const [only] = validation.checks;
  if (!only) throw new Error('the check has no outcome');
  return only;
};
