import type { Command as Program } from 'commander';
import { helpAnswer } from '../../commands/help.ts';
import { commands } from '../../commands/index.ts';
import type { Clock } from '../clock.ts';
import { answerText } from './answer-text.ts';
import { type InWorld, printed } from './in-world.ts';
import type { Printed } from './io.ts';

/**
 * `help [command]` to the operator: the same words as in chat, without opening anything, since whoever asks for help may
 * have nothing yet. What only the command line has is named in commander's own words.
 */
export function operatorHelp(program: Program, name: string | undefined, clock: Clock): Printed {
  const own = program.commands.find((command) => command.name() === name);
  if (own && !commands.some((command) => command.name === name)) {
    const text = own.helpInformation();
    return { text: text.trimEnd(), json: { name, help: text }, exit: 0 };
  }
  const now = clock.now();
  const { view, json, exit } = helpAnswer(commands, { home: null, person: null, now, cli: true }, name);
  const more = name === undefined ? '\nAll that this tool can do: cowork-ops --help.' : '';
  return { text: `${answerText(view, { now, zone: 'utc' })}${more}`, json, exit };
}

/** The same as one person of the home sees it. */
export const helpAs = (name: string | undefined, person: string, inWorld: InWorld): Promise<void> =>
  inWorld(async (world, { operator }) => {
    const help = commands.find((command) => command.name === 'help');
    if (!help) throw new Error('help is not on the list');
    const asker = { person, via: 'cli' as const, operator };
    return printed(world, await help.run(world, { asker, args: { command: name }, options: {} }));
  })();
