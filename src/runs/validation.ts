import { performance } from 'node:perf_hooks';
import type { CheckOutcome, CheckResult, Validation } from '../store/schema.ts';
import type { DataClass } from '../values/scalars.ts';
import type { CheckSpec } from '../workflows/definition.ts';
import type { Workflow } from '../workflows/home.ts';
import { boundedText, boundedValue } from './checks/bounded.ts';
import { type Baseline, type CheckedRun, CheckProblem, type CommandRunner, type Finding } from './checks/check.ts';
import { judgeCheck } from './checks/kinds.ts';
import { runFiles } from './checks/run-files.ts';

export interface ChecksToRun {
  runId: string;
  /** The definition as pinned; schemas come from here, never from disk. */
  workflow: Pick<Workflow, 'spec' | 'schemas'>;
  dataClass: DataClass;
  /** Absolute paths of the run's `outputs/` and `steps/`; one that is not there counts as empty. */
  outputsDir: string;
  stepsDir: string;
  /** Absolute paths of the fetched copies by input name. */
  inputs: Readonly<Record<string, readonly string[]>>;
  /** Names of the degraded inputs. */
  degraded: readonly string[];
  startedAt: Date;
  baseline: Baseline;
  commandRunner: CommandRunner;
  signal: AbortSignal;
}

const WEIGHT: Readonly<Record<CheckResult, number>> = { PASS: 0, WARN: 1, FAIL: 2 };

/** The worst of these results; PASS where there are none. */
export const overallResult = (results: readonly CheckResult[]): CheckResult =>
  results.reduce<CheckResult>((worst, result) => (WEIGHT[result] > WEIGHT[worst] ? result : worst), 'PASS');

/** How many checks passed, warned and failed, for the manifest. */
export const validationCounts = (validation: Pick<Validation, 'checks'>): Record<CheckResult, number> => {
  const counts = { PASS: 0, WARN: 0, FAIL: 0 };
  for (const { result } of validation.checks) counts[result] += 1;
  return counts;
};

/**
 * The row counts that a validation recorded, as the baseline of the next run's `row_count_delta`. Pass the validation of
 * the last promoted run, or null where there is none. A file counts where a `row_count` or `row_count_delta` counted it.
 */
export const baselineOf = (lastPromoted: Validation | null): Baseline => {
  const rows = new Map<string, number>();
  for (const { kind, actual } of lastPromoted?.checks ?? []) {
    const counted =
      (kind === 'row_count' || kind === 'row_count_delta') && typeof actual === 'object' && actual !== null;
    if (!counted || !('file' in actual) || !('rows' in actual)) continue;
    if (typeof actual.file === 'string' && typeof actual.rows === 'number') rows.set(actual.file, actual.rows);
  }
  return { rows: async (file) => rows.get(file) ?? null };
};

const definitionOf = ({ name: _name, kind: _kind, level: _level, ...keys }: CheckSpec): unknown => keys;

/** An unexpected error is a failed check with its class; its words only where contents may show, they may quote them. */
const crashed = (error: unknown, run: CheckedRun): Finding => {
  const kind = error instanceof Error ? error.name : 'Error';
  const words = error instanceof Error && run.contentsMayShow ? `: ${error.message}` : '';
  return {
    result: 'FAIL',
    message: `the check itself failed with ${kind}${words}`,
    actual: { error: kind },
  };
};

const judge = async (check: CheckSpec, run: CheckedRun): Promise<Finding> => {
  try {
    return await judgeCheck(check, run);
  } catch (error) {
    // A cancelled run has no outcome, rather than a failed check.
    run.signal.throwIfAborted();
    if (!(error instanceof CheckProblem)) return crashed(error, run);
    return { result: error.result, message: error.message, actual: error.actual };
  }
};

const runOne = async (check: CheckSpec, run: CheckedRun): Promise<CheckOutcome> => {
  const began = performance.now();
  const finding = await judge(check, run);
  const result = check.level === 'warn' && finding.result === 'FAIL' ? 'WARN' : finding.result;
  return {
    name: check.name,
    kind: check.kind,
    level: check.level,
    result,
    expected: boundedValue(finding.expected ?? definitionOf(check)),
    actual: boundedValue(finding.actual),
    message: boundedText(finding.message),
    ms: Math.round(performance.now() - began),
  };
};

/**
 * Runs a workflow's checks one after another and returns VALIDATION.json: every check has an outcome, whatever happens in
 * it; `level: warn` turns its FAIL into WARN; the result is the worst of all, PASS where there are no checks. For
 * confidential and restricted work the outcomes hold counts and names only.
 *
 * @throws the signal's reason when aborted
 */
export const runChecks = async (asked: ChecksToRun): Promise<Validation> => {
  asked.signal.throwIfAborted();
  const run: CheckedRun = {
    files: await runFiles(asked.outputsDir, asked.stepsDir),
    inputs: asked.inputs,
    degraded: asked.degraded,
    schemas: asked.workflow.schemas,
    startedAt: asked.startedAt,
    baseline: asked.baseline,
    runCommand: asked.commandRunner,
    contentsMayShow: asked.dataClass === 'public' || asked.dataClass === 'internal',
    signal: asked.signal,
  };
  const checks: CheckOutcome[] = [];
  for (const check of asked.workflow.spec.checks) {
    asked.signal.throwIfAborted();
    checks.push(await runOne(check, run));
  }
  return { run_id: asked.runId, result: overallResult(checks.map(({ result }) => result)), checks };
};
