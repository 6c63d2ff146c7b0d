import type { Team } from './team.ts';

/** The first word of a person's name, or the whole name where another person shares that word; the key if unlisted. */
export function shortName(team: Team, person: string): string {
  const listed = Object.hasOwn(team.people, person) ? team.people[person] : undefined;
  if (!listed) return person;
  const first = firstWord(listed.name);
  const shared = Object.entries(team.people).some(([key, other]) => key !== person && firstWord(other.name) === first);
  return shared ? listed.name : first;
}

const firstWord = (name: string) => name.trim().split(/\s+/)[0] ?? name;

/** `Ana`, `Ana and Jon`, `Ana, Jon and Maya`; beyond `most` it says how many are left out. */
export function sentenceList(words: string[], most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `Ana and Jon can.`, or a sentence that says nobody can. */
export const whoCan = (team: Team, people: string[]): string =>
  people.length > 0
    ? `${sentenceList(people.map((person) => shortName(team, person)))} can.`
    : 'Nobody listed in cowork.yaml can; an admin has to add someone there.';
