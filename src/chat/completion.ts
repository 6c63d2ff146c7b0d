import { textInputs } from '../../blocks/run-form.ts';
import type { Command, Named, Option, Parameter, World } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';
import { PERIODS } from '../../commands/period.ts';
import { CoworkError } from '../errors.ts';
import { may } from '../people/permissions.ts';
import { namesOf } from './completion-names.ts';
import { quoteWord, splitWords, type Word } from './words.ts';

/** One way to go on: `text` takes the place of the word that is being typed (after the last space). */
export interface Completion {
  text: string;
  hint: string;
}

/** As many as Discord shows. */
const MOST = 25;

/**
 * How the typed words can go on, best first, at most 25: commands, then what the command at hand takes, with the names of
 * workflows, open reviews, open alerts, recent runs and people as they are now. Nothing for whoever may not read.
 */
export async function complete(world: World, line: string, person: string | null): Promise<Completion[]> {
  const { home } = await world.homes.active();
  if (!may(home, person, 'read', { now: world.clock.now() }).ok) return [];
  const typed = readTyped(line);
  if (!typed) return [];
  const all = await candidates({ world, person, typed: typed.last }, typed.before);
  return likely(all, typed.last, ({ text }) => [text]);
}

/** One field of a command, for a door that has fields instead of words. */
export interface AskedField {
  command: Command;
  of: Parameter | Option;
  /** What stands in it so far. */
  typed: string;
}

/**
 * What a field can hold, best first, at most 25: names as they are now and as they are written without quotes. Found by
 * the name and by what is said of it. Nothing for whoever may not read.
 */
export async function completeField(
  world: World,
  { command, of, typed }: AskedField,
  { person, member = false }: { person: string | null; member?: boolean },
): Promise<Completion[]> {
  const { home } = await world.homes.active();
  if (!may(home, person, 'read', { now: world.clock.now(), chatMember: member }).ok) return [];
  return likely(await valuesOf({ world, person, typed }, command, of), typed.trim(), ({ text, hint }) => [text, hint]);
}

/** Those that begin with what is typed, then those that hold it. */
function likely(all: readonly Completion[], typed: string, by: (one: Completion) => string[]): Completion[] {
  const wanted = typed.toLowerCase();
  const starting = all.filter(({ text }) => text.toLowerCase().startsWith(wanted));
  const holding = all.filter(
    (each) => !starting.includes(each) && wanted !== '' && by(each).some((one) => one.toLowerCase().includes(wanted)),
  );
  return [...starting, ...holding].slice(0, MOST);
}

/** The words before the last, and the last, which may be empty; null where a quote is open. */
function readTyped(line: string): { before: Word[]; last: string } | null {
  try {
    const words = splitWords(line.replace(/^\s*\/?cowork(-ops)?(\s+|$)/i, ''));
    const ended = words.length === 0 || /\s$/.test(line);
    return { before: ended ? words : words.slice(0, -1), last: ended ? '' : (words.at(-1)?.text ?? '') };
  } catch (error) {
    if (error instanceof CoworkError) return null;
    throw error;
  }
}

/** Who types what, and where it will be answered. */
interface Asking {
  world: World;
  person: string | null;
  /** The last word so far. */
  typed: string;
}

async function candidates(asking: Asking, before: Word[]): Promise<Completion[]> {
  const [name, ...words] = before;
  if (!name) return commands.map((command) => ({ text: command.name, hint: command.summary }));
  const command = commands.find((each) => each.name === name.text.toLowerCase());
  if (!command) return [];
  const options = command.options.filter((option) => !option.cliOnly && !option.chatOnly);
  const asked = optionAsked(options, words);
  if (asked) return quoted(await valuesOf(asking, command, asked));
  const dashes = options.map((option) => ({ text: `--${option.name}`, hint: option.summary }));
  const inputs = command.name === 'run' ? await inputsOf(asking, words) : [];
  if (asking.typed.startsWith('-')) return dashes;
  const at = positionalsIn(options, words);
  const parameter = command.parameters[at];
  const values = parameter && !parameter.rest ? quoted(await valuesOf(asking, command, parameter, words)) : [];
  return [...values, ...inputs, ...(at > 0 || command.parameters.length === 0 ? dashes : [])];
}

const isDashed = ({ text, open }: Word): boolean => open >= 2 && text.startsWith('--');

/** The option whose value comes next: `--until ` was the last word before. */
function optionAsked(options: Option[], words: Word[]): Option | undefined {
  const last = words.at(-1);
  if (!last || !isDashed(last) || last.text.includes('=')) return undefined;
  return options.find((option) => option.value !== undefined && option.name === last.text.slice(2).toLowerCase());
}

/** How many parameters have been typed. */
function positionalsIn(options: Option[], words: Word[]): number {
  let count = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as Word;
    if (!isDashed(word)) {
      if (!/^\p{L}[\p{L}\p{N}_-]*=/u.test(word.text)) count += 1;
      continue;
    }
    const option = options.find(({ name }) => `--${name}` === word.text.toLowerCase());
    if (option?.value !== undefined) at += 1;
  }
  return count;
}

async function valuesOf(
  asking: Asking,
  command: Command,
  of: Option | Parameter,
  words: Word[] = [],
): Promise<Completion[]> {
  const choices = (of.choices ?? []).map((text) => ({ text, hint: of.summary }));
  const all = command.name === 'pause' || command.name === 'resume' ? [{ text: 'all', hint: 'every workflow' }] : [];
  const names =
    of.of === 'workflow' && command.name === 'run'
      ? await runnable(asking)
      : await namesFor(asking, of.of, command, words);
  return [...choices, ...names, ...(of.of === 'workflow' ? all : [])];
}

const quoted = (names: readonly Completion[]): Completion[] =>
  names.map(({ text, hint }) => ({ text: quoteWord(text), hint }));

async function namesFor(
  { world, typed }: Asking,
  of: Named | undefined,
  command: Command,
  words: Word[],
): Promise<Completion[]> {
  if (of === undefined) return [];
  if (of === 'command') return commands.map(({ name, summary }) => ({ text: name, hint: summary }));
  if (of === 'period') {
    const periods = PERIODS.map((text) => ({ text, hint: `this ${text}` }));
    return [...periods, ...(await namesOf(world, 'workflow'))];
  }
  if (of === 'alert' && words.at(-1)?.text.toLowerCase() === 'list') return namesOf(world, 'workflow');
  return namesOf(world, of, { command: command.name, typed });
}

/** The workflows that this person may run. */
async function runnable({ world, person }: Asking): Promise<Completion[]> {
  const { home } = await world.homes.active();
  const now = world.clock.now();
  return (await namesOf(world, 'workflow')).filter(
    ({ text }) => may(home, person, 'run', { workflow: home.workflows[text], now }).ok,
  );
}

/** `client=` for each text input of the workflow that is to be run; nothing for whoever may not run it. */
async function inputsOf({ world, person }: Asking, words: Word[]): Promise<Completion[]> {
  const [name] = words;
  const { home } = await world.homes.active();
  const workflow = name && Object.hasOwn(home.workflows, name.text) ? home.workflows[name.text] : undefined;
  const now = world.clock.now();
  if (!workflow || !may(home, person, 'run', { workflow, now }).ok) return [];
  const given = words.map(({ text }) => text.split('=')[0]);
  const { ok: seen } = may(home, person, 'see_outputs', { workflow, now });
  return textInputs(workflow.spec)
    .filter((input) => !given.includes(input.name))
    .map((input) => ({ text: `${input.name}=`, hint: inputHint(input.default, seen) }));
}

/** What is filled in by itself may be as closed as what comes of the run. */
function inputHint(usual: string | undefined, seen: boolean): string {
  if (usual === undefined) return 'a text for the run';
  return seen ? `a text; ${usual.slice(0, 60)} unless said` : 'a text; the workflow’s own unless said';
}
