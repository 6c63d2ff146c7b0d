import type { Elsewhere } from '../message/platform.ts';
import { onCall } from './on-call.ts';
import type { Person, Team } from './team.ts';

/** The person with this key in `cowork.yaml`, else undefined. Inherited words such as `constructor` name nobody. */
export const personByName = (team: Team, name: string): Person | undefined =>
  Object.hasOwn(team.people, name) ? team.people[name] : undefined;

/** Key of the person with this id on a chat platform; null for nobody who is listed. */
export const personOn = (team: Team, platform: Elsewhere, id: string): string | null =>
  Object.keys(team.people).find((key) => team.people[key]?.[platform] === id) ?? null;

export interface Standing {
  /** What `owner` stands for: the owner of the workflow in question. */
  owner?: string | undefined;
  /** What `on-call` stands for: who is on call at this moment, or, with `anyone`, all who can ever be. Left out: nobody. */
  onCall?: Date | 'anyone' | undefined;
}

/**
 * Expands people, groups, `owner`, `on-call` and `all` to the keys of listed people: each once, in the order named.
 * A name that is neither stands for nobody, so a dangling one can only narrow.
 */
export function resolvePeople(team: Team, names: readonly string[], standing: Standing = {}): string[] {
  const found = new Set<string>();
  for (const name of names) {
    for (const person of expand(team, name, standing)) if (personByName(team, person)) found.add(person);
  }
  return [...found];
}

function expand(team: Team, name: string, standing: Standing): readonly string[] {
  if (name === 'all') return Object.keys(team.people);
  if (name === 'owner') return standing.owner === undefined ? [] : memberNames(team, standing.owner);
  if (name === 'on-call') return onDuty(team, standing.onCall);
  return memberNames(team, name);
}

const memberNames = (team: Team, name: string): readonly string[] =>
  Object.hasOwn(team.groups, name) ? (team.groups[name] ?? []) : [name];

function onDuty(team: Team, at: Standing['onCall']): readonly string[] {
  if (!team.on_call || at === undefined) return [];
  if (at === 'anyone') return [...team.on_call.rota, ...team.on_call.overrides.map((override) => override.who)];
  const duty = onCall(team, at);
  return duty.who === null ? [] : [duty.who];
}
