import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import type { StepAttemptRow } from '../store/schema.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';
import { globMatcher } from './checks/run-files.ts';
import { type Execution, RunFailure } from './execution.ts';
import { type FolderHash, hashFolder, isOwnFile } from './files-hash.ts';
import { inside } from './folders.ts';
import { leafSteps } from './graph.ts';

interface Chosen {
  step: string;
  path: string;
  bytes: number;
  sha256: string;
}

/** The files a workflow calls its outputs: those `outputs` names, else all of the steps that no other step needs. */
export function chooseOutputs(spec: WorkflowSpec, finished: readonly StepAttemptRow[]): Chosen[] {
  const wanted = spec.outputs ?? leafSteps(spec.steps).map((step) => ({ step: step.id, files: ['**'] }));
  const chosen = new Map<string, Chosen>();
  for (const { step, files } of wanted) {
    const fits = files.map((glob) => ({ glob, match: globMatcher(glob) }));
    const left = finished.find((row) => row.step === step && row.state === 'ok')?.files ?? [];
    for (const file of left.filter(({ path }) => fits.some(({ glob, match }) => path === glob || match(path)))) {
      const other = chosen.get(file.path);
      if (other && other.step !== step) throw refused(`${file.path} comes from ${other.step} and from ${step}`);
      chosen.set(file.path, { step, ...file });
    }
  }
  return withinLimits(spec, [...chosen.values()]);
}

function withinLimits({ limits }: WorkflowSpec, chosen: Chosen[]): Chosen[] {
  const own = chosen.find(({ path }) => isOwnFile(path));
  if (own) throw refused(`${own.path} is a name the product keeps for its own files`);
  const bytes = chosen.reduce((sum, file) => sum + file.bytes, 0);
  if (chosen.length === 0) throw refused('the run left no outputs');
  if (chosen.length > limits.files) throw refused(`${chosen.length} outputs, ${limits.files} are allowed`);
  if (bytes > limits.bytes) throw refused(`the outputs have ${bytes} bytes, ${limits.bytes} are allowed`);
  return chosen;
}

const refused = (message: string) => new RunFailure('OutputRefused', message);

/**
 * Copies the chosen files into a new `outputs/`, read-only, and hashes what lies there: this is what is checked, shown,
 * approved and promoted. Rebuilt from the steps each time, so a worker that died half way leaves nothing behind.
 */
export async function assembleOutputs(ctx: Execution, finished: readonly StepAttemptRow[]): Promise<FolderHash> {
  const chosen = chooseOutputs(ctx.workflow.spec, finished);
  const outputs = inside.outputs(ctx.folder);
  await rm(outputs, { recursive: true, force: true });
  await mkdir(outputs, { recursive: true });
  for (const file of chosen) {
    ctx.signal.throwIfAborted();
    await copyOutput(join(inside.step(ctx.folder, file.step), file.path), join(outputs, file.path), file);
  }
  const there = await hashFolder(outputs);
  const recorded = new Map(chosen.map((file) => [file.path, file.sha256]));
  if (there.files.length !== chosen.length || there.files.some((file) => recorded.get(file.path) !== file.sha256))
    throw new RunFailure('Interrupted', 'what the steps left changed before it could be taken as outputs');
  return there;
}

async function copyOutput(from: string, to: string, file: Chosen): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(to, 0o444);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) throw error;
    throw refused(`${file.path} of ${file.step} is a file where another step has a folder of that name`);
  }
}
