import { constants } from 'node:os';
import { join } from 'node:path';
import { collect } from '../fence/collect.ts';
import { FenceError } from '../fence/fence-error.ts';
import { READ_KEYWORDS } from '../fence/grants.ts';
import { type FenceJob, type Left, runInFence } from '../fence/job.ts';
import type { FenceReport } from '../fence/layers.ts';
import type { Ended } from '../fence/run.ts';
import { timeInWords } from '../fence/sizes.ts';
import { redactor } from '../redact.ts';
import { lastLine } from './last-line.ts';
import { RESULT_FILE, readResult } from './result.ts';
import type { AttemptInput, AttemptOutcome, AttemptRequest, SkillResult } from './types.ts';

/** Exit code of a skill that asks to be tried again (sysexits: EX_TEMPFAIL). */
const TRANSIENT = 75;
/** Shorter secrets are looked for in texts, not in the names of outputs, where they would often be there by chance. */
const LONG = 8;

/**
 * Runs one attempt of a `command` skill in the strongest fence this host offers, under the contract of home-format, and
 * collects what it left. Never throws for what the skill does; settles when all its processes are gone.
 */
export async function runCommand(report: FenceReport, request: AttemptRequest): Promise<AttemptOutcome> {
  const { runner } = request.skill.spec;
  if (runner.kind !== 'command') throw new Error(`${request.skill.name} is not run by a command`);
  const redact = redactor(Object.values(request.secrets));
  const nothing = { exitCode: null, ownClass: null, result: null, files: [] };
  try {
    return await runInFence(jobOf(request, runner.run), report, (left) => outcomeOf(request, left));
  } catch (error) {
    if (!(error instanceof FenceError)) throw error;
    const { errorClass, fence } = error;
    return { ...nothing, state: 'failed', errorClass, errorMessage: redact(error.message), fence };
  }
}

function jobOf(request: AttemptRequest, run: string[]): FenceJob {
  const { spec } = request.skill;
  const reads = spec.access.read;
  const seesInputs = reads.includes('inputs') && request.inputsFolder !== null;
  const globs = reads.filter((word) => !READ_KEYWORDS.includes(word));
  const { timeZone, previousOutputs, limits, timeoutMs, sandbox, logFile, signal, scratch, hidden, secrets } = request;
  return {
    run,
    own: { host: request.pinnedFolder, at: 'skill', hash: request.skill.hash },
    shown: [
      ...(seesInputs && request.inputsFolder ? [{ host: request.inputsFolder, at: 'inputs' }] : []),
      ...(reads.includes('steps') ? request.steps : []).map((id) => ({
        host: join(request.stepsFolder, id),
        at: `steps/${id}`,
      })),
      ...(previousOutputs ? [{ host: previousOutputs, at: 'previous' }] : []),
    ],
    texts: (base) => ({
      'inputs.json': `${JSON.stringify(reads.includes('inputs') ? seenInputs(request, base) : {}, null, 2)}\n`,
      'context.md': request.contextText,
      'request.json': `${JSON.stringify({ ...request.request, previous_outputs: previousOutputs ? join(base, 'previous') : null }, null, 2)}\n`,
    }),
    variables: (base) => ({
      TZ: timeZone,
      COWORK_RUN_ID: request.runId,
      COWORK_WORKFLOW: request.workflow,
      COWORK_STEP: request.step,
      COWORK_ATTEMPT: String(request.attempt),
      COWORK_SKILL: join(base, 'skill'),
      COWORK_INPUTS: join(base, 'inputs.json'),
      COWORK_STEPS: join(base, 'steps'),
      COWORK_OUT: join(base, 'out'),
      COWORK_CONTEXT: join(base, 'context.md'),
      COWORK_REQUEST: join(base, 'request.json'),
      ...(globs.length > 0 ? { COWORK_READ: join(base, 'read') } : {}),
    }),
    grants: globs.length > 0 ? { home: request.homeRoot, globs } : null,
    network: spec.access.network,
    marker: { runId: request.runId, step: request.step, attempt: request.attempt },
    onStart: (started) => request.onStart(started),
    ...{ scratch, secrets, hidden, limits, timeoutMs, sandbox, logFile, signal },
  };
}

/** COWORK_INPUTS: input name → path, list of paths, text, or null when degraded; paths as the skill sees them. */
function seenInputs({ inputs, inputsFolder }: AttemptRequest, base: string): Record<string, unknown> {
  const seen = (path: string) => join(base, 'inputs', path.slice((inputsFolder ?? '').length));
  const shown = (input: AttemptInput): unknown => {
    switch (input?.kind) {
      case 'file':
        return seen(input.path);
      case 'files':
        return input.paths.map(seen);
      case 'text':
        return input.text;
      case undefined:
        return null;
    }
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, shown(input)]));
}

async function outcomeOf(request: AttemptRequest, left: Left): Promise<AttemptOutcome> {
  const { ended, room, layers } = left;
  const redact = redactor(Object.values(request.secrets));
  const base = { exitCode: ended.exitCode, ownClass: null, fence: layers.words };
  const verdict = await verdictOf(request, ended);
  try {
    const result = await readResult(room.out, redact);
    const files = await collect(room.out, request.collectTo, request.limits, {
      without: [RESULT_FILE],
      redact: redactor(Object.values(request.secrets).filter((value) => value.length >= LONG)),
    });
    return { ...base, ...(result ? ownWords(verdict, result) : verdict), result, files };
  } catch (error) {
    if (!(error instanceof FenceError)) throw error;
    // What failed already keeps its own reason; its outputs are not taken either way.
    const failed =
      verdict.state !== 'ok'
        ? verdict
        : { state: 'failed' as const, errorClass: error.errorClass, errorMessage: redact(error.message) };
    return { ...base, ...failed, result: null, files: [] };
  }
}

type Verdict = Pick<AttemptOutcome, 'state' | 'errorClass' | 'errorMessage'>;

async function verdictOf(request: AttemptRequest, ended: Ended): Promise<Verdict> {
  const fails = (
    state: AttemptOutcome['state'],
    errorClass: AttemptOutcome['errorClass'],
    errorMessage: string,
  ): Verdict => ({
    state,
    errorClass,
    errorMessage,
  });
  if (ended.broken) return fails('failed', ended.broken.errorClass, ended.broken.message);
  if (ended.how === 'timed_out')
    return fails(
      'timed_out',
      'TimedOut',
      `The skill was still at it after ${timeInWords(request.timeoutMs)} and was ended.`,
    );
  if (ended.how === 'cancelled') return fails('cancelled', 'Interrupted', 'The skill was ended before it was done.');
  if (ended.exitCode === 0) return { state: 'ok', errorClass: null, errorMessage: null };
  const last = request.limits.log_bytes > 0 ? await lastLine(request.logFile) : null;
  const said = last ? `; its last words: “${last}”` : '';
  if (ended.exitCode === TRANSIENT)
    return fails('transient', 'SkillExit', `The skill asked to be tried again (exit code 75)${said}.`);
  const how =
    ended.exitCode === null
      ? `was ended by ${ended.signal ?? 'a signal'}`
      : `ended with ${codeInWords(ended.exitCode)}`;
  return fails('failed', 'SkillExit', `The skill ${how}${said}.`);
}

/** Shells and bubblewrap say 128 and the number of the signal that ended what they ran. */
function codeInWords(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return signal ? `exit code ${code} (${signal[0]})` : `exit code ${code}`;
}

/** A skill that failed by itself may say why in its own class. */
const ownWords = (verdict: Verdict, { error }: SkillResult): Verdict & { ownClass: string | null } =>
  error && verdict.errorClass === 'SkillExit'
    ? {
        ...verdict,
        errorClass: 'SkillError',
        ownClass: error.class,
        errorMessage: error.message || verdict.errorMessage,
      }
    : { ...verdict, ownClass: null };
