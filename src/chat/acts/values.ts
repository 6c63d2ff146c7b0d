import { invalid } from '../../errors.ts';
import type { Field, Form } from '../../message/action.ts';

export type Values = Readonly<Record<string, string>>;

/** For an act that asks for nothing. */
export const NO_FORM: Pick<Form, 'fields'> = { fields: [] };

/**
 * What came back from a form, held against the form as it would be drawn now: required fields, lengths, choices, and no
 * field that it does not have. An optional field left empty is left out. Throws `invalid`; then nothing was done.
 */
export function readValues({ fields }: Pick<Form, 'fields'>, given: Values): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    throw invalid(
      `This form has no field ${JSON.stringify(unknown.slice(0, 40))}. Open it anew from the message. Nothing was done.`,
    );
  }
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = Object.hasOwn(given, field.name) ? (given[field.name] ?? '').replaceAll('\r\n', '\n') : '';
      if (text.trim() !== '') return [[field.name, fitting(field, text)]];
      if (field.required) throw invalid(`Fill in "${field.label}". Nothing was done.`);
      return [];
    }),
  );
}

function fitting(field: Field, text: string): string {
  if (field.kind === 'choice') {
    if (field.choices.some(({ value }) => value === text)) return text;
    throw invalid(
      `${JSON.stringify(text.slice(0, 40))} is no choice of "${field.label}" (any more). Open the form anew. Nothing was done.`,
    );
  }
  const length = [...text].length;
  if (length > field.most) {
    throw invalid(`"${field.label}" has ${length} characters; ${field.most} is the most. Nothing was done.`);
  }
  return text;
}
