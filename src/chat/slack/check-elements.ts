import { addresses, counts, each, type Faults, type Json, objectAt, oneOf, texts } from '../faults.ts';
import { SLACK_LIMITS as MOST } from './limits.ts';

export type Surface = 'message' | 'modal' | 'home';

/** A text object; `plain` where Slack takes no mrkdwn. */
export function* checkText(value: unknown, pointer: string, most: number, plain = true): Faults {
  const text = objectAt(value);
  yield* oneOf(text.type, `${pointer}/type`, plain ? ['plain_text'] : ['plain_text', 'mrkdwn']);
  yield* texts(text.text, `${pointer}/text`, most);
}

function* checkConfirm(confirm: Json, pointer: string): Faults {
  yield* checkText(confirm.title, `${pointer}/title`, MOST.confirmTitle);
  yield* checkText(confirm.text, `${pointer}/text`, MOST.confirmText, false);
  yield* checkText(confirm.confirm, `${pointer}/confirm`, MOST.confirmButton);
  yield* checkText(confirm.deny, `${pointer}/deny`, MOST.confirmButton);
}

function* checkOption(option: Json, pointer: string): Faults {
  yield* checkText(option.text, `${pointer}/text`, MOST.optionText, false);
  yield* texts(option.value, `${pointer}/value`, MOST.optionValue);
  if (option.description !== undefined) yield* checkText(option.description, `${pointer}/description`, MOST.optionText);
  if (option.url !== undefined) yield* addresses(option.url, `${pointer}/url`, MOST.url);
}

function* checkOptions(element: Json, pointer: string, most: number): Faults {
  yield* counts(element.options, `${pointer}/options`, most);
  yield* each(element.options, `${pointer}/options`, checkOption);
  if (element.initial_option === undefined) return;
  const options = JSON.stringify(element.options);
  if (!options.includes(JSON.stringify(element.initial_option)))
    yield { pointer: `${pointer}/initial_option`, message: 'is none of the options' };
}

function* checkButton(button: Json, pointer: string): Faults {
  yield* checkText(button.text, `${pointer}/text`, MOST.buttonText);
  yield* texts(button.value, `${pointer}/value`, MOST.buttonValue, 0);
  if (button.url !== undefined) yield* addresses(button.url, `${pointer}/url`, MOST.url);
  if (button.style !== undefined) yield* oneOf(button.style, `${pointer}/style`, ['primary', 'danger']);
  if (button.accessibility_label !== undefined)
    yield* texts(button.accessibility_label, `${pointer}/accessibility_label`, MOST.accessibilityLabel);
}

function* checkTextInput(input: Json, pointer: string): Faults {
  const { max_length: most = MOST.inputLength, min_length: least = 0 } = input;
  if (typeof most !== 'number' || most < 1 || most > MOST.inputLength)
    yield { pointer: `${pointer}/max_length`, message: `must be 1 to ${MOST.inputLength}` };
  else yield* texts(input.initial_value, `${pointer}/initial_value`, most, 0);
  if (typeof least !== 'number' || least < 0 || least > MOST.inputLength)
    yield { pointer: `${pointer}/min_length`, message: `must be 0 to ${MOST.inputLength}` };
}

/** Elements by what holds them; what we never draw is refused, since nothing here could vouch for it. */
const KINDS: Record<string, { in: readonly string[]; check: (element: Json, pointer: string) => Faults }> = {
  button: { in: ['actions', 'section'], check: checkButton },
  overflow: { in: ['actions', 'section'], check: (e, at) => checkOptions(e, at, MOST.overflowOptions) },
  static_select: { in: ['actions', 'section', 'input'], check: (e, at) => checkOptions(e, at, MOST.selectOptions) },
  radio_buttons: { in: ['actions', 'section', 'input'], check: (e, at) => checkOptions(e, at, MOST.radioOptions) },
  checkboxes: { in: ['actions', 'section', 'input'], check: (e, at) => checkOptions(e, at, MOST.radioOptions) },
  plain_text_input: { in: ['input'], check: checkTextInput },
};

/** A button, menu or input inside a block of the kind `holder`. */
export function* checkElement(element: Json, pointer: string, holder: string): Faults {
  const kind = KINDS[String(element.type)];
  if (!kind?.in.includes(holder)) {
    yield { pointer: `${pointer}/type`, message: `${String(element.type)} does not go into ${holder}` };
    return;
  }
  yield* texts(element.action_id, `${pointer}/action_id`, MOST.actionId);
  if (element.placeholder !== undefined)
    yield* checkText(element.placeholder, `${pointer}/placeholder`, MOST.placeholder);
  if (element.confirm !== undefined) yield* checkConfirm(objectAt(element.confirm), `${pointer}/confirm`);
  yield* kind.check(element, pointer);
}
