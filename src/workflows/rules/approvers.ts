import { may } from '../../people/permissions.ts';
import { resolvePeople } from '../../people/resolve.ts';
import type { Team } from '../../people/team.ts';
import type { WorkflowSpec } from '../definition.ts';
import { listed } from '../files/wording.ts';
import type { Draft } from './draft.ts';
import { isKnown, wantPeople } from './names.ts';
import type { Reading } from './reading.ts';

type Named = Pick<WorkflowSpec, 'owner' | 'data_class'> & { review: { approvers: readonly string[] } };

/**
 * The listed people who could ever approve this workflow: groups spread, `owner` its owner, `on-call` everybody in the
 * rota, and of those who may approve by their roles. Who ran it is barred later, at the decision.
 */
export function eligibleApprovers(team: Team, name: string, spec: Named): string[] {
  const named = resolvePeople(team, spec.review.approvers, { owner: spec.owner, onCall: 'anyone' });
  return named.filter((person) => {
    const workflow = { name, spec: { ...spec, review: { approvers: [person] } } };
    return may({ team }, person, 'approve', { workflow }).ok;
  });
}

/** Approvals that a workflow of this tier may come to need: a WARN sends T0 and T1 to one person too. */
export const approvalsNeeded = (tier: WorkflowSpec['tier']): number => (tier === 'T3' ? 2 : 1);

/** Refuses a workflow that could end up in a review nobody can decide. */
export function checkApprovers(reading: Reading, name: string, { yaml, spec }: Draft<WorkflowSpec>): void {
  const { known, findings, team } = reading;
  const path = ['review', 'approvers'];
  wantPeople(known, findings, yaml, path, spec.review?.approvers ?? []);
  if (!team?.whole || !spec.review || spec.owner === undefined || !spec.data_class || !spec.tier) return;
  // A misspelt name is reported by itself; whether enough people remain is seen once it is mended.
  if (spec.review.approvers.some((word) => !isKnown(known, word))) return;
  const { owner, data_class, review } = spec;
  const eligible = eligibleApprovers(team.whole, name, { owner, data_class, review });
  const needed = approvalsNeeded(spec.tier);
  if (eligible.length >= needed) return;
  const why = spec.tier === 'T2' || spec.tier === 'T3' ? '' : ' (a WARN sends it to review)';
  findings.problem(
    yaml,
    path,
    `tier ${spec.tier} may need ${needed === 1 ? '1 approval' : `${needed} approvals by different people`}${why}, but ` +
      `${eligible.length === 0 ? 'nobody named here can approve' : `only ${listed(eligible)} can approve`}; ` +
      'name people with the role approver or admin, or the owner with the role owner',
  );
}
