import type { Command, Option, Parameter, Verb } from '../../../../commands/command.ts';
import { commands } from '../../../../commands/index.ts';

/** What one subcommand of Discord takes: what is typed in order, and what is typed by name. */
export interface Taken {
  parameters: readonly Parameter[];
  options: readonly Option[];
}

const inDiscord = (options: readonly Option[]): Option[] => options.filter(({ cliOnly }) => !cliOnly);

/** Of a whole command, or of one of its verbs. What only the command line takes is left out. */
export const takenBy = (of: Command | Verb): Taken => ({
  parameters: of.parameters,
  options: inDiscord(of.options),
});

/** The command of this name, and the verb where it has verbs; null where there is none (any more). */
export function shownCommand(name: string, verb: string | null): { command: Command; taken: Taken } | null {
  const command = commands.find((one) => one.name === name);
  if (!command || (command.verbs !== undefined) !== (verb !== null)) return null;
  if (verb === null) return { command, taken: takenBy(command) };
  const found = command.verbs?.find((one) => one.name === verb);
  return found ? { command, taken: takenBy(found) } : null;
}

/** Takes pairs `name=value`, as many as there are. */
export const takesPairs = ({ value }: Option): boolean => value === 'k=v';
