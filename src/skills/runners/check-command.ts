import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FenceError } from '../fence/fence-error.ts';
import { runInFence } from '../fence/job.ts';
import type { FenceReport } from '../fence/layers.ts';
import { timeInWords } from '../fence/sizes.ts';
import { temporaryFolder } from '../fence/temporary.ts';
import { plainText } from '../plain-text.ts';
import type { Limits } from './types.ts';

/** A script of the home's `checks/` folder, to run in the same fence as a step. Paths are absolute host paths. */
export interface FencedCheck {
  runId: string;
  check: string;
  run: readonly string[];
  /** The pinned copy of `checks/`; null where the home has none. */
  kitFolder: string | null;
  /** What that copy has to be. */
  kitHash: string | null;
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
 * `COWORK_STEPS` are read-only. `exit` is null when it was ended or could not be run, and `fault` then says why in our
 * own words; `text` is what it printed.
 */
export async function runCheckCommand(
  report: FenceReport,
  check: FencedCheck,
): Promise<{ exit: number | null; text: string; fault?: string }> {
  const folder = await temporaryFolder('check');
  const logFile = join(folder, 'log');
  const empty = join(folder, 'empty');
  const { scratch, hidden, limits, timeoutMs, sandbox, signal } = check;
  try {
    await mkdir(empty, { mode: 0o755 });
    return await runInFence(
      {
        run: [...check.run],
        own: { host: check.kitFolder ?? empty, at: 'check', hash: check.kitHash },
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
        const text = plainText(await readFile(logFile, 'utf8')).trim();
        if (ended.exitCode !== null) return { exit: ended.exitCode, text };
        const late = ended.how === 'timed_out' ? `It was still at it after ${timeInWords(timeoutMs)}.` : null;
        const fault = ended.broken?.message ?? late ?? `It was ended by ${ended.signal ?? 'a signal'}.`;
        return { exit: null, text, fault };
      },
    );
  } catch (error) {
    if (!(error instanceof FenceError)) throw error;
    return { exit: null, text: '', fault: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
