import { type Option, type Parameter, PUBLIC } from '../../../../commands/command.ts';
import { CoworkError } from '../../../errors.ts';
import { personOn } from '../../../people/resolve.ts';
import type { Team } from '../../../people/team.ts';
import { keptOf, withoutUnseen } from '../../ask/typed-text.ts';
import { fieldOf } from '../../connect/payload.ts';
import { listAt } from '../../faults.ts';
import { quoteWord, splitWords, type Word } from '../../words.ts';
import { shownCommand, type Taken, takesPairs } from './shown-commands.ts';

/** What somebody chose and filled in, as the line that means the same in every door. */
export interface Typed {
  /** Name of the command. */
  name: string;
  /** The whole line, without `/cowork`. */
  words: string;
  /** The answer is for everybody in the channel, where the command has such answers. */
  public: boolean;
  /** What was filled in, by the name of the field. */
  given: Given;
}

export type Given = ReadonlyMap<string, string | number | boolean>;

/** What of the options is in the foreign payload: the first-level name, the verb of a group, and what was filled in. */
export interface Chosen {
  name: string;
  verb: string | null;
  given: Given;
  /** The field that is being typed, and what of it is there; in completions only. */
  focused: { name: string; typed: string } | null;
}

const nameOf = (option: unknown): string => {
  const name = fieldOf(option, 'name');
  return typeof name === 'string' ? keptOf(name) : '';
};

/** Reads `data` of a command or of a completion; a payload that lacks things is one that lacks words. */
export function chosenIn(data: unknown): Chosen {
  const [top] = listAt(fieldOf(data, 'options'));
  const [below] = listAt(fieldOf(top, 'options'));
  const inGroup = fieldOf(top, 'type') === 2;
  const leaves = listAt(fieldOf(inGroup ? below : top, 'options'));
  const given = new Map<string, string | number | boolean>();
  for (const leaf of leaves) {
    const value = fieldOf(leaf, 'value');
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      given.set(nameOf(leaf), typeof value === 'string' ? withoutUnseen(keptOf(value)) : value);
  }
  const focused = leaves.find((leaf) => fieldOf(leaf, 'focused') === true);
  const name = nameOf(focused);
  return {
    ...{ name: nameOf(top), verb: inGroup ? nameOf(below) : null, given },
    focused: focused === undefined ? null : { name, typed: String(given.get(name) ?? '') },
  };
}

/**
 * The line that somebody would have typed elsewhere, with every value quoted as it needs. What is not known (any more)
 * goes along, so that it is refused by name.
 */
export function typedIn(data: unknown, team: Team): Typed {
  const { name, verb, given } = chosenIn(data);
  const taken = shownCommand(name, verb)?.taken ?? { parameters: [], options: [] };
  const known = new Set([...taken.parameters, ...taken.options].map((one) => one.name));
  const strays = [...given].filter(([key]) => !known.has(key)).map(([key, value]) => `--${key} ${wordOf(value)}`);
  const words = [
    quoteWord(name),
    ...(verb === null ? [] : [quoteWord(verb)]),
    ...parameterWords(taken, given, team),
    ...taken.options.flatMap((option) => optionWords(option, given.get(option.name), team)),
    ...strays,
  ];
  const isPublic = taken.options.includes(PUBLIC) && given.get(PUBLIC.name) === true;
  return { name, words: words.join(' '), public: isPublic, given };
}

const parameterWords = ({ parameters }: Taken, given: Given, team: Team): string[] =>
  parameters.flatMap((parameter) => {
    const value = given.get(parameter.name);
    return value === undefined ? [] : [meant(parameter, value, team)];
  });

function optionWords(option: Option, value: string | number | boolean | undefined, team: Team): string[] {
  if (value === undefined || value === false) return [];
  const dashed = `--${option.name}`;
  if (option.value === undefined) return [dashed];
  if (takesPairs(option)) return pairsIn(String(value)).map((pair) => `${dashed} ${pair}`);
  return [`${dashed} ${meant(option, value, team)}`];
}

const wordOf = (value: string | number | boolean): string => quoteWord(String(value));

/** One value as a word: a mention stands for the person of `cowork.yaml`. */
function meant({ of }: Parameter | Option, value: string | number | boolean, team: Team): string {
  const text = String(value).replace(
    /<@!?(\d{5,25})>/g,
    (mention, id: string) => personOn(team, 'discord', id) ?? mention,
  );
  return quoteWord(of === 'person' ? text.trim().replace(/^@/, '') : text.trim());
}

/**
 * `client=Beta Ltd month="11 / 26"` as one quoted word for each name: what follows a value without a name belongs to
 * it. A quote that is not closed stays as it is, and is refused where words are read.
 */
export function pairsIn(text: string): string[] {
  const words = wordsIn(text);
  if (words === null) return [text];
  const pairs: string[] = [];
  for (const { text: word, open } of words) {
    const begins = /^[^\s=]+=/.test(word.slice(0, open));
    const before = begins ? undefined : pairs.pop();
    pairs.push(before === undefined ? word : `${before} ${word}`);
  }
  return pairs.map(quoteWord);
}

function wordsIn(text: string): Word[] | null {
  try {
    return splitWords(text);
  } catch (error) {
    if (error instanceof CoworkError) return null;
    throw error;
  }
}
