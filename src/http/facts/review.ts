import { createHash } from 'node:crypto';
import { besideNumbers } from '../../../blocks/review-lines.ts';
import { clockText, dueText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { isOpenClass } from '../../people/permissions.ts';
import { type ReviewFact, reviewFact } from '../../reports/review-fact.ts';
import { withoutWords } from '../../reports/withheld.ts';
import { recordedOutputs } from '../../reviews/item.ts';
import { reviewName } from '../../reviews/review-id.ts';
import type { RunRow } from '../../store/schema.ts';
import type { Viewer } from '../pages/layout.ts';
import { checkLines } from '../pages/markdown.ts';
import type { ReviewView } from '../pages/review.ts';
import { changesView } from './changes.ts';
import { decisionText } from './decisions.ts';
import { keyNumbersOf } from './key-numbers.ts';
import { hiddenText, outputViews } from './shown.ts';

/** What of the page is asked for beyond what it always shows. */
export interface ReviewAsked {
  /** The differences themselves, computed. */
  changes: boolean;
  /** Every file of a long list. */
  all: boolean;
  /** The path of the file whose difference comes first. */
  first?: string | undefined;
  /** Nobody waits for the page any longer, or the product stops. */
  signal?: AbortSignal | undefined;
}

/** All that the page of one item shows to the viewer; contents only where that person may see them. */
export async function reviewView(
  ground: Ground,
  id: number,
  viewer: Viewer,
  asked: ReviewAsked = { changes: false, all: false },
): Promise<ReviewView> {
  const { person, invitation } = viewer;
  const { folder, ...found } = await reviewFact(ground, id, person);
  const closed = found.hidden !== null && !isOpenClass(found.data_class);
  const fact = {
    ...found,
    hidden: found.hidden && person === null ? hiddenText(invitation) : found.hidden,
    checks: closed ? withoutWords(found.checks) : found.checks,
  };
  const { root, team } = (await ground.homes.active()).home;
  const reader: Reader = { now: ground.clock.now(), zone: team.timezone, team };
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', fact.run_id).executeTakeFirstOrThrow();
  const seen = fact.hidden === null;
  const looked = person !== null && fact.looking.includes(person);
  const changes = {
    ...{ run, root, reader, contents: seen },
    differences: looked || asked.changes || asked.first !== undefined,
    showAt: `/reviews/${fact.review_id}?changes=all#changes`,
    ...{ page: `/reviews/${fact.review_id}`, first: asked.first, signal: asked.signal },
  };
  return {
    fact,
    due: fact.state === 'open' ? dueText(fact.due_at, reader) : `opened ${clockText(fact.opened_at, reader)}`,
    quorum: fact.state === 'open' ? quorumText(fact, reader) : '',
    ...(await outputViews(await recordedOutputs(ground.db, run.id), seen ? folder : null, asked.all)),
    changes: await changesView(ground, changes),
    decisions: fact.decisions.map((decision) => ({
      text: decisionText(decision, reader),
      void: decision.revision !== fact.revision,
    })),
    looking: fact.looking.map((one) => personText(one, reader)),
    looked,
    signedIn: person !== null,
    invitation,
    approvedByViewer: person !== null && fact.approvals.includes(person),
    notApprovable: notApprovable(fact),
    ...(await checkOf(ground, fact, run, reader)),
    replaces: replacesOf(run, seen),
    next: await nextOf(ground, id),
  };
}

/** What to check, each item beside its number; nothing where contents are not for this person. */
async function checkOf(
  ground: Ground,
  fact: ReviewFact,
  run: RunRow,
  reader: Reader,
): Promise<Pick<ReviewView, 'check' | 'keyNumbers'>> {
  if (fact.hidden !== null) return { check: [], keyNumbers: { numbers: [], lastAt: null } };
  const { numbers, lastAt } = await keyNumbersOf(ground.db, run, reader);
  const { paired, left } = besideNumbers(checkLines(fact.brief ?? ''), numbers);
  const check = paired.map(({ item, number }) => ({ item, number: number ?? null }));
  return { check, keyNumbers: { numbers: left, lastAt } };
}

function quorumText({ quorum, approvals }: ReviewFact, reader: Reader): string {
  if (quorum < 2) return '';
  const names = approvals.map((one) => personText(one, reader)).join(', ');
  return `Needs ${quorum} different people: ${approvals.length} of ${quorum} so far${names ? ` (${names})` : ''}.`;
}

/** An approval binds the brief, so the page offers none beside a text that is not the one in the record. */
function notApprovable(fact: ReviewFact): string | null {
  if (fact.rechecking) return 'The checks run again on the changed files; Approve comes back when they are done.';
  if (fact.validation === 'FAIL') return 'The outputs fail their checks, so nobody can approve them.';
  if (fact.hidden !== null) return null;
  const hash = fact.brief === null ? null : `sha256:${createHash('sha256').update(fact.brief).digest('hex')}`;
  return hash === fact.brief_hash
    ? null
    : 'REVIEW_BRIEF.md is missing or is not the one that was written for this item, so it cannot be approved here. Reject it, or ask for a change.';
}

const replacesOf = (run: RunRow, seen: boolean): ReviewView['replaces'] =>
  run.asked_by_review === null ? null : { reviewId: reviewName(run.asked_by_review), note: seen ? run.note : null };

async function nextOf(ground: Ground, id: number): Promise<ReviewView['next']> {
  const run = await ground.db
    .selectFrom('runs')
    .select(['id', 'review_id'])
    .where('asked_by_review', '=', id)
    .orderBy('queued_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return run ? { runId: run.id, reviewId: run.review_id === null ? null : reviewName(run.review_id) } : null;
}
