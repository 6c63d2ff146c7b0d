import { raiseAlert } from '../alerts/raise.ts';
import { messageOf, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { isDatabaseAway } from '../runs/persist.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import { CannotPlace } from './place.ts';
import { noticesOf, type Promotion } from './promotion.ts';
import { WATCHDOG_MS } from './request-promotion.ts';

export const blockedKey = (run_id: string): string => `BLOCKED:${run_id}`;

const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;

const WORDS: Record<string, string> = {
  EROFS: 'production/ is on a read-only file system',
  EACCES: 'the product may not write there',
  EPERM: 'the product may not write there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  EXDEV: 'the folders of production/ lie on different file systems',
};

/** Why the file system would not take the outputs, in words; null where it is another kind of error. */
export function blockedReason(error: unknown): string | null {
  if (error instanceof CannotPlace) return error.message;
  if (isDatabaseAway(error)) return null;
  const code = systemCode(error);
  // SQLSTATE codes come as `code` too; only errors of system calls are about the disk.
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) return null;
  const path =
    'path' in error && typeof error.path === 'string'
      ? ` (${code}, ${error.path.split('/').slice(-3).join('/')})`
      : ` (${code})`;
  return `${WORDS[code] ?? messageOf(error).split(',')[0]}${path}`;
}

/** Keeps a promotion that could not be placed, alerts, and tries again after a growing pause. Nothing approved is lost. */
export async function block(ground: Ground, { row, run }: Promotion, reason: string): Promise<void> {
  const at = ground.clock.now();
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(row.attempts, 10));
  await ground.db.transaction().execute(async (tx) => {
    const blocked = await tx
      .updateTable('promotions')
      .set({
        state: 'blocked',
        blocked_reason: reason,
        attempts: row.attempts + 1,
        retry_at: new Date(at.getTime() + wait),
      })
      .where('run_id', '=', row.run_id)
      .where('state', 'in', ['due', 'claimed', 'blocked'])
      .returning('run_id')
      .executeTakeFirst();
    if (!blocked) return;
    const { workflow, severity } = run;
    const about = { workflow, run_id: run.id, review_id: row.review_id };
    await audit(tx, {
      at,
      act: 'promotion.blocked',
      actor: 'service',
      via: 'service',
      ...about,
      data: { reason, attempt: row.attempts + 1, wanted: row.wanted },
    });
    await raiseAlert(tx, at, {
      kind: 'BLOCKED',
      key: blockedKey(run.id),
      severity,
      ...about,
      error_class: 'Interrupted',
      error_message: `The outputs cannot be put into ${row.wanted}: ${reason}. They are kept, and it is tried again.`,
    });
    for (const notice of noticesOf({ row, run })) await tell(tx, at, notice);
  });
}

/**
 * Makes the jobs of promotions whose pause is over, and of any that was due so long that its job must be lost. Each row is
 * taken by one clock only.
 */
export async function tickPromotions(ground: Ground, now: Date): Promise<void> {
  await ground.db.transaction().execute(async (tx) => {
    const due = await tx
      .updateTable('promotions')
      .set({ retry_at: new Date(now.getTime() + WATCHDOG_MS) })
      .where('state', 'in', ['due', 'claimed', 'blocked'])
      .where('retry_at', '<=', now)
      .returning('run_id')
      .execute();
    for (const { run_id } of due) await ground.jobs.enqueue(tx, 'promote', { run_id });
  });
}
