import { may } from '../../people/permissions.ts';
import { resolvePeople } from '../../people/resolve.ts';
import { type Team, teamFile } from '../../people/team.ts';
import type { WorkflowSpec } from '../definition.ts';
import { childOf } from '../files/schema-walk.ts';
import { listed } from '../files/wording.ts';
import type { Draft } from './draft.ts';
import { isKnown, type Known, wantPeople } from './names.ts';
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
export function checkApprovers(reading: Reading, name: string, { yaml, spec, parts }: Draft<WorkflowSpec>): void {
  const { known, findings, team } = reading;
  const path = ['review', 'approvers'];
  const written = parts.review?.approvers;
  wantPeople(known, findings, yaml, path, written ?? []);
  const approvers = written?.filter((word) => word !== undefined);
  const { owner, tier } = parts;
  // What is faulty or misspelt is reported by itself; whether enough people remain is seen once it is mended.
  if (!approvers || approvers.length < (written?.length ?? 0) || owner === undefined || !tier) return;
  const judged = team && teamToAsk(team, approvers);
  if (!judged || !known.people?.has(owner) || !allKnown(known, judged, approvers)) return;
  const data_class = spec.data_class ?? 'internal';
  const eligible = eligibleApprovers(judged, name, { owner, data_class, review: { approvers } });
  const needed = approvalsNeeded(tier);
  if (eligible.length >= needed) return;
  const why = tier === 'T2' || tier === 'T3' ? '' : ' (a WARN sends it to review)';
  findings.problem(
    yaml,
    path,
    `tier ${tier} may need ${needed === 1 ? '1 approval' : `${needed} approvals by different people`}${why}, but ` +
      `${eligible.length === 0 ? 'nobody named here can approve' : `only ${listed(eligible)} can approve`}; ` +
      'name people with the role approver or admin, or the owner with the role owner',
  );
}

const NOBODY = teamFile.parse({ team: '-', timezone: 'UTC', people: {} });

/** Who the team's people are, whatever else is wrong in cowork.yaml; undefined where that itself is. */
function teamToAsk({ whole, yaml, spec, parts }: Draft<Team>, approvers: readonly string[]): Team | undefined {
  if (whole) return whole;
  const { people } = spec;
  const groups = parts.groups && spec.groups;
  if (!people || !groups) return undefined;
  const rotaIsFaulty = spec.on_call === undefined && childOf(yaml.data, 'on_call') !== undefined;
  if (rotaIsFaulty && approvers.includes('on-call')) return undefined;
  return { ...NOBODY, people, groups, on_call: spec.on_call };
}

/** Does every name stand for somebody, and every name in the groups and the rota that these words stand for? */
function allKnown(known: Known, team: Team, approvers: readonly string[]): boolean {
  const { rota, overrides } = team.on_call ?? { rota: [], overrides: [] };
  return approvers.every((word) => {
    if (!isKnown(known, word)) return false;
    if (word === 'on-call')
      return team.on_call !== undefined && [...rota, ...overrides.map(({ who }) => who)].every(isPerson);
    return !Object.hasOwn(team.groups, word) || (team.groups[word] ?? []).every(isPerson);
  });

  function isPerson(name: string): boolean {
    return Object.hasOwn(team.people, name);
  }
}
