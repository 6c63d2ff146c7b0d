import type { Command, Option, Parameter } from './command.ts';

/** `pause <workflow> [--reason <text>] [--until <time>]`; in chat without what only the command line takes. */
export const usageOf = (command: Command, { cli }: { cli: boolean }): string =>
  [
    command.name,
    ...command.parameters.map(parameterText),
    ...command.options.filter((option) => (cli ? !option.chatOnly : !option.cliOnly)).map(optionText),
  ].join(' ');

function parameterText({ name, required, choices, rest }: Parameter): string {
  const word = `${choices ? choices.join('|') : name}${rest ? '…' : ''}`;
  return required ? `<${word}>` : `[${word}]`;
}

const optionText = ({ name, value, choices, many }: Option): string =>
  `[--${name}${value ? ` <${choices ? choices.join('|') : value}>` : ''}]${many ? '…' : ''}`;
