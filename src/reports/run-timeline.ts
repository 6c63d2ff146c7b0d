import type { Ground } from '../ground.ts';
import { inOrder } from '../runs/graph.ts';
import type { AttemptState, RunRow, StepAttemptRow } from '../store/schema.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';
import { openLog, readPart } from './run-file.ts';

/** One try of a step. Times are ISO 8601 in UTC; absent is null. */
export interface AttemptFact {
  attempt: number;
  state: AttemptState;
  skill: string;
  /** `sha256:<hex>` of the pinned skill that ran. */
  skill_hash: string;
  started_at: string;
  ended_at: string | null;
  /** When the next try may begin, after one that may be repeated. */
  next_not_before: string | null;
  exit_code: number | null;
  /** `message` is null where it is not for this reader. */
  error: { class: string; message: string | null } | null;
  fence: string | null;
  tokens: number | null;
  /** Null where contents are not for this reader, or none was written. */
  log: LogEnd | null;
}

/** The end of a log: its last lines, and how large the whole is. */
export interface LogEnd {
  bytes: number;
  lines: string[];
  /** There is more before these lines. */
  cut: boolean;
}

/** A step of the definition that the run started with, in the order in which steps can begin. */
export interface StepFact {
  step: string;
  needs: string[];
  skill: string;
  /** How often it may be tried at most, by the definition that the run started with; never fewer than it was. */
  most: number;
  attempts: AttemptFact[];
}

const LOG_LINES = 20;
const LOG_BYTES = 8192;

/**
 * A run step by step: every try with its times, exit, error, fence, tokens and the end of its log. `folder` is where the
 * run's files lie; `contents` says whether this reader may see them (logs and error messages are contents).
 */
export async function runTimeline(
  ground: Pick<Ground, 'db'>,
  run: Pick<RunRow, 'id'>,
  { spec, folder, contents }: { spec: WorkflowSpec | undefined; folder: string; contents: boolean },
): Promise<StepFact[]> {
  const [attempts, tokens] = await Promise.all([attemptsOf(ground, run.id), tokensOf(ground, run.id)]);
  const facts = await Promise.all(
    attempts.map(async (row) => ({
      step: row.step,
      fact: {
        ...factOf(row, contents),
        tokens: tokens.get(`${row.step}.${row.attempt}`) ?? null,
        log: contents ? await logEnd(folder, row).catch(() => null) : null,
      },
    })),
  );
  const known = spec ? inOrder(spec.steps).map(({ id, needs, skill }) => ({ step: id, needs: [...needs], skill })) : [];
  const others = [...new Map(attempts.map(({ step, skill }) => [step, skill]))]
    .filter(([step]) => !known.some((one) => one.step === step))
    .map(([step, skill]) => ({ step, needs: [], skill }));
  return [...known, ...others].map((step) => {
    const tries = facts.filter((one) => one.step === step.step).map((one) => one.fact);
    return { ...step, most: Math.max(tries.length, spec?.retries.attempts ?? 1), attempts: tries };
  });
}

const attemptsOf = ({ db }: Pick<Ground, 'db'>, run_id: string) =>
  db
    .selectFrom('step_attempts')
    .selectAll()
    .where('run_id', '=', run_id)
    .orderBy('started_at')
    .orderBy('step')
    .orderBy('attempt')
    .execute();

/** Tokens by `step.attempt`; a try that reported none has no entry. */
async function tokensOf({ db }: Pick<Ground, 'db'>, run_id: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('usage')
    .select(['step', 'attempt', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'])
    .where('run_id', '=', run_id)
    .execute();
  const sums = new Map<string, number>();
  for (const { step, attempt, ...used } of rows) {
    const key = `${step}.${attempt}`;
    sums.set(
      key,
      Object.values(used).reduce((sum, count) => sum + count, sums.get(key) ?? 0),
    );
  }
  return sums;
}

const factOf = (row: StepAttemptRow, contents: boolean): Omit<AttemptFact, 'tokens' | 'log'> => ({
  attempt: row.attempt,
  state: row.state,
  skill: row.skill,
  skill_hash: row.skill_hash,
  started_at: row.started_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
  next_not_before: row.not_before?.toISOString() ?? null,
  exit_code: row.exit_code,
  error: row.error_class === null ? null : { class: row.error_class, message: contents ? row.error_message : null },
  fence: row.fence,
});

/** The last lines of an attempt's log, read from its end, however long it is. */
async function logEnd(folder: string, { step, attempt }: StepAttemptRow): Promise<LogEnd | null> {
  const handle = await openLog(folder, step, attempt);
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const bytes = await readPart(handle, LOG_BYTES, 'end');
    const whole = bytes.length < size ? bytes.subarray(bytes.indexOf(10) + 1) : bytes;
    // A program may write any bytes; what is no text is shown as such, character by character.
    const lines = new TextDecoder()
      .decode(whole)
      .replace(/\r?\n$/, '')
      .split(/\r?\n/);
    const shown = lines.slice(-LOG_LINES);
    return { bytes: size, lines: size === 0 ? [] : shown, cut: bytes.length < size || lines.length > shown.length };
  } finally {
    await handle.close();
  }
}
