import { type Action, type Confirm, encodeAction, type Field, type Form, type LinkAction } from './action.ts';
import { VIEW_LIMITS } from './limits.ts';

/** `what` where a text is empty or longer than `most`. */
export function sized(what: string, text: string, most: number): string[] {
  if (text.trim() === '') return [`${what} is empty`];
  return text.length > most ? [`${what} has ${text.length} characters, at most ${most} are allowed`] : [];
}

/** A page of the console: a path of this very installation, never another host. */
export const badPath = (path: string): string[] =>
  /^\/(?![/\\])[^\s\p{Cc}]*$/u.test(path) && path.length <= VIEW_LIMITS.path
    ? []
    : [`${JSON.stringify(path.slice(0, 80))} is no path of the console`];

/** What is wrong with one button. */
export function checkAction(action: Action | LinkAction): string[] {
  const what = `button ${JSON.stringify(action.label)}`;
  const label = sized(what, action.label, VIEW_LIMITS.actionLabel);
  if (action.intent === 'open') return [...label, ...badPath(action.path)];
  return [
    ...label,
    ...uncodable(action),
    ...(action.style === 'danger' && !action.confirm && !action.ask
      ? [`${what} destroys something and asks nothing before`]
      : []),
    ...(action.ask && !action.label.endsWith('…') ? [`${what} opens a form and does not end with an ellipsis`] : []),
    ...(action.ask ? checkForm(action.ask, action.confirm) : []),
    ...(action.confirm ? checkConfirm(action.confirm) : []),
  ];
}

function uncodable(action: Action): string[] {
  try {
    encodeAction(action);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

const checkConfirm = ({ title, text, yes }: Confirm): string[] => [
  ...sized('the title of a confirmation', title, VIEW_LIMITS.confirmTitle),
  ...sized('the text of a confirmation', text, VIEW_LIMITS.confirmText),
  ...sized('the yes of a confirmation', yes, VIEW_LIMITS.confirmYes),
];

/** What is wrong with a form; a confirmation shown with it takes the place of one field. */
export function checkForm({ title, submit, fields }: Form, confirm?: Confirm): string[] {
  const most = VIEW_LIMITS.fields - (confirm ? 1 : 0);
  const names = new Set(fields.map(({ name }) => name));
  return [
    ...sized('the title of a form', title, VIEW_LIMITS.formTitle),
    ...sized('the submit of a form', submit, VIEW_LIMITS.formSubmit),
    ...(fields.length < 1 || fields.length > most ? [`a form has ${fields.length} fields, 1 to ${most} fit`] : []),
    ...(names.size < fields.length ? ['two fields of a form have one name'] : []),
    ...fields.flatMap(checkField),
  ];
}

function checkField(field: Field): string[] {
  const what = `field ${JSON.stringify(field.name)}`;
  const common = [
    ...sized(what, field.name, VIEW_LIMITS.fieldName),
    ...sized(`the label of ${what}`, field.label, VIEW_LIMITS.fieldLabel),
    ...(field.hint === undefined ? [] : sized(`the hint of ${what}`, field.hint, VIEW_LIMITS.fieldHint)),
  ];
  if (field.kind !== 'choice') {
    const { most } = field;
    const fits = Number.isInteger(most) && most >= 1 && most <= VIEW_LIMITS.fieldLength;
    return fits ? common : [...common, `${what} takes ${most} characters, 1 to ${VIEW_LIMITS.fieldLength} are allowed`];
  }
  const { choices } = field;
  return [
    ...common,
    ...(choices.length < 1 || choices.length > VIEW_LIMITS.choices
      ? [`${what} has ${choices.length} choices, 1 to ${VIEW_LIMITS.choices} fit`]
      : []),
    ...(new Set(choices.map(({ value }) => value)).size < choices.length ? [`${what} has one choice twice`] : []),
    ...choices.flatMap(({ value, label }) => [
      ...sized(`a choice of ${what}`, value, VIEW_LIMITS.choiceText),
      ...sized(`a choice of ${what}`, label, VIEW_LIMITS.choiceText),
    ]),
  ];
}
