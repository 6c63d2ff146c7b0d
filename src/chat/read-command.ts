import { type Command, type CommandInput, type Option, PUBLIC } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';
import { usageOf } from '../../commands/usage.ts';
import { invalid } from '../errors.ts';
import { command as typed } from '../message/text.ts';
import { sentenceList } from '../people/names.ts';
import { nearest } from '../workflows/files/wording.ts';
import type { Word } from './words.ts';

/** The words behind a command's name, sorted into its parameters and options. */
export type Sorted = Pick<CommandInput, 'args' | 'options'>;

/**
 * Reads `--name value`, `--name=value`, `--switch` and `name=value` as the command declares them, everything else as its
 * parameters in order; `--` ends the options. `name=value` that is no option goes to the option that takes such pairs.
 * @throws CoworkError `invalid` that says what is wrong and what the right form is.
 */
export function readCommand(command: Command, words: readonly Word[]): Sorted {
  const { options, rest } = takeOptions(command, words);
  return { args: takeParameters(command, rest), options };
}

type Given = Sorted['options'];

function takeOptions(command: Command, words: readonly Word[]): { options: Given; rest: string[] } {
  const options: Given = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as Word;
    if (isDashed(word) && word.text === '--') {
      rest.push(...words.slice(at + 1).map(({ text }) => text));
      break;
    }
    if (isDashed(word)) {
      const { name, value } = dashed(word);
      const option = optionNamed(command, name);
      const next = words[at + 1];
      const follows = option.value !== undefined && value === undefined;
      if (follows && next && !isDashed(next)) at += 1;
      set(command, options, option, follows ? (next && !isDashed(next) ? next.text : undefined) : value);
    } else {
      const pair = pairOf(command, word);
      if (pair) set(command, options, pair.option, pair.value);
      else rest.push(word.text);
    }
  }
  return { options, rest };
}

const isDashed = ({ text, open }: Word): boolean => open >= 2 && text.startsWith('--');

function dashed({ text, open }: Word): { name: string; value?: string } {
  const at = text.slice(0, open).indexOf('=');
  return at < 0 ? { name: text.slice(2) } : { name: text.slice(2, at), value: text.slice(at + 1) };
}

const inChat = (command: Command): Option[] => command.options.filter((option) => !option.cliOnly);

function optionNamed(command: Command, name: string): Option {
  const found = inChat(command).find((option) => option.name === name.toLowerCase());
  if (found) return found;
  if (name === 'as') throw misused(command, 'You ask as yourself here; --as is for the command line.');
  if (name === PUBLIC.name) throw misused(command, `${command.name} is answered to you alone; ${forAll()}.`);
  const known = command.options.some((option) => option.name === name);
  if (known) throw misused(command, `--${name} is for the command line.`);
  throw misused(
    command,
    `${command.name} takes no option ${JSON.stringify(`--${name.slice(0, 40)}`)}${near(command, name)}`,
  );
}

/** `; did you mean --reason?`, as it is typed, or the end of the sentence. */
function near(command: Command, name: string): string {
  const names = inChat(command).map((option) => option.name);
  const found = nearest(name, names);
  return found ? `; did you mean --${found}?` : '.';
}

const forAll = (): string => {
  const open = commands.filter(({ options }) => options.includes(PUBLIC)).map(({ name }) => name);
  return `--${PUBLIC.name} is for ${sentenceList(open, open.length)}`;
};

/** `name=value` with the name outside quotes: an option by its name, else a pair for the option that takes pairs. */
function pairOf(command: Command, { text, open }: Word): { option: Option; value: string } | null {
  const match = /^([\p{L}][\p{L}\p{N}_-]*)=/u.exec(text.slice(0, open));
  if (!match) return null;
  const name = (match[1] ?? '').toLowerCase();
  const named = inChat(command).find((option) => option.name === name && option.value !== undefined);
  const pairs = inChat(command).find((option) => option.value === 'k=v');
  if (named && !named.many) return { option: named, value: text.slice(match[0].length) };
  if (pairs) return { option: pairs, value: text };
  // A reason may hold anything; a command of plain parameters may not.
  if (command.parameters.some((parameter) => parameter.rest)) return null;
  throw misused(
    command,
    `${command.name} takes nothing named ${JSON.stringify(name.slice(0, 40))}${near(command, name)}`,
  );
}

function set(command: Command, options: Given, option: Option, value: string | undefined): void {
  const { name, many } = option;
  if (option.value === undefined) {
    if (value !== undefined) throw misused(command, `--${name} takes no value.`);
    options[name] = true;
    return;
  }
  if (value === undefined) throw misused(command, `--${name} needs a value.`);
  const before = options[name];
  if (many) options[name] = [...(Array.isArray(before) ? before : []), value];
  else if (before !== undefined) throw misused(command, `--${name} is given twice.`);
  else options[name] = value;
}

function takeParameters(command: Command, words: readonly string[]): Sorted['args'] {
  const args: Sorted['args'] = {};
  let left = [...words];
  for (const { name, required, rest } of command.parameters) {
    const taken = rest ? left.join(' ') || undefined : left[0];
    if (required && !taken) throw misused(command, `Say which ${name}.`);
    args[name] = taken;
    left = rest ? [] : left.slice(1);
  }
  const [more] = left;
  if (more === undefined) return args;
  throw misused(command, `${JSON.stringify(more.slice(0, 40))} is too much for ${command.name}.`);
}

const misused = (command: Command, what: string) =>
  invalid([
    `${what} Write: `,
    typed(usageOf(command, { cli: false })),
    '. For example: ',
    typed(command.examples[0] ?? command.name),
  ]);
