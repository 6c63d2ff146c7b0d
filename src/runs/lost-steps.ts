import { createHash } from 'node:crypto';
import type { Ground } from '../ground.ts';
import type { RunRow, StepAttemptRow } from '../store/schema.ts';

/** One try of a step whose worker died while the step acted outside. */
export type LostStep = Pick<StepAttemptRow, 'step' | 'attempt'>;

/** The last tries of a run's steps that were lost while they acted outside: what a person has to answer for. */
export async function lostSteps(
  { db, homes }: Pick<Ground, 'db' | 'homes'>,
  run: Pick<RunRow, 'id' | 'snapshot_id'>,
): Promise<StepAttemptRow[]> {
  const { skills } = (await homes.byId(run.snapshot_id)).home;
  const attempts = db.selectFrom('step_attempts').selectAll().where('run_id', '=', run.id);
  const latest = new Map((await attempts.orderBy('attempt').execute()).map((row) => [row.step, row]));
  return [...latest.values()].filter((row) => row.state === 'lost' && skills[row.skill]?.spec.effects === 'external');
}

/** Twelve hex digits that name these tries: an answer says which ones its person saw. */
export const lostMark = (lost: readonly LostStep[]): string =>
  createHash('sha256')
    .update(
      lost
        .map(({ step, attempt }) => `${step}.${attempt}`)
        .sort()
        .join(' '),
    )
    .digest('hex')
    .slice(0, 12);
