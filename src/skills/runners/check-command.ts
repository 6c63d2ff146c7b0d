import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FenceError } from '../fence/fence-error.ts';
import { runInFence } from '../fence/job.ts';
import type { FenceReport } from '../fence/layers.ts';
import { timeInWords } from '../fence/sizes.ts';
import { plainText } from '../plain-text.ts';
import type { Limits } from './types.ts';

/** A script of the home's `checks/` folder, to run in the same fence as a step. Paths are absolute host paths. */
export interface FencedCheck {
  runId: string;
  check: string;
  run: readonly string[];
  /** The pinned copy of `checks/`; null where the home has none. */
  kitFolder: string | null;
  outputsFolder: string;
  stepsFolder: string;
  scratch: string;
  hidden: string[];
  timeZone: string;
  timeoutMs: number;
  limits: Limits;
  sandbox: 'required' | 'optional';
  signal: AbortSignal;
}

/** What a person reads of a check's words. */
const SHOWN = 4000;

/**
 * Runs the script of a `command` check (home-format, "Kinds of checks"): `COWORK_CHECK`, `COWORK_OUTPUTS` and
 * `COWORK_STEPS` are read-only. `exit` is null when it was ended, and the text then says why.
 */
export async function runCheckCommand(
  report: FenceReport,
  check: FencedCheck,
): Promise<{ exit: number | null; text: string }> {
  const empty = await mkdtemp(join(tmpdir(), 'cowork-check-'));
  const logFile = join(empty, 'log');
  const { scratch, hidden, limits, timeoutMs, sandbox, signal } = check;
  try {
    return await runInFence(
      {
        run: [...check.run],
        own: { host: check.kitFolder ?? join(empty), at: 'check' },
        shown: [
          { host: check.outputsFolder, at: 'outputs' },
          { host: check.stepsFolder, at: 'all-steps' },
        ],
        texts: () => ({}),
        variables: (base) => ({
          TZ: check.timeZone,
          COWORK_RUN_ID: check.runId,
          COWORK_STEP: `check.${check.check}`,
          COWORK_ATTEMPT: '1',
          COWORK_CHECK: join(base, 'check'),
          COWORK_OUTPUTS: join(base, 'outputs'),
          COWORK_STEPS: join(base, 'all-steps'),
        }),
        grants: null,
        secrets: {},
        network: [],
        marker: { runId: check.runId, step: `check.${check.check}`, attempt: 1 },
        logFile,
        onStart: async () => undefined,
        ...{ scratch, hidden, limits: { ...limits, log_bytes: SHOWN }, timeoutMs, sandbox, signal },
      },
      report,
      async ({ ended }) => {
        signal.throwIfAborted();
        const said = plainText(await readFile(logFile, 'utf8')).trim();
        const why =
          ended.broken?.message ?? (ended.how === 'timed_out' ? `still at it after ${timeInWords(timeoutMs)}` : '');
        return { exit: ended.exitCode, text: [why, said].filter((part) => part !== '').join('\n') };
      },
    );
  } catch (error) {
    if (!(error instanceof FenceError)) throw error;
    return { exit: null, text: error.message };
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}
