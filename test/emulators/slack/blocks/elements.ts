import type { Faults, Rule, Surface } from './fault.ts';
import { INPUTS } from './inputs.ts';
import { actionId, confirm, option, picture, plain } from './objects.ts';
import { address, isObject, list, may, oneOf, shape, string } from './rules.ts';

const is = (type: string): Rule => oneOf(type);
const style = may(oneOf('primary', 'danger'));
const spoken = may(string({ max: 75 }));

const feedback: Rule = shape({ text: plain(75), accessibility_label: spoken, value: string({ max: 2000 }) });

const BUTTONS: Record<string, Rule> = {
  button: shape({
    type: is('button'),
    action_id: actionId,
    confirm: may(confirm),
    text: plain(75),
    value: may(string({ max: 2000 })),
    url: may(address()),
    style,
    accessibility_label: spoken,
  }),
  workflow_button: shape({
    type: is('workflow_button'),
    action_id: actionId,
    text: plain(75),
    workflow: shape({
      trigger: shape({
        url: address(),
        customizable_input_parameters: may(list({}, shape({ name: string(), value: string() }))),
      }),
    }),
    style,
    accessibility_label: spoken,
  }),
  overflow: shape({
    type: is('overflow'),
    action_id: actionId,
    confirm: may(confirm),
    options: list({ max: 5 }, option({ url: true })),
  }),
  icon_button: shape({
    type: is('icon_button'),
    action_id: actionId,
    confirm: may(confirm),
    icon: oneOf('trash'),
    text: plain(75),
    accessibility_label: spoken,
    value: may(string({ max: 2000 })),
    visible_to_user_ids: may(list({}, string())),
  }),
  feedback_buttons: shape({
    type: is('feedback_buttons'),
    action_id: actionId,
    positive_button: feedback,
    negative_button: feedback,
  }),
  image: picture,
};

const RULES: Record<string, Rule> = { ...INPUTS, ...BUTTONS };

const SELECTS = Object.keys(INPUTS).filter((type) => type.endsWith('select'));
const CHOICES = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker'];

/** Which elements a block takes. */
const HOSTS: Record<string, readonly string[]> = {
  section: ['button', 'workflow_button', 'overflow', 'image', ...SELECTS, ...CHOICES],
  actions: ['button', 'workflow_button', 'overflow', ...SELECTS, ...CHOICES, 'datetimepicker', 'rich_text_input'],
  input: Object.keys(INPUTS),
  context_actions: ['icon_button', 'feedback_buttons'],
  card: ['button'],
};

/** Elements that some surfaces do not take. */
const ONLY_ON: Record<string, readonly Surface[]> = {
  workflow_button: ['message'],
  icon_button: ['message'],
  feedback_buttons: ['message'],
  datetimepicker: ['message', 'modal'],
  email_text_input: ['modal'],
  url_text_input: ['modal'],
  number_input: ['modal'],
  rich_text_input: ['modal', 'home'],
  file_input: ['modal'],
};

/** An element in the block that holds it. */
export const element = (host: string): Rule =>
  function* (value, pointer, place): Faults {
    const type = isObject(value) ? String(value.type) : 'nothing';
    const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
    if (!rule || !HOSTS[host]?.includes(type)) {
      return yield { pointer: `${pointer}/type`, message: `unsupported type: ${type} in ${host}` };
    }
    if (ONLY_ON[type] && !ONLY_ON[type].includes(place.surface)) {
      yield { pointer: `${pointer}/type`, message: `${type} is not supported on a ${place.surface}` };
    }
    yield* rule(value, pointer, { ...place, host });
  };
