import { type Action, type Confirm, encodeAction, type Field, type Form } from '../../message/action.ts';
import { cleanLines, cutUnits } from '../../message/clean.ts';
import { confirmedCode } from './codes.ts';
import { type DiscordMessage, type DiscordModal, EPHEMERAL, IS_COMPONENTS_V2, type Label } from './components.ts';
import { DISCORD_LIMITS } from './limits.ts';
import { bold, escapeDiscord } from './markdown.ts';

/** A form as a modal, which Discord wants as the first answer to a click. `code` comes back with its values. */
export const renderDiscordModal = (form: Form, code: string, confirm?: Confirm): DiscordModal => ({
  title: cutUnits(form.title, DISCORD_LIMITS.modalTitle),
  custom_id: code,
  components: [
    ...(confirm ? [{ type: 10 as const, content: escapeDiscord(confirm.text) }] : []),
    ...form.fields.map(labelled),
  ],
});

const labelled = (field: Field): Label => ({
  type: 18,
  label: cutUnits(field.label, DISCORD_LIMITS.label),
  ...(field.hint === undefined ? {} : { description: cutUnits(field.hint, DISCORD_LIMITS.labelDescription) }),
  component: componentOf(field),
});

function componentOf(field: Field): Label['component'] {
  if (field.kind === 'choice') {
    const options = field.choices.map(({ value, label }, index) => ({
      label: cutUnits(label, DISCORD_LIMITS.optionText),
      value,
      ...(index === 0 ? { default: true } : {}),
    }));
    return { type: 3, custom_id: field.name, required: field.required, options };
  }
  const most = Math.min(field.most, DISCORD_LIMITS.inputLength);
  const initial = field.initial ? cleanLines(field.initial).join(field.kind === 'lines' ? '\n' : ' ') : '';
  return {
    type: 4,
    custom_id: field.name,
    style: field.kind === 'lines' ? 2 : 1,
    required: field.required,
    max_length: most,
    ...(initial === '' ? {} : { value: cutUnits(initial, most) }),
  };
}

/**
 * The question before an act, seen by the one who clicked: Discord's buttons have none of their own. Its yes carries
 * the same act, marked as confirmed.
 */
export function renderDiscordConfirm(action: Action & { confirm: Confirm }): DiscordMessage {
  const { title, text, yes } = action.confirm;
  const style = action.style === 'danger' ? 4 : 1;
  const button = {
    type: 2 as const,
    style: style as 1 | 4,
    label: yes,
    custom_id: confirmedCode(encodeAction(action)),
  };
  return {
    flags: IS_COMPONENTS_V2 | EPHEMERAL,
    allowed_mentions: { parse: [], users: [] },
    components: [
      {
        type: 17,
        accent_color: action.style === 'danger' ? 0xc62828 : 0x1565c0,
        components: [
          { type: 10, content: `${bold(escapeDiscord(title))}\n${escapeDiscord(text)}` },
          { type: 1, components: [button] },
        ],
      },
    ],
  };
}
