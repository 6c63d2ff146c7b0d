import { RESERVED_NAMES } from '../../values/scalars.ts';
import type { YamlFile } from '../files/document.ts';
import type { Path } from '../files/wording.ts';
import { type Findings, namesNo } from './findings.ts';

/** The names that files may point at. Those of cowork.yaml are undefined where it, or that section, could not be read. */
export interface Known {
  people: ReadonlySet<string> | undefined;
  groups: ReadonlySet<string> | undefined;
  channels: ReadonlySet<string> | undefined;
  /** Is there an `on_call` section for `on-call` to stand for? */
  rota: boolean;
  workflows: ReadonlySet<string>;
  skills: ReadonlySet<string>;
}

/** A place that must name one person. */
export function wantPerson(
  known: Known,
  findings: Findings,
  yaml: YamlFile,
  path: Path,
  word: string | undefined,
): void {
  if (word === undefined || !known.people || known.people.has(word)) return;
  const group = known.groups?.has(word) ? ' (it is a group; one person is wanted here)' : '';
  findings.problem(yaml, path, namesNo(path, word, 'person', 'people', known.people) + group);
}

/** Is this a person, a group, or a word that stands for people? True for all where those could not be read. */
export const isKnown = (known: Known, word: string): boolean =>
  !known.people || !known.groups || known.people.has(word) || known.groups.has(word) || RESERVED_NAMES.includes(word);

/** A place that may name people, groups, and the words that stand for people. */
export function wantPeople(
  known: Known,
  findings: Findings,
  yaml: YamlFile,
  path: Path,
  words: readonly (string | undefined)[],
): void {
  for (const [index, word] of words.entries()) {
    if (word === undefined) continue;
    const at = [...path, index];
    if (word === 'on-call' && known.people && !known.rota)
      findings.problem(yaml, at, 'on-call stands for nobody, since cowork.yaml has no on_call section; add one');
    if (isKnown(known, word)) continue;
    const names = [...(known.people ?? []), ...(known.groups ?? []), ...RESERVED_NAMES];
    findings.dangling(yaml, at, word, 'person or group', 'allowed', names);
  }
}

/** A place that must name a channel of cowork.yaml. */
export function wantChannel(
  known: Known,
  findings: Findings,
  yaml: YamlFile,
  path: Path,
  word: string | undefined,
): void {
  if (word === undefined || !known.channels || known.channels.has(word)) return;
  findings.dangling(yaml, path, word, 'channel', 'channels', known.channels);
}
