import type { AttemptState, CheckResult, StepAttemptRow } from '../store/schema.ts';
import { runPath } from './folders.ts';
import type { ManifestFacts } from './manifest-facts.ts';

/**
 * `manifest.json` with the keys that home-format fixes. It holds names, counts, hashes and states only, so it is the
 * same for confidential runs: no text of a skill, no content of a file.
 */
export function manifestOf(facts: ManifestFacts) {
  const { run } = facts;
  return {
    run_id: run.id,
    workflow: run.workflow,
    definition_hash: run.definition_hash,
    trigger: { kind: run.trigger_kind, by: run.trigger_by, scheduled_for: run.scheduled_for?.toISOString() ?? null },
    started_at: run.started_at?.toISOString() ?? null,
    ended_at: run.ended_at?.toISOString() ?? null,
    status: run.status,
    error_class: run.error_class,
    failed_step: run.failed_step,
    tier: run.tier,
    data_class: run.data_class,
    steps: stepsOf(facts),
    inputs: facts.inputs.map(({ name, status, path, bytes, sha256 }) => ({ name, status, path, bytes, sha256 })),
    degraded_inputs: facts.inputs.filter((input) => input.status !== 'ok').map((input) => input.name),
    outputs: facts.outputs.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    output_hash: run.output_hash,
    validation: validationOf(facts),
    paths_read: pathsRead(facts),
    paths_written: pathsWritten(facts),
    connectors: facts.connectors,
    approvals: facts.approvals.map((one) => ({ ...one, approved_at: one.approved_at.toISOString() })),
    review_id: run.review_id,
    rerun_of: run.rerun_of,
    promoted_to: run.promoted_to,
  };
}

export type Manifest = ReturnType<typeof manifestOf>;

const WORDS = {
  running: 'running',
  ok: 'SUCCESS',
  failed: 'FAILED',
  transient: 'FAILED',
  timed_out: 'TIMED_OUT',
  cancelled: 'CANCELLED',
  lost: 'LOST',
} as const satisfies Record<AttemptState, string>;

/** One entry per step that began, in the order of their first attempts; status is that of the last attempt. */
function stepsOf({ attempts, usage }: ManifestFacts) {
  const steps = new Map<string, StepAttemptRow[]>();
  for (const attempt of attempts) steps.set(attempt.step, [...(steps.get(attempt.step) ?? []), attempt]);
  return [...steps].map(([id, tries]) => {
    const last = tries.toSorted((a, b) => a.attempt - b.attempt).at(-1);
    return {
      id,
      skill: last?.skill ?? null,
      hash: last?.skill_hash ?? null,
      attempts: tries.length,
      status: last ? WORDS[last.state] : null,
      fence: last?.fence ?? null,
      started_at: tries[0]?.started_at.toISOString() ?? null,
      ended_at: last?.ended_at?.toISOString() ?? null,
      usage: usage
        .filter((used) => used.step === id)
        .map((used) => ({
          model: used.model,
          input_tokens: used.input,
          output_tokens: used.output,
          cache_read_tokens: used.read,
          cache_write_tokens: used.write,
        })),
    };
  });
}

/** The result and how many checks gave each; null for a run that was never checked. */
function validationOf({ run }: ManifestFacts) {
  if (!run.validation) return null;
  const count = (result: CheckResult) => run.validation?.checks.filter((check) => check.result === result).length ?? 0;
  return { result: run.validation.result, pass: count('PASS'), warn: count('WARN'), fail: count('FAIL') };
}

const pathsRead = ({ inputs }: ManifestFacts): string[] => [
  ...new Set(inputs.flatMap((input) => input.files.map((file) => file.source)).filter((source) => source !== 'text')),
];

/** Home-relative, where the run's folder lies now; after promotion the production folder besides. */
const pathsWritten = ({ run, outputs }: ManifestFacts): string[] => [
  ...outputs.map((output) => `${runPath(run)}/outputs/${output.path}`),
  ...(run.promoted_to ? [run.promoted_to] : []),
];
