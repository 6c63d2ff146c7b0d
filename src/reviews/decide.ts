import { CoworkError, conflict, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { isOpenClass } from '../people/permissions.ts';
import { inside, runFolder } from '../runs/folders.ts';
import { audit } from '../store/audit.ts';
import { classToday } from '../workflows/class-today.ts';
import { approve } from './approve.ts';
import { BRIEF, BRIEF_CHANGED, isBrief } from './brief-check.ts';
import { changesText, findChanges, hasChanges } from './changes.ts';
import { askForChange, reject } from './close.ts';
import type { Decided, Decision } from './decision.ts';
import { type Item, recordedOutputs, runOf } from './item.ts';
import { locateRun } from './locate.ts';
import { type DecideRequest, readRequest } from './request.ts';
import { narrowedByRoles } from './required-role.ts';
import { reviewName } from './review-id.ts';
import { revoke } from './revoke.ts';
import { blockedSentence, mismatchSentence } from './standing.ts';
import { requireUndecided } from './undecided.ts';

// Only other decisions about the same item make a try fail, and each of those brings it nearer to its end.
const TRIES = 20;

/**
 * The only door to a decision (invariants 2 to 5). Checks the person, what the person saw, and the bytes as they lie
 * there now; then one transaction of compare-and-sets writes state, decision, trail, notice and job.
 * @throws CoworkError `refused` (may not, or decided already), `conflict` (not what the person saw, or the outputs have
 * changed, which revokes), `invalid` (a reason or hash is missing), `not_found`. Each attempt is in the trail.
 */
export async function decide(ground: Ground, request: DecideRequest): Promise<Decided> {
  try {
    return await decideWhileRaced(ground, request);
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'not_found') await noteRefusal(ground, request, error);
    throw error;
  }
}

async function decideWhileRaced(ground: Ground, request: DecideRequest): Promise<Decided> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const decision = await consider(ground, request);
    const done = await carryOut(ground, decision);
    if (done) return done;
  }
  throw conflict(`Others decide about ${reviewName(request.reviewId)} at this very moment. Try again.`);
}

const carryOut = (ground: Ground, decision: Decision): Promise<Decided | undefined> => {
  switch (decision.request.verdict) {
    case 'approve':
      return approve(ground, decision);
    case 'reject':
      return reject(ground, decision);
    case 'ask':
      return askForChange(ground, decision);
  }
};

/** Everything that can be said against the decision, in the order a person can do something about it. */
async function consider(ground: Ground, raw: DecideRequest): Promise<Decision> {
  const { item, asked: anybody } = await requireUndecided(ground, raw);
  const { today } = anybody;
  const request = readRequest(raw);
  const mismatch = mismatchSentence(item, request);
  if (mismatch) throw conflict(mismatch);
  const asked = await narrowedByRoles(ground, anybody, raw.person ?? '', raw.verdict);
  await requireUnchanged(ground, item, today.root);
  const blocked = blockedSentence(item, raw.verdict);
  if (blocked) throw refused(blocked);
  if (raw.verdict === 'approve') await requireBrief(ground, item, today.root);
  return { item, asked, request: { ...request, person: raw.person ?? '' } };
}

/** The outputs as they lie there now must be the staged ones; else what was said is revoked and everybody asked anew. */
async function requireUnchanged(ground: Ground, item: Item, root: string): Promise<void> {
  if (item.rechecking) return;
  const recorded = await recordedOutputs(ground.db, item.run_id);
  const run = runOf(item);
  // Nearly always the folder is where the record says; only where it looks changed is it looked for elsewhere.
  if (!hasChanges(await findChanges(inside.outputs(runFolder(root, run)), recorded), item.validation_result)) return;
  const changes = await findChanges(inside.outputs(await locateRun(root, run)), recorded);
  if (!hasChanges(changes, item.validation_result)) return;
  await revoke(ground, item, changes);
  throw conflict(
    `The outputs of ${reviewName(item.id)} are not the ones that were checked: ${changesText(changes)}. They are being checked again; look at them and decide anew. Nothing was decided.`,
  );
}

/** An approval binds the brief, so what people read must be what was written; else it is written anew and asked again. */
async function requireBrief(ground: Ground, item: Item, root: string): Promise<void> {
  const run = runOf(item);
  if (isBrief(inside.brief(runFolder(root, run)), item.brief_hash)) return;
  if (isBrief(inside.brief(await locateRun(root, run)), item.brief_hash)) return;
  await revoke(ground, item, BRIEF_CHANGED);
  throw conflict(
    `${BRIEF} of ${reviewName(item.id)} is missing or is not the one that was written for it. It is being written anew; read it and decide then. Nothing was decided.`,
  );
}

/** In a transaction of its own, since the one it is about has come to nothing. */
async function noteRefusal(ground: Ground, request: DecideRequest, error: CoworkError): Promise<void> {
  const about = await ground.db
    .selectFrom('reviews')
    .select(['run_id', 'workflow', 'state', 'data_class'])
    .where('id', '=', request.reviewId)
    .executeTakeFirst();
  const { home } = await ground.homes.active();
  await ground.db.transaction().execute((tx) =>
    audit(tx, {
      at: ground.clock.now(),
      act: 'decision.refused',
      actor: request.person?.slice(0, 100) ?? 'nobody',
      operator: request.operator,
      via: request.via,
      workflow: about?.workflow,
      run_id: about?.run_id,
      review_id: request.reviewId,
      data: {
        verdict: request.verdict,
        code: error.code,
        state: about?.state ?? null,
        // The sentence may quote a reason, and that what the work is about.
        ...(about && isOpenClass(classToday(home, about.workflow, about.data_class)) ? { why: error.message } : {}),
      },
    }),
  );
}
