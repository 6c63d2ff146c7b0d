import type { Option } from '../../../../commands/command.ts';
import { commands } from '../../../../commands/index.ts';
import { PERIODS } from '../../../../commands/period.ts';
import { usageOf } from '../../../../commands/usage.ts';
import { CoworkError } from '../../../errors.ts';
import { splitWords, type Word } from '../../words.ts';
import { type Taken, takenBy, takesPairs } from './shown-commands.ts';
import { discordUsage } from './usage.ts';

/**
 * Words to type as Discord's own client writes a command with its fields, so that they do what they say when they are
 * typed or pasted there: `alert assign A-57 jon` is `alert assign alert:A-57 to:jon`, and the usage of a command names its
 * fields. What is no whole command of ours stays as it is.
 */
export function filledIn(line: string): string {
  const whole = commands.find((command) => usageOf(command, { cli: false }) === line);
  if (whole) return discordUsage(whole);
  const words = line.includes('[') ? null : wordsIn(line);
  const [first, ...rest] = words ?? [];
  const command = commands.find(({ name }) => name === first?.text);
  if (!command) return line;
  const verb = command.verbs?.find(({ name }) => name === rest[0]?.text);
  if (command.verbs && !verb) return line;
  const taken = takenBy(verb ?? command);
  const fields = fieldsOf(taken, verb ? rest.slice(1) : rest, { isVerb: verb !== undefined });
  if (fields === null) return line;
  const named = [...taken.parameters, ...taken.options].flatMap(({ name }) => {
    const values = fields.get(name);
    return values ? [`${name}:${values.join(' ')}`] : [];
  });
  return [command.name, ...(verb ? [verb.name] : []), ...named].join(' ');
}

function wordsIn(line: string): Word[] | null {
  try {
    return splitWords(line);
  } catch (error) {
    if (error instanceof CoworkError) return null;
    throw error;
  }
}

type Fields = Map<string, string[]>;

/** What stands in each field; null where a word belongs nowhere. */
function fieldsOf(taken: Taken, words: readonly Word[], { isVerb }: { isVerb: boolean }): Fields | null {
  const fields: Fields = new Map();
  const put = (name: string, value: string) => fields.set(name, [...(fields.get(name) ?? []), value]);
  const bare: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const { text, open } = words[at] as Word;
    const pair = /^([\p{L}][\p{L}\p{N}_-]*)=/u.exec(text.slice(0, open));
    const pairs = taken.options.find(takesPairs);
    if (open >= 2 && text.startsWith('--')) {
      const option = taken.options.find(({ name }) => `--${name}` === text);
      const value = option && valueBehind(option, words[at + 1]);
      if (!option || value === undefined) return null;
      put(option.name, value);
      if (option.value !== undefined) at += 1;
    } else if (pair && pairs) put(pairs.name, `${pair[0]}"${text.slice(pair[0].length)}"`);
    else bare.push(text);
  }
  placeInOrder(taken, bare, put);
  if (isVerb) placeTheRest(taken, bare, put);
  return bare.length === 0 ? fields : null;
}

const valueBehind = (option: Option, next: Word | undefined): string | undefined =>
  option.value === undefined ? 'True' : next?.text;

type Put = (name: string, value: string) => void;

/** Takes words without a name for the parameters. */
function placeInOrder({ parameters }: Taken, bare: string[], put: Put): void {
  for (const { name, of } of parameters) {
    const isOther = of === 'period' && !(PERIODS as readonly string[]).includes(bare[0] ?? '');
    const word = isOther ? undefined : bare.shift();
    if (word !== undefined) put(name, word);
  }
}

/** What else a verb is told in words, of which the last field takes all that is left. */
function placeTheRest({ options }: Taken, bare: string[], put: Put): void {
  for (const [at, { name }] of options.entries()) {
    const words = bare.splice(0, at === options.length - 1 ? bare.length : 1);
    if (words.length > 0) put(name, words.join(' '));
  }
}
