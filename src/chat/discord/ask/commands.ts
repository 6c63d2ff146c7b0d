import { type Command, type Option, type Parameter, PUBLIC, type Verb } from '../../../../commands/command.ts';
import { commands } from '../../../../commands/index.ts';
import { PERIODS } from '../../../../commands/period.ts';
import { checkCommands, COMMAND_LIMITS as MOST } from './check-commands.ts';
import type { ChatCommand, Choice, DiscordCommand, LeafOption, Subcommand, SubcommandGroup } from './command-shape.ts';
import { takenBy, takesPairs } from './shown-commands.ts';

/** The one slash command, and the one command of a message's menu. */
export const SLASH_COMMAND = 'cowork';
export const WHAT_HAPPENED = 'What happened?';

/**
 * What is registered for our server, made of the one list of commands. Whoever may use commands in a channel at all is
 * offered them, as reading is for many; the admins of the server may narrow that, and our own check is behind it.
 */
export function discordCommands(): DiscordCommand[] {
  const offered = { default_member_permissions: null };
  const cowork: ChatCommand = {
    type: 1,
    name: SLASH_COMMAND,
    description: 'Ask Cowork Ops: how it stands, what waits, what it was worth',
    ...offered,
    options: commands.map(shown),
  };
  const made: DiscordCommand[] = [cowork, { type: 3, name: WHAT_HAPPENED, ...offered }];
  const faults = checkCommands(made);
  if (faults.length > 0)
    throw new Error(
      `the commands break Discord's limits: ${faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`,
    );
  return made;
}

const shown = (command: Command): Subcommand | SubcommandGroup =>
  command.verbs === undefined
    ? subcommand(command)
    : { type: 2, name: command.name, description: command.summary, options: command.verbs.map(subcommand) };

function subcommand(of: Command | Verb): Subcommand {
  const { parameters, options } = takenBy(of);
  const fields = [...parameters.map(asOption), ...options];
  // Discord wants those that are required before the others; which is which goes by the name.
  const sorted = [...fields.filter(({ required }) => required), ...fields.filter(({ required }) => !required)];
  return { type: 1, name: of.name, description: of.summary, options: sorted.map(leaf) };
}

/** A word that is typed in its place has a value as well. */
const asOption = (parameter: Parameter): Option => ({ ...parameter, value: parameter.name });

/** As much as a text may have, so that several of them still make a line. */
const LONGEST_TEXT = 1000;
const LONGEST_PAIRS = 1800;
const LONGEST_NAME = 100;

function leaf(of: Option): LeafOption {
  const { name, whole } = of;
  const named = { name, description: descriptionOf(of), ...(of.required ? { required: true } : {}) };
  if (whole) return { ...named, type: 4, min_value: whole.least, max_value: whole.most };
  // An option without a value is yes or no.
  if (of.value === undefined) return { ...named, type: 5 };
  const choices = choicesOf(of);
  if (choices !== null) return { ...named, type: 3, choices };
  if (takesPairs(of)) return { ...named, type: 3, max_length: LONGEST_PAIRS };
  return of.of === undefined
    ? { ...named, type: 3, max_length: LONGEST_TEXT }
    : { ...named, type: 3, autocomplete: true, max_length: LONGEST_NAME };
}

/** Discord takes an option once, so that all pairs stand in one; and it has forms. */
const PAIRS = 'name="value", several with a space between; left out, a form asks for what it needs';

function descriptionOf(of: Option): string {
  if (of === PUBLIC) return 'answer for everybody in this channel';
  if (takesPairs(of)) return PAIRS;
  // What is a date names one as its value.
  return /^\d/.test(of.value ?? '') ? `${of.summary}, such as ${of.value}` : of.summary;
}

/** The only words it takes, where they are few and always the same. */
function choicesOf({ choices, of }: Option): Choice[] | null {
  const words = choices ?? (of === 'period' ? PERIODS : of === 'command' ? commands.map(({ name }) => name) : null);
  return words && words.length <= MOST.choices ? words.map((word) => ({ name: word, value: word })) : null;
}
