import {
  address,
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
  snowflake,
  string,
} from './rule.ts';

/** The number of a component may be given, and is counted up otherwise. */
export const id = may(number(0, 2 ** 31 - 1));
export const customId = string({ max: 100 });

const pictorial: Rule = function* (value, pointer) {
  if (!isObject(value)) return;
  const { id: own, name } = value;
  const known = own !== undefined || /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(String(name));
  if (!known) yield fault(`${pointer}/name`, 'BUTTON_COMPONENT_INVALID_EMOJI', 'Invalid emoji');
};
const emoji = shape({ id: may(snowflake), name: may(string({ max: 32 })), animated: may(flag) }, pictorial);

const buttonKind: Rule = function* (value, pointer) {
  if (!isObject(value)) return;
  const { style, label, emoji: picture, custom_id, url, sku_id } = value;
  if (style !== 6 && !label && !picture)
    yield fault(pointer, 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A button needs a label or an emoji');
  const needed: Record<string, unknown> = style === 5 ? { url } : style === 6 ? { sku_id } : { custom_id };
  for (const [name, given] of Object.entries({ custom_id, url, sku_id })) {
    const at = `${pointer}/${name}`;
    if (name in needed && !given) yield fault(at, 'BASE_TYPE_REQUIRED', 'This field is required');
    if (!(name in needed) && given !== undefined)
      yield fault(at, 'BASE_TYPE_FORBIDDEN', `does not go with style ${String(style)}`);
  }
};

export const button: Rule = shape(
  {
    type: oneOf(2),
    id,
    style: oneOf(1, 2, 3, 4, 5, 6),
    label: may(string({ max: 80 })),
    emoji: may(emoji),
    custom_id: may(customId),
    url: may(address(512, 'http', 'https', 'discord')),
    sku_id: may(snowflake),
    disabled: may(flag),
  },
  buttonKind,
);

const option = shape({
  label: string({ max: 100 }),
  value: string({ max: 100 }),
  description: may(string({ max: 100 })),
  emoji: may(emoji),
  default: may(flag),
});

/** So many are chosen at least and at most, and never more than there are. */
const chosen = (kind: { most: number; holds: 'options' | null }): Rule =>
  function* (value, pointer): Faults {
    if (!isObject(value)) return;
    const least = Number(value.min_values ?? 1);
    const options = kind.holds && Array.isArray(value.options) ? value.options : null;
    const most = Number(value.max_values ?? (value.type === 22 ? (options?.length ?? 1) : 1));
    if (least > most) yield fault(`${pointer}/min_values`, 'NUMBER_TYPE_MAX', 'is more than max_values');
    if (options && most > options.length && value.max_values !== undefined)
      yield fault(`${pointer}/max_values`, 'NUMBER_TYPE_MAX', `there are only ${options.length} options`);
    const preset = options?.filter((one) => isObject(one) && one.default === true).length ?? 0;
    if (preset > most)
      yield fault(`${pointer}/options`, 'SELECT_COMPONENT_TOO_MANY_DEFAULTS', `${preset} defaults for ${most}`);
    const values = options?.map((one) => (isObject(one) ? one.value : undefined)) ?? [];
    const twice = values.findIndex((one, index) => one !== undefined && values.indexOf(one) < index);
    if (twice >= 0)
      yield fault(
        `${pointer}/options/${twice}/value`,
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
  };

const numbers = { min_values: may(number(0, 25)), max_values: may(number(1, 25)) };

const menu = { id, custom_id: customId, placeholder: may(string({ max: 150 })), ...numbers };

const withPresets = (...types: string[]): Record<string, Rule> => ({
  default_values: may(list({ min: 0, max: 25 }, shape({ id: snowflake, type: oneOf(...types) }))),
});

/** Menus by number; in a modal they are not to be disabled, in a message nothing requires them. */
function menus(own: Record<string, Rule>): Record<number, Rule> {
  const all = { ...menu, ...own };
  const several = chosen({ most: 25, holds: null });
  return {
    3: shape({ type: oneOf(3), ...all, options: list({ max: 25 }, option) }, chosen({ most: 25, holds: 'options' })),
    5: shape({ type: oneOf(5), ...all, ...withPresets('user') }, several),
    6: shape({ type: oneOf(6), ...all, ...withPresets('role') }, several),
    7: shape({ type: oneOf(7), ...all, ...withPresets('user', 'role') }, several),
    8: shape(
      {
        type: oneOf(8),
        ...all,
        ...withPresets('channel'),
        channel_types: may(list({ min: 0, max: 20 }, number(0, 16))),
      },
      several,
    ),
  };
}

export const MESSAGE_MENUS = menus({ disabled: may(flag), required: may(flag) });

/** A field that may be left empty says so twice. */
const emptiable: Rule = function* (value, pointer) {
  if (isObject(value) && value.min_values === 0 && value.required !== false)
    yield fault(`${pointer}/required`, 'BASE_TYPE_CHOICES', 'must be false where min_values is 0');
};

const also = (rule: Rule, ...more: readonly Rule[]): Rule =>
  function* (value, pointer) {
    yield* rule(value, pointer);
    for (const one of more) yield* one(value, pointer);
  };

const textLength: Rule = function* (value, pointer) {
  if (!isObject(value)) return;
  const least = Number(value.min_length ?? 0);
  const most = Number(value.max_length ?? 4000);
  if (least > most) yield fault(`${pointer}/min_length`, 'NUMBER_TYPE_MAX', 'is more than max_length');
  const preset = typeof value.value === 'string' ? value.value.length : 0;
  if (preset > most) yield fault(`${pointer}/value`, 'BASE_TYPE_MAX_LENGTH', `Must be ${most} or fewer in length.`);
  if (preset > 0 && preset < least)
    yield fault(`${pointer}/value`, 'BASE_TYPE_MIN_LENGTH', `Must be ${least} or more in length.`);
};

const textInput = shape(
  {
    type: oneOf(4),
    id,
    custom_id: customId,
    style: oneOf(1, 2),
    min_length: may(number(0, 4000)),
    max_length: may(number(1, 4000)),
    required: may(flag),
    value: may(string({ min: 0, max: 4000 })),
    placeholder: may(string({ max: 100 })),
    label: never('stands in the label around it'),
  },
  textLength,
);

const choice = shape({
  label: string({ max: 100 }),
  value: string({ max: 100 }),
  description: may(string({ max: 100 })),
  default: may(flag),
});
const field = { id, custom_id: customId, required: may(flag) };

const files = shape(
  {
    type: oneOf(19),
    ...field,
    min_values: may(number(0, 10)),
    max_values: may(number(1, 10)),
    file_types: may(list({ min: 0, max: 10 }, anything)),
  },
  chosen({ most: 10, holds: null }),
);
const radios = shape(
  { type: oneOf(21), ...field, options: list({ min: 2, max: 10 }, choice) },
  chosen({ most: 1, holds: 'options' }),
);
const checks = shape(
  {
    type: oneOf(22),
    ...field,
    options: list({ max: 10 }, choice),
    min_values: may(number(0, 10)),
    max_values: may(number(1, 10)),
  },
  chosen({ most: 10, holds: 'options' }),
);
const check = shape({ type: oneOf(23), id, custom_id: customId, default: may(flag) });

const modalMenus = menus({ required: may(flag), disabled: never('A component of a modal cannot be disabled') });

/** What stands in the label of a modal, by number. */
export const MODAL_INPUTS: Record<number, Rule> = {
  ...Object.fromEntries(Object.entries(modalMenus).map(([type, rule]) => [type, also(rule, emptiable)])),
  4: textInput,
  19: also(files, emptiable),
  21: radios,
  22: also(checks, emptiable),
  23: check,
};
