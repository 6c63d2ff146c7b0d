import {
  counts,
  each,
  type Fault,
  type Faults,
  type Json,
  listAt,
  objectAt,
  oneOf,
  texts,
  unique,
} from '../../faults.ts';

/** What Discord takes of application commands, as its reference says (November 2026). Characters are UTF-16 units. */
export const COMMAND_LIMITS = {
  chatCommands: 100,
  menuCommands: 15,
  name: 32,
  description: 100,
  options: 25,
  choices: 25,
  choice: 100,
  /** Longest text that an option takes. */
  length: 6000,
  /** Names, descriptions and choices of one command, with everything in it. */
  characters: 8000,
} as const;
const MOST = COMMAND_LIMITS;

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LARGEST = 2 ** 53;

/** What Discord would refuse in commands to be registered, each with its JSON pointer; empty where it takes them. */
export const checkCommands = (commands: unknown): Fault[] => [...faultsOf(commands)];

function* faultsOf(commands: unknown): Faults {
  const all = listAt(commands).map(objectAt);
  yield* counts(
    all.filter(({ type }) => type === 1),
    '/chat',
    MOST.chatCommands,
    0,
  );
  yield* counts(
    all.filter(({ type }) => type === 3),
    '/message',
    MOST.menuCommands,
    0,
  );
  yield* each(commands, '', checkCommand);
  yield* unique(
    all.map(({ type, name }, index) => ({ value: `${String(type)} ${String(name)}`, pointer: `/${index}/name` })),
    'command',
  );
}

function* checkCommand(command: Json, at: string): Faults {
  yield* oneOf(command.type, `${at}/type`, [1, 3]);
  const permissions = command.default_member_permissions;
  if (permissions !== null && !/^\d+$/.test(String(permissions)))
    yield { pointer: `${at}/default_member_permissions`, message: 'must be null or a number written as text' };
  if (command.type === 3) {
    yield* texts(command.name, `${at}/name`, MOST.name);
    if (command.description !== undefined || command.options !== undefined)
      yield { pointer: at, message: 'of a menu has neither description nor options' };
    return;
  }
  yield* checkNamed(command, at);
  yield* checkOptions(command.options, `${at}/options`, 'command');
  const sum = charactersOf(command);
  if (sum > MOST.characters) yield { pointer: at, message: `has ${sum} characters, at most ${MOST.characters}` };
}

function* checkNamed({ name, description }: Json, at: string): Faults {
  if (typeof name !== 'string' || !NAME.test(name) || name !== name.toLowerCase())
    yield {
      pointer: `${at}/name`,
      message: `${String(name)} is no name: 1 to ${MOST.name} lower-case letters, digits, - and _`,
    };
  yield* texts(description, `${at}/description`, MOST.description);
}

/** `command › group › subcommand › option`: what may stand in what. */
type Holder = 'command' | 'group' | 'subcommand';
const HELD: Record<Holder, readonly number[]> = { command: [1, 2, 3, 4, 5], group: [1], subcommand: [3, 4, 5] };

function* checkOptions(options: unknown, at: string, holder: Holder): Faults {
  yield* counts(options ?? [], at, MOST.options, holder === 'group' ? 1 : 0);
  const all = listAt(options).map(objectAt);
  yield* unique(
    all.map(({ name }, index) => ({ value: String(name), pointer: `${at}/${index}/name` })),
    'option',
  );
  const kinds = new Set(all.map(({ type }) => Number(type) <= 2));
  if (kinds.size > 1) yield { pointer: at, message: 'has subcommands beside options' };
  const late = all.findIndex(
    ({ required }, index) => required === true && all[index - 1]?.required !== true && index > 0,
  );
  if (late > 0) yield { pointer: `${at}/${late}`, message: 'is required and stands behind one that is not' };
  yield* each(options, at, (option, where) => checkOption(option, where, holder));
}

function* checkOption(option: Json, at: string, holder: Holder): Faults {
  yield* oneOf(option.type, `${at}/type`, HELD[holder]);
  yield* checkNamed(option, at);
  if (option.type === 1) return yield* checkOptions(option.options, `${at}/options`, 'subcommand');
  if (option.type === 2) return yield* checkOptions(option.options, `${at}/options`, 'group');
  if (option.options !== undefined) yield { pointer: `${at}/options`, message: 'does not go into an option' };
  if (option.choices !== undefined) yield* checkChoices(option, at);
  for (const [key, most] of [
    ['min_length', MOST.length],
    ['max_length', MOST.length],
    ['min_value', LARGEST],
    ['max_value', LARGEST],
  ] as const) {
    const value = option[key];
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
    if (value !== undefined && !fits) yield { pointer: `${at}/${key}`, message: `must be a number up to ${most}` };
    if (value !== undefined && option.type !== (key.endsWith('length') ? 3 : 4))
      yield { pointer: `${at}/${key}`, message: 'does not go with this type' };
  }
}

function* checkChoices({ choices, autocomplete }: Json, at: string): Faults {
  if (autocomplete === true) yield { pointer: `${at}/autocomplete`, message: 'does not go with choices' };
  yield* counts(choices, `${at}/choices`, MOST.choices, 0);
  yield* each(choices, `${at}/choices`, checkChoice);
}

/** One that is offered, in a command or while somebody types. */
export function* checkChoice(choice: Json, at: string): Faults {
  yield* texts(choice.name, `${at}/name`, MOST.choice);
  yield* texts(choice.value, `${at}/value`, MOST.choice);
}

function charactersOf(command: Json): number {
  const own = [command.name, command.description].filter((text) => typeof text === 'string').join('').length;
  const choices = listAt(command.choices).map(objectAt);
  return (
    own +
    choices.reduce((sum, { name, value }) => sum + `${String(name)}${String(value)}`.length, 0) +
    listAt(command.options).reduce<number>((sum, option) => sum + charactersOf(objectAt(option)), 0)
  );
}
