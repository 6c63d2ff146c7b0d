import type { Command, Option, Parameter } from '../../../../commands/command.ts';
import { type Taken, takenBy } from './shown-commands.ts';

/**
 * How a command is filled in where every word has a field of its own: `pause workflow:<workflow> reason:<text>
 * [until:<time>]`; with verbs, all fields that one of them has.
 */
export function discordUsage(command: Command): string {
  const { name, verbs } = command;
  if (!verbs) return [name, ...fieldsOf(takenBy(command))].join(' ');
  const fields = verbs.flatMap((verb) => optionalOnes(takenBy(verb)));
  return [name, `<${verbs.map((verb) => verb.name).join('|')}>`, ...new Set(fields)].join(' ');
}

const fieldsOf = ({ parameters, options }: Taken): string[] => [
  ...parameters.map((one) => marked(one, wordField(one))),
  ...options.map((one) => marked(one, valueField(one))),
];

const marked = ({ required }: Parameter | Option, field: string): string => (required ? field : `[${field}]`);

/** Which verb needs which is said where the fields are. */
const optionalOnes = (taken: Taken): string[] =>
  fieldsOf(taken).map((field) => (field.startsWith('[') ? field : `[${field}]`));

const wordField = ({ name, choices }: Parameter): string => `${name}:<${choices?.join('|') ?? name}>`;

const valueField = ({ name, value, choices }: Option): string =>
  value === undefined ? `${name}:True` : `${name}:<${choices?.join('|') ?? value}>`;
