import { join } from 'node:path';
import type { RunFolder, RunRow } from '../store/schema.ts';

type Placed = Pick<RunRow, 'id' | 'workflow' | 'folder'>;

/** Home-relative folder of a run: `staging/<workflow>/<run_id>`, later under `review_queue` or `archive`. */
export const runPath = (run: Placed): string => `${run.folder}/${run.workflow}/${run.id}`;

/** Absolute folder of a run inside a home's root; `folder` overrides where it lies. */
export const runFolder = (root: string, run: Placed, folder: RunFolder = run.folder): string =>
  join(root, folder, run.workflow, run.id);

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
