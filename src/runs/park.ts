import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import type { StepAttemptRow } from '../store/schema.ts';
import { parkedKey } from './claim.ts';
import { asExecutor, type Execution } from './execution.ts';
import { priorityOf } from './priority.ts';
import { announce } from './progress.ts';

/**
 * Parks a run at lost steps that may or may not have acted outside: repeating could send twice, going on could send
 * never. It waits, and an alert asks a person; `resolveParked` is the door for the answer.
 */
export async function park(ctx: Execution, lost: readonly StepAttemptRow[]): Promise<void> {
  const { ground, ports, run } = ctx;
  const steps = lost.map((row) => row.step);
  const reason = `the worker died during ${steps.join(', ')}, which acts outside; nobody knows whether it has`;
  await asExecutor(ctx, async (tx) => {
    const now = ground.clock.now();
    await tx.updateTable('runs').set({ state: 'parked', parked_reason: reason }).where('id', '=', run.id).execute();
    await ports.raiseAlert(tx, {
      kind: 'PARKED',
      key: parkedKey(run.id),
      severity: run.severity,
      workflow: run.workflow,
      run_id: run.id,
      error_class: 'Interrupted',
      error_message: `${reason}. Look outside, then say: done, repeat or fail.`,
      skill: lost[0]?.skill ?? null,
    });
    await audit(tx, {
      at: now,
      act: 'run.parked',
      actor: 'service',
      via: 'service',
      workflow: run.workflow,
      run_id: run.id,
      data: { steps },
    });
    await tell(tx, now, { kind: 'run', run_id: run.id }, priorityOf(run.severity));
    await announce(tx, run.id);
  });
}
