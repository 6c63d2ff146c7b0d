import { appendFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { CoworkError } from '#src/errors.ts';
import type { Ground } from '#src/ground.ts';
import { decide } from '#src/reviews/decide.ts';
import { loadItem, runOf } from '#src/reviews/item.ts';
import { locateRun } from '#src/reviews/locate.ts';
import { undo } from '#src/reviews/undo.ts';
import { cancelRun } from '#src/runs/cancel.ts';
import { inside } from '#src/runs/folders.ts';
import { pause, resume } from '#src/runs/pause.ts';
import type { Verdict } from '#src/store/schema.ts';
import type { Random } from './random.ts';

const PEOPLE = ['maya', 'jon', 'ana'] as const;
const ASKER = { person: 'maya', via: 'cli', operator: 'crash' } as const;

/** Acts that were answered with a yes: each must be in the record, once. */
export interface Answered {
  decisions: { reviewId: number; person: string; verdict: Verdict; hash: string; revision: number }[];
  undone: string[];
  cancelled: string[];
}

export const nothingAnswered = (): Answered => ({ decisions: [], undone: [], cancelled: [] });

/** One thing that somebody does now; whatever is refused, or lost with the database, has simply not been answered. */
export async function actSomehow(ground: Ground, random: Random, answered: Answered): Promise<void> {
  const dice = random.next();
  try {
    if (dice < 0.7) await decideSomething(ground, random, answered);
    else if (dice < 0.8) await undoSomething(ground, random, answered);
    else if (dice < 0.9) await cancelSomething(ground, random, answered);
    else await pauseSomething(ground, random);
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal') return;
    if (isAway(error)) return;
    throw error;
  }
}

/** The database was killed under us, or the connection with it. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  /terminat|ECONN|ENOENT|closed|starting up|shutting down|not yet accepting|recovery mode|Connection|timeout/i.test(
    `${error.message} ${'code' in error ? error.code : ''}`,
  );

async function decideSomething(ground: Ground, random: Random, answered: Answered): Promise<void> {
  const open = await ground.db.selectFrom('reviews').select('id').where('state', '=', 'open').orderBy('id').execute();
  const chosen = random.pick(open);
  if (!chosen) return;
  const item = await loadItem(ground.db, chosen.id);
  if (random.chance(0.1)) await edit(ground, chosen.id);
  const person = random.pick(PEOPLE) ?? 'maya';
  const dice = random.next();
  const verdict = dice < 0.75 ? 'approve' : dice < 0.9 ? 'reject' : 'ask';
  const hash = item.output_hash.replace('sha256:', '');
  await decide(ground, {
    reviewId: item.id,
    person,
    via: 'cli',
    verdict,
    hash,
    revision: item.revision,
    reason: 'because',
  });
  answered.decisions.push({ reviewId: item.id, person, verdict, hash: item.output_hash, revision: item.revision });
}

/** Somebody writes into an output that waits for a decision. */
async function edit(ground: Ground, id: number): Promise<void> {
  const item = await loadItem(ground.db, id);
  const { root } = (await ground.homes.active()).home;
  const file = join(inside.outputs(await locateRun(root, runOf(item))), 'only.txt');
  await chmod(file, 0o644)
    .then(() => appendFile(file, 'edited\n'))
    .catch(() => undefined);
}

async function undoSomething(ground: Ground, random: Random, answered: Answered): Promise<void> {
  const placed = await ground.db
    .selectFrom('promotions')
    .select('run_id')
    .where('state', '=', 'placed')
    .orderBy('run_id')
    .execute();
  const chosen = random.pick(placed);
  if (!chosen) return;
  await undo(ground, { runId: chosen.run_id, person: 'maya', via: 'cli' });
  answered.undone.push(chosen.run_id);
}

async function cancelSomething(ground: Ground, random: Random, answered: Answered): Promise<void> {
  const live = await ground.db.selectFrom('runs').select('id').where('state', '!=', 'ended').orderBy('id').execute();
  const chosen = random.pick(live);
  if (!chosen) return;
  const { cancelled } = await cancelRun(ground, { ...ASKER, runId: chosen.id });
  if (cancelled === 'ended') answered.cancelled.push(chosen.id);
}

async function pauseSomething(ground: Ground, random: Random): Promise<void> {
  const workflow = random.pick(['auto', 'flaky', 'double']) ?? 'auto';
  if (random.chance(0.5)) await pause(ground, { ...ASKER, workflow, reason: 'chance' });
  else await resume(ground, { ...ASKER, workflow });
}
