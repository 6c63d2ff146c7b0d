import { isOpenClass } from '../people/permissions.ts';
import type { AttemptOutcome, StartedProcess } from '../skills/runners/types.ts';
import { type AuditEntry, audit } from '../store/audit.ts';
import type { AttemptState } from '../store/schema.ts';
import type { StepSpec } from '../workflows/definition.ts';
import type { Skill } from '../workflows/home.ts';
import { asExecutor, type Execution, NotOurs } from './execution.ts';
import { persistently } from './persist.ts';
import { announce } from './progress.ts';
import { recordUsage, underKnownNames } from './usage.ts';

export interface AttemptKey {
  step: string;
  attempt: number;
}

/** Writes that an attempt begins, before anything of it exists: a worker that dies from here on leaves a lost attempt. */
export async function beginAttempt(ctx: Execution, step: StepSpec, skill: Skill, attempt: number): Promise<void> {
  const { ground, run, token } = ctx;
  const now = ground.clock.now();
  await asExecutor(ctx, async (tx) => {
    const inserted = await tx
      .insertInto('step_attempts')
      .values({
        run_id: run.id,
        step: step.id,
        attempt,
        skill: skill.name,
        skill_hash: skill.hash,
        state: 'running',
        executor: token,
        started_at: now,
      })
      .onConflict((conflict) => conflict.columns(['run_id', 'step', 'attempt']).doNothing())
      .returning('step')
      .executeTakeFirst();
    if (!inserted) return;
    await audit(tx, entry(ctx, now, 'step.started', { step: step.id, attempt, skill: skill.name, hash: skill.hash }));
    await announce(tx, run.id);
  });
}

/** Writes how to find the attempt's processes again. Refuses once another executor has given the attempt up for lost. */
export async function noteProcess({ ground, run, token }: Execution, key: AttemptKey, started: StartedProcess) {
  const { numUpdatedRows } = await persistently(ground, () =>
    ground.db
      .updateTable('step_attempts')
      .set({
        host: started.host,
        process_group: started.processGroup,
        process_start: started.processStart,
        fence: started.fence,
      })
      .where('run_id', '=', run.id)
      .where('step', '=', key.step)
      .where('attempt', '=', key.attempt)
      .where('executor', '=', token)
      .where('state', '=', 'running')
      .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) throw new NotOurs(undefined);
}

export interface AttemptEnd {
  state: Exclude<AttemptState, 'running'>;
  errorClass?: string | null;
  errorMessage?: string | null;
  /** When the next attempt may begin, after a transient failure. */
  notBefore?: Date | null;
  outcome?: AttemptOutcome | undefined;
}

/** Writes how an attempt ended, with what it used. False where that was written already. */
export async function endAttempt(ctx: Execution, key: AttemptKey, end: AttemptEnd): Promise<boolean> {
  const { ground, run, snapshot } = ctx;
  const now = ground.clock.now();
  const { outcome } = end;
  return asExecutor(ctx, async (tx) => {
    const updated = await tx
      .updateTable('step_attempts')
      .set({
        state: end.state,
        ended_at: now,
        not_before: end.notBefore ?? null,
        exit_code: outcome?.exitCode ?? null,
        error_class: end.errorClass ?? null,
        error_message: end.errorMessage ?? null,
        result: outcome?.result ? JSON.stringify(outcome.result) : null,
        files: JSON.stringify(end.state === 'ok' ? (outcome?.files ?? []) : []),
        ...(outcome ? { fence: outcome.fence } : {}),
      })
      .where('run_id', '=', run.id)
      .where('step', '=', key.step)
      .where('attempt', '=', key.attempt)
      .where('state', '=', 'running')
      .returning('skill')
      .executeTakeFirst();
    if (!updated) return false;
    const used = { run_id: run.id, workflow: run.workflow, ...key };
    const { team, skills } = snapshot.home;
    const said = outcome?.result ?? null;
    const named = isOpenClass(run.data_class) ? said : underKnownNames(said, team, skills[updated.skill]);
    await recordUsage(tx, used, named, team, now);
    await audit(tx, entry(ctx, now, 'step.ended', { ...key, skill: updated.skill, ...told(end) }));
    await announce(tx, run.id);
    return true;
  });
}

// Names, counts and states only; the words of the skill stay in the attempt's row.
const told = ({ state, errorClass, notBefore, outcome }: AttemptEnd) => ({
  state,
  ...(errorClass ? { error_class: errorClass } : {}),
  ...(notBefore ? { next_attempt_not_before: notBefore.toISOString() } : {}),
  ...(outcome ? { exit_code: outcome.exitCode, files: outcome.files.length, fence: outcome.fence } : {}),
});

const entry = ({ run }: Execution, at: Date, act: AuditEntry['act'], data: Record<string, unknown>): AuditEntry => ({
  at,
  act,
  actor: 'service',
  via: 'service',
  workflow: run.workflow,
  run_id: run.id,
  data,
});
