import { sentenceList, shortName, whoCan } from '../people/names.ts';
import { may, type Subject, whoMay } from '../people/permissions.ts';
import { personByName } from '../people/resolve.ts';
import type { ReviewRow, Verdict } from '../store/schema.ts';
import type { Tier } from '../values/scalars.ts';
import type { Home, Workflow } from '../workflows/home.ts';
import { reviewName } from './review-id.ts';

/** How many different people must approve: T3 two, any other item one. */
export const quorumOf = (tier: Tier): number => (tier === 'T3' ? 2 : 1);

/** Whom a definition lets approve, as opened: everybody who could ever be on call where it says `on-call`. */
export const eligibleAtOpening = (home: Home, workflow: Workflow): string[] =>
  whoMay(home, 'approve', { workflow, now: 'anyone' });

/** An open item, the definition it was opened with, and the home as it is now. */
export interface Asked {
  review: Pick<ReviewRow, 'id' | 'workflow' | 'data_class' | 'quorum' | 'eligible' | 'barred' | 'approved_by'>;
  pinned: Workflow;
  today: Home;
  now: Date;
}

export interface Rights {
  /** Approvals needed now: today's tier can raise it, never lower it. */
  quorum: number;
  /** Approvals given that still count: a person who has lost the right since takes theirs along. */
  counted: string[];
  /** Who may decide and has not yet. */
  left: string[];
}

/** Today's home can only narrow what the item was opened with (invariant 5). */
export function rightsOf(asked: Asked): Rights {
  const { review, today } = asked;
  const current = workflowOf(today, review.workflow);
  const able = whoMay(today, 'approve', subjectOf(asked)).filter(
    (person) => review.eligible.includes(person) && !review.barred.includes(person),
  );
  const counted = review.approved_by.filter((person) => able.includes(person));
  return {
    quorum: Math.max(review.quorum, current ? quorumOf(current.spec.tier) : 1),
    counted,
    left: able.filter((person) => !counted.includes(person)),
  };
}

const VERBS = { approve: 'approve it', reject: 'reject it', ask: 'ask for a change of it' } as const;

/** Why this person may not give this verdict, as a sentence for them that ends in who can; null where they may. */
export function whyNot(asked: Asked, person: string, verdict: Verdict, startedBy: string): string | null {
  const { review, today } = asked;
  const { left, counted, quorum } = rightsOf(asked);
  if (left.includes(person)) return null;
  const others = whoCan(today.team, left);
  if (counted.includes(person)) {
    // Who approved may change their mind while the item still waits for the second person.
    if (verdict !== 'approve') return null;
    return `You have approved ${reviewName(review.id)} already; it needs ${quorum} different people. ${others}`;
  }
  if (personByName(today.team, person) && review.barred.includes(person)) {
    const what = person === startedBy ? 'this run' : 'a run that this one repeats';
    return `You started ${what}, so you cannot ${VERBS[verdict]}. ${others}`;
  }
  const permission = may(today, person || null, verdict, subjectOf(asked));
  if (permission.ok) {
    return `You were not an approver when ${reviewName(review.id)} was opened, so you cannot ${VERBS[verdict]}. ${others}`;
  }
  return permission.why.replace(whoCan(today.team, permission.who), () => others);
}

/** `It needs one more person, of Ana and Jon.` or `…: Ana.` for an item that waits; empty where nobody is needed. */
export function whatItNeeds(asked: Asked): string {
  const { quorum, counted, left } = rightsOf(asked);
  const missing = quorum - counted.length;
  if (missing <= 0) return '';
  const names = sentenceList(left.map((person) => shortName(asked.today.team, person)));
  const people = missing === 1 ? 'one more person' : `${missing} different people`;
  if (!names) return `It needs ${people}, and nobody listed in cowork.yaml can.`;
  // Where there is no choice, "of" would promise one.
  return left.length === missing ? `It needs ${people}: ${names}.` : `It needs ${people}, of ${names}.`;
}

const workflowOf = (home: Home, name: string): Workflow | undefined =>
  Object.hasOwn(home.workflows, name) ? home.workflows[name] : undefined;

/** A workflow that has left the home keeps its item's own list of approvers, as far as they are still listed. */
function subjectOf({ review, pinned, today, now }: Asked): Subject & { workflow: Workflow } {
  const { spec } = pinned;
  const kept = { ...pinned, spec: { ...spec, review: { ...spec.review, approvers: review.eligible } } };
  return { workflow: workflowOf(today, review.workflow) ?? kept, dataClass: review.data_class, now };
}
