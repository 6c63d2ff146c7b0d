import { said } from '../blocks/said.ts';
import { notFound } from '../src/errors.ts';
import { may, type Subject } from '../src/people/permissions.ts';
import { nearest } from '../src/workflows/files/wording.ts';
import type { Home } from '../src/workflows/home.ts';
import type { Answer, Command } from './command.ts';
import { usageOf } from './usage.ts';

/** What help tells of one command. */
export interface CommandHelp {
  name: string;
  summary: string;
  /** Its form, for the door that asks. */
  usage: string;
  examples: readonly string[];
  parameters: { name: string; summary: string }[];
  options: { name: string; summary: string }[];
  /** Whether this person may use it, for any workflow at all. */
  yours: boolean;
}

/** Help over the one list; a function of it, since help is on the list itself. */
export const helpCommandOf = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  summary: 'What you can ask, and how',
  parameters: [{ name: 'command', summary: 'only this one', of: 'command' }],
  options: [{ name: 'as', summary: 'as seen by this person', value: 'person', of: 'person', cliOnly: true }],
  may: 'read',
  reads: true,
  examples: ['help', 'help pause'],
  async run(world, { asker, args }) {
    const { home } = await world.homes.active();
    const at = { home, person: asker.person, now: world.clock.now(), cli: asker.via === 'cli' };
    return helpAnswer(commands(), at, args.command);
  },
});

/** Who asks for help, when and through which door. Without a home everything is shown, as to the operator. */
export interface HelpFor {
  home: Home | null;
  person: string | null;
  now: Date;
  cli: boolean;
}

/** All commands, those this person can use, or one. Throws `not_found` for a name that is none. */
export function helpAnswer(commands: readonly Command[], at: HelpFor, name: string | undefined): Answer {
  if (name !== undefined) {
    const help = helpOf(commandNamed(commands, name), at);
    return { view: said(oneText(help)), json: help, exit: 0 };
  }
  const all = commands.map((command) => helpOf(command, at));
  return { view: said(allText(all)), json: all, exit: 0 };
}

/** The command of this name, or `not_found` with the nearest right one. */
export function commandNamed(commands: readonly Command[], word: string): Command {
  const name = word.toLowerCase();
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const shown = JSON.stringify(word.slice(0, 40));
  throw notFound(`There is no command ${shown}. ${near ? `Did you mean ${near}? ` : ''}help lists them all.`);
}

function helpOf(command: Command, at: HelpFor): CommandHelp {
  const options = command.options.filter((option) => at.cli || !option.cliOnly);
  return {
    name: command.name,
    summary: command.summary,
    usage: usageOf(command, at),
    examples: command.examples,
    parameters: command.parameters.map(({ name, summary }) => ({ name, summary })),
    options: options.map(({ name, summary }) => ({ name, summary })),
    yours: isYours(command, at),
  };
}

/** The operator at the command line may ask for anything; a person what their roles allow, if only for one workflow. */
function isYours(command: Command, { home, person, now, cli }: HelpFor): boolean {
  if (!home || (person === null && cli)) return true;
  const subjects: Subject[] = [{ now }, ...Object.values(home.workflows).map((workflow) => ({ workflow, now }))];
  return subjects.some((subject) => may(home, person, command.may, subject).ok);
}

const allText = (all: CommandHelp[]): string => {
  const yours = all.filter((one) => one.yours);
  return [
    `What I can do for you now:`,
    ...yours.map(({ name, summary, examples }) => `${name}: ${summary}. ${examples[0]}`),
    'More about one: help <command>.',
  ].join('\n');
};

const oneText = ({ name, summary, usage, examples, parameters, options, yours }: CommandHelp): string =>
  [
    `${name}: ${summary}.`,
    usage,
    ...parameters.map((one) => `  ${one.name}: ${one.summary}`),
    ...options.map((one) => `  --${one.name}: ${one.summary}`),
    `For example: ${examples.join(' · ')}`,
    ...(yours ? [] : ['Your roles do not allow it for any workflow.']),
  ].join('\n');
