import { type CommandHelp, commandHelpView, helpView } from '../blocks/help.ts';
import { notFound } from '../src/errors.ts';
import { command } from '../src/message/text.ts';
import { shortName } from '../src/people/names.ts';
import { may, type Subject } from '../src/people/permissions.ts';
import { personByName } from '../src/people/resolve.ts';
import { nearest } from '../src/workflows/files/wording.ts';
import type { Home } from '../src/workflows/home.ts';
import type { Answer, Command } from './command.ts';
import { usageOf } from './usage.ts';

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
    const { person, member, via } = asker;
    const at = { home, person, member, now: world.clock.now(), cli: via === 'cli', fields: via === 'discord' };
    return helpAnswer(commands(), at, args.command);
  },
});

/** Who asks for help, when and through which door. Without a home everything is shown, as to the operator. */
export interface HelpFor {
  home: Home | null;
  person: string | null;
  member?: boolean | undefined;
  now: Date;
  cli: boolean;
  /** The door has a field for each word: nothing is typed with `--`. */
  fields?: boolean | undefined;
}

/** All commands, those this person can use, or one. Throws `not_found` for a name that is none. */
export function helpAnswer(commands: readonly Command[], at: HelpFor, name: string | undefined): Answer {
  if (name !== undefined) {
    const help = helpOf(commandNamed(commands, name), at);
    return { view: commandHelpView(help, at), json: help, exit: 0 };
  }
  const all = commands.map((command) => helpOf(command, at));
  return { view: helpView(all, whoAsks(at)), json: all, exit: 0 };
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
  const meant = near ? ['Did you mean ', command(near), '? '] : [];
  throw notFound([`There is no command ${shown}. `, ...meant, command('help'), ' lists them all.']);
}

function helpOf(command: Command, at: HelpFor): CommandHelp {
  const options = command.options.filter((option) => (at.cli ? !option.chatOnly : !option.cliOnly));
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
function isYours(command: Command, { home, person, member, now, cli }: HelpFor): boolean {
  if (!home || (person === null && cli)) return true;
  const asked = { now, chatMember: member };
  const subjects: Subject[] = [asked, ...Object.values(home.workflows).map((workflow) => ({ workflow, ...asked }))];
  return subjects.some((subject) => may(home, person, command.may, subject).ok);
}

/** The short name and the roles of whoever asks; null for the operator and for somebody who is not listed. */
function whoAsks({ home, person }: HelpFor): { name: string; roles: readonly string[] } | null {
  const listed = home && person !== null ? personByName(home.team, person) : undefined;
  return home && person !== null && listed ? { name: shortName(home.team, person), roles: listed.roles } : null;
}
