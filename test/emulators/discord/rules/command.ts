import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import {
  anything,
  type Faults,
  fault,
  flag,
  isObject,
  list,
  may,
  never,
  number,
  oneOf,
  type Rule,
  shape,
  string,
  unique,
} from './rule.ts';

const NAME = /^[-_'\p{L}\p{N}\p{sc=Devanagari}\p{sc=Thai}]{1,32}$/u;
const MOST_OF = { 1: 100, 2: 15, 3: 15 } as Record<number, number>;
const MOST_TEXT = 8000;

const SUBCOMMAND = 1;
const GROUP = 2;

const lower: Rule = function* (value, pointer) {
  if (typeof value === 'string' && value !== value.toLowerCase())
    yield fault(pointer, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
};
const both = (...rules: readonly Rule[]): Rule =>
  function* (value, pointer) {
    for (const rule of rules) yield* rule(value, pointer);
  };

const name = both(string({ max: 32, match: NAME }), lower);
const localized = may(anything);
const texts = {
  name,
  name_localizations: localized,
  description: string({ max: 100 }),
  description_localizations: localized,
};

const choiceValue: Rule = function* (value, pointer) {
  if (typeof value === 'string') yield* string({ max: 100 })(value, pointer);
  else yield* number(-(2 ** 53), 2 ** 53, false)(value, pointer);
};
const choice = shape({ name: string({ max: 100 }), name_localizations: localized, value: choiceValue });

/** What goes with some types of options only. */
const ofItsType: Rule = function* (value, pointer) {
  if (!isObject(value)) return;
  const goes: Record<string, readonly number[]> = {
    choices: [3, 4, 10],
    autocomplete: [3, 4, 10],
    min_length: [3],
    max_length: [3],
    min_value: [4, 10],
    max_value: [4, 10],
    channel_types: [7],
  };
  for (const [field, types] of Object.entries(goes)) {
    const given = value[field] !== undefined && value[field] !== null && value[field] !== false;
    if (given && !types.includes(Number(value.type)))
      yield fault(
        `${pointer}/${field}`,
        'APPLICATION_COMMAND_OPTION_FIELD',
        `does not go with type ${String(value.type)}`,
      );
  }
  const choices = Array.isArray(value.choices) ? value.choices : [];
  if (value.autocomplete === true && choices.length > 0)
    yield fault(
      `${pointer}/choices`,
      'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      'cannot be used with autocomplete',
    );
  const found = choices.flatMap((one, index) =>
    isObject(one) ? [{ one, pointer: `${pointer}/choices/${index}` }] : [],
  );
  yield* unique(found, 'name', 'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE');
  for (const { one, pointer: at } of found) {
    const kind = value.type === 3 ? 'string' : 'number';
    if (typeof one.value !== kind) yield fault(`${at}/value`, 'BASE_TYPE_CHOICES', `must be a ${kind}`);
  }
};

const plain = shape(
  {
    type: oneOf(3, 4, 5, 6, 7, 8, 9, 10, 11),
    ...texts,
    required: may(flag),
    choices: may(list({ min: 0, max: 25 }, choice)),
    autocomplete: may(flag),
    min_length: may(number(0, 6000)),
    max_length: may(number(1, 6000)),
    min_value: may(number(-(2 ** 53), 2 ** 53, false)),
    max_value: may(number(-(2 ** 53), 2 ** 53, false)),
    channel_types: may(list({ min: 0, max: 20 }, number(0, 16))),
  },
  ofItsType,
);

/** Options in their order: names once, required ones first, subcommands never beside values. */
const options = (depth: number): Rule =>
  function* (value, pointer): Faults {
    yield* list({ min: 0, max: 25 }, (one, at) => option(depth)(one, at))(value, pointer);
    const all = Array.isArray(value) ? value.filter(isObject) : [];
    yield* unique(
      all.map((one, index) => ({ one, pointer: `${pointer}/${index}` })),
      'name',
      'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
    );
    const nested = all.filter(({ type }) => type === SUBCOMMAND || type === GROUP).length;
    if (nested > 0 && nested < all.length)
      yield fault(
        pointer,
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      );
    const optional = all.findIndex(({ required }) => required !== true);
    const late = all.findIndex(({ required }, index) => required === true && index > optional);
    if (optional >= 0 && late >= 0)
      yield fault(
        `${pointer}/${late}`,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
  };

/** Two levels: a group holds subcommands, a subcommand holds values. */
const option = (depth: number): Rule =>
  function* (value, pointer) {
    const type = isObject(value) ? Number(value.type) : Number.NaN;
    const nests = (type === GROUP && depth === 0) || (type === SUBCOMMAND && depth <= 1);
    if (!nests) return yield* plain(value, pointer);
    const inner: Rule = type === GROUP ? both(options(1), onlyOf(SUBCOMMAND)) : both(may(options(2)));
    yield* shape({ type: oneOf(type), ...texts, options: inner, required: may(oneOf(false)) })(value, pointer);
  };

const onlyOf = (type: number): Rule =>
  function* (value, pointer) {
    for (const [index, one] of (Array.isArray(value) ? value : []).entries())
      if (isObject(one)) yield* oneOf(type)(one.type, `${pointer}/${index}/type`);
  };

const common = {
  name_localizations: localized,
  description_localizations: localized,
  default_member_permissions: may(string({ max: 20, match: /^\d+$/ })),
  dm_permission: may(flag),
  contexts: may(list({ min: 0, max: 3 }, oneOf(0, 1, 2))),
  integration_types: may(list({ min: 0, max: 2 }, oneOf(0, 1))),
  nsfw: may(flag),
  id: may(anything),
};

const typed = shape({ ...common, type: may(oneOf(1)), ...texts, options: may(options(0)) });
const inMenu = shape({
  ...common,
  type: oneOf(2, 3),
  name: string({ max: 32 }),
  description: may(oneOf('')),
  options: never('Context menu commands cannot have options'),
});

/** All the words of a command and of what is in it. */
function wordsOf(value: Json): number {
  const length = (text: unknown) => (typeof text === 'string' ? text.length : 0);
  const inside = [value.options, value.choices].flatMap((all) => (Array.isArray(all) ? all.filter(isObject) : []));
  return (
    length(value.name) +
    length(value.description) +
    length(value.value) +
    inside.reduce((sum, one) => sum + wordsOf(one), 0)
  );
}

const command: Rule = function* (value, pointer) {
  const kind = isObject(value) && value.type !== undefined && value.type !== 1 ? inMenu : typed;
  yield* kind(value, pointer);
  const words = isObject(value) ? wordsOf(value) : 0;
  if (words > MOST_TEXT)
    yield fault(pointer, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MOST_TEXT})`);
};

function* faultsOf(commands: unknown): Faults {
  yield* list({ min: 0, max: 130 }, command)(commands, '');
  const all = Array.isArray(commands) ? commands.filter(isObject) : [];
  for (const type of [1, 2, 3]) {
    const same = all.flatMap((one, index) => (Number(one.type ?? 1) === type ? [{ one, pointer: `/${index}` }] : []));
    yield* unique(same, 'name', 'APPLICATION_COMMANDS_DUPLICATE_NAME');
    if (same.length > Number(MOST_OF[type]))
      yield fault('', 'MAX_APPLICATION_COMMANDS', `${same.length} commands of type ${type}, at most ${MOST_OF[type]}`);
  }
}

/** What Discord holds against a list of commands. */
export const commandsFaults = (commands: unknown): FormFault[] => [...faultsOf(commands)];
