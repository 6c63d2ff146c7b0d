import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { isOpenClass } from '../people/permissions.ts';
import type { RunFolder, RunRow } from '../store/schema.ts';

type Placed = Pick<RunRow, 'id' | 'workflow' | 'folder'>;

/** Home-relative folder of a run: `staging/<workflow>/<run_id>`, later under `review_queue` or `archive`. */
export const runPath = (run: Placed): string => `${run.folder}/${run.workflow}/${run.id}`;

/** Absolute folder of a run inside a home's root; `folder` overrides where it lies. */
export const runFolder = (root: string, run: Placed, folder: RunFolder = run.folder): string =>
  join(root, folder, run.workflow, run.id);

/**
 * Makes a run's folder where there is none. That of confidential or restricted work is closed to the host's other users
 * from its first moment, and with it all that will lie in it, since nobody passes through it; it keeps that when it moves.
 */
export async function makeRunFolder(folder: string, { data_class }: Pick<RunRow, 'data_class'>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  try {
    await mkdir(folder, isOpenClass(data_class) ? {} : { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** What lies in a run folder. `partial/` holds what an attempt left that did not succeed (or has not been accepted yet). */
export const inside = {
  outputs: (folder: string) => join(folder, 'outputs'),
  steps: (folder: string) => join(folder, 'steps'),
  step: (folder: string, step: string) => join(folder, 'steps', step),
  partial: (folder: string, step: string, attempt: number) => join(folder, 'partial', `${step}.${attempt}`),
  inputs: (folder: string) => join(folder, 'inputs'),
  input: (folder: string, input: string) => join(folder, 'inputs', input),
  log: (folder: string, step: string, attempt: number) => join(folder, 'logs', `${step}.${attempt}.log`),
  manifest: (folder: string) => join(folder, 'manifest.json'),
  validation: (folder: string) => join(folder, 'VALIDATION.json'),
  brief: (folder: string) => join(folder, 'REVIEW_BRIEF.md'),
} as const;

/** Private scratch folders of a run's attempts; gone when the run ends. */
export const workFolder = (data: string, run_id: string): string => join(data, 'work', run_id);
