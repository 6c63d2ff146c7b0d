import type { Json } from '../shapes.ts';
import type { Faults, Rule } from './fault.ts';
import { actionId, confirm, dispatchConfig, option, optionGroup, placeholder } from './objects.ts';
import { all, exactlyOne, flag, list, may, oneOf, shape, string, whole } from './rules.ts';

const is = (type: string): Rule => oneOf(type);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What every element has that is typed into or chosen from. */
const typed = { action_id: actionId, placeholder, focus_on_load: may(flag), dispatch_action_config: dispatchConfig };
const chosen = { action_id: actionId, placeholder, focus_on_load: may(flag), confirm: may(confirm) };
const boxes = { action_id: actionId, focus_on_load: may(flag), confirm: may(confirm) };

/** What stands chosen at first has to be on offer. */
const initialIsOffered: Rule = function* (value, pointer): Faults {
  const element = value as Json;
  const groups = (element.option_groups ?? []) as Json[];
  const offered = [
    ...((element.options ?? []) as Json[]),
    ...groups.flatMap((group) => (group.options ?? []) as Json[]),
  ];
  const initial = element.initial_option === undefined ? element.initial_options : [element.initial_option];
  for (const one of (initial ?? []) as Json[]) {
    if (!offered.some((other) => same(one, other))) {
      yield { pointer, message: 'what stands chosen at first is not among the options' };
    }
  }
};

const lengths: Rule = function* (value, pointer): Faults {
  const { initial_value: initial, min_length: min, max_length: max } = value as Record<string, unknown>;
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    yield { pointer: `${pointer}/min_length`, message: 'must not be more than max_length' };
  }
  if (typeof initial === 'string' && typeof max === 'number' && initial.length > max) {
    yield { pointer: `${pointer}/initial_value`, message: `must be less than ${max + 1} characters` };
  }
};

const menu = (type: string, several: boolean): Rule =>
  shape(
    {
      type: is(type),
      ...chosen,
      options: may(list({ max: 100 }, option())),
      option_groups: may(list({ max: 100 }, optionGroup)),
      ...(several
        ? { initial_options: may(list({}, option())), max_selected_items: may(whole(1, 100)) }
        : { initial_option: may(option()) }),
    },
    all(exactlyOne('options', 'option_groups'), initialIsOffered),
  );

const filter = may(
  shape({
    include: may(list({ max: 4 }, oneOf('im', 'mpim', 'private', 'public'))),
    exclude_external_shared_channels: may(flag),
    exclude_bot_users: may(flag),
  }),
);

const external = (type: string, several: boolean): Rule =>
  shape({
    type: is(type),
    ...chosen,
    min_query_length: may(whole(1, 100)),
    ...(several
      ? { initial_options: may(list({}, option())), max_selected_items: may(whole(1, 100)) }
      : { initial_option: may(option()) }),
  });

const picker = (type: string, noun: string, several: boolean): Rule =>
  shape({
    type: is(type),
    ...chosen,
    ...(noun === 'conversation' ? { filter, default_to_current_conversation: may(flag) } : {}),
    ...(several
      ? { [`initial_${noun}s`]: may(list({}, string())), max_selected_items: may(whole(1, 100)) }
      : { [`initial_${noun}`]: may(string()), response_url_enabled: may(flag) }),
  });

const line = (type: string): Rule => shape({ type: is(type), ...typed, initial_value: may(string({ max: 3000 })) });

/** Everything that takes what a person types or chooses, by its type. */
export const INPUTS: Record<string, Rule> = {
  plain_text_input: shape(
    {
      type: is('plain_text_input'),
      ...typed,
      initial_value: may(string({ min: 0, max: 3000 })),
      multiline: may(flag),
      min_length: may(whole(0, 3000)),
      max_length: may(whole(1, 3000)),
    },
    lengths,
  ),
  email_text_input: line('email_text_input'),
  url_text_input: line('url_text_input'),
  number_input: shape({
    type: is('number_input'),
    ...typed,
    is_decimal_allowed: flag,
    initial_value: may(string()),
    min_value: may(string()),
    max_value: may(string()),
  }),
  rich_text_input: shape({
    type: is('rich_text_input'),
    ...typed,
    initial_value: may(function* () {}),
    min_lines: may(whole(1, 100)),
    max_lines: may(whole(1, 100)),
  }),
  file_input: shape({
    type: is('file_input'),
    action_id: actionId,
    filetypes: may(list({}, string())),
    max_files: may(whole(1, 10)),
  }),
  static_select: menu('static_select', false),
  multi_static_select: menu('multi_static_select', true),
  external_select: external('external_select', false),
  multi_external_select: external('multi_external_select', true),
  users_select: picker('users_select', 'user', false),
  multi_users_select: picker('multi_users_select', 'user', true),
  channels_select: picker('channels_select', 'channel', false),
  multi_channels_select: picker('multi_channels_select', 'channel', true),
  conversations_select: picker('conversations_select', 'conversation', false),
  multi_conversations_select: picker('multi_conversations_select', 'conversation', true),
  radio_buttons: shape(
    {
      type: is('radio_buttons'),
      ...boxes,
      options: list({ max: 10 }, option({ rich: true })),
      initial_option: may(option({ rich: true })),
    },
    initialIsOffered,
  ),
  checkboxes: shape(
    {
      type: is('checkboxes'),
      ...boxes,
      options: list({ max: 10 }, option({ rich: true })),
      initial_options: may(list({}, option({ rich: true }))),
    },
    initialIsOffered,
  ),
  datepicker: shape({
    type: is('datepicker'),
    ...chosen,
    initial_date: may(string({ like: /^\d{4}-\d{2}-\d{2}$/ })),
  }),
  timepicker: shape({
    type: is('timepicker'),
    ...chosen,
    initial_time: may(string({ like: /^([01]\d|2[0-3]):[0-5]\d$/ })),
    timezone: may(string()),
  }),
  datetimepicker: shape({
    type: is('datetimepicker'),
    ...boxes,
    initial_date_time: may(whole(1_000_000_000, 9_999_999_999)),
  }),
};
