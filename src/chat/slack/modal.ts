import type { Confirm, Field, Form } from '../../message/action.ts';
import { cleanLines, cutUnits } from '../../message/clean.ts';
import { type Block, type Input, plainObject, type SlackForm } from './block-kit.ts';
import { SLACK_LIMITS } from './limits.ts';

/** What comes back with the form besides its values. */
export interface SlackModalOptions {
  /** Tells our forms from each other, `act`. */
  callbackId: string;
  /** What the click carried, and whatever else the answer needs; at most 3000 characters, ids only. */
  metadata: string;
  /** Said above the fields: what will happen. */
  confirm?: Confirm | undefined;
}

/** A form as a modal. Each input's block and action are named after its field, so that values survive an update. */
export function renderSlackModal(form: Form, { callbackId, metadata, confirm }: SlackModalOptions): SlackForm {
  const said: Block[] = confirm ? [{ type: 'section', text: plainObject(confirm.text) }] : [];
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: metadata,
    title: plainObject(form.title),
    submit: plainObject(form.submit),
    close: plainObject('Cancel'),
    blocks: [...said, ...form.fields.map(inputBlock)],
  };
}

const inputBlock = (field: Field): Block => ({
  type: 'input',
  block_id: field.name,
  label: plainObject(field.label),
  ...(field.hint === undefined ? {} : { hint: plainObject(field.hint) }),
  optional: !field.required,
  element: inputOf(field),
});

function inputOf(field: Field): Input {
  if (field.kind === 'choice') {
    const options = field.choices.map(({ value, label }) => ({ text: plainObject(label), value }));
    const [first] = options;
    if (!first) throw new Error(`the field ${field.name} has nothing to choose from`);
    return { type: 'static_select', action_id: field.name, options, initial_option: first };
  }
  const most = Math.min(field.most, SLACK_LIMITS.inputLength);
  return {
    type: 'plain_text_input',
    action_id: field.name,
    multiline: field.kind === 'lines',
    max_length: most,
    ...(field.initial
      ? { initial_value: cutUnits(cleanLines(field.initial).join(field.kind === 'lines' ? '\n' : ' '), most) }
      : {}),
  };
}
