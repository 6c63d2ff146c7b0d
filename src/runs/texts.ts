import { invalid } from '../errors.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';

/** Longest text a person may hand to a run, in characters: it travels in rows, pages and chat forms. */
export const LONGEST_TEXT = 20_000;

/**
 * The text inputs of a new run: what was given over the defaults. Unknown names, texts that are too long, and (where
 * `mustAsk`, that is when somebody is there to answer) required texts that are missing are refused as `invalid`.
 * A run by schedule asks nobody; it is started and fails there as InputMissing, where it alerts.
 */
export const resolveTexts = (
  spec: WorkflowSpec,
  given: Readonly<Record<string, string>>,
  mustAsk: boolean,
): Record<string, string> => {
  const known = Object.entries(spec.inputs).flatMap(([name, input]) => ('text' in input ? [{ name, input }] : []));
  const names = new Set(known.map((one) => one.name));
  const unknown = Object.keys(given).filter((name) => !names.has(name));
  if (unknown.length > 0) {
    const allowed = known.length > 0 ? `It takes ${known.map((one) => one.name).join(', ')}.` : 'It takes no text.';
    throw invalid(`${spec.workflow} has no text input named ${unknown.join(', ')}. ${allowed}`);
  }
  const texts: [string, string][] = [];
  const missing: string[] = [];
  for (const { name, input } of known) {
    const text = Object.hasOwn(given, name) ? given[name] : input.default;
    if (text !== undefined && text.length > LONGEST_TEXT)
      throw invalid(`The text ${name} has ${text.length} characters; ${LONGEST_TEXT} is the most.`);
    if (text?.includes('\0')) throw invalid(`The text ${name} holds a NUL character, which no text may.`);
    if (text !== undefined) texts.push([name, text]);
    else if (input.required) missing.push(name);
  }
  if (mustAsk && missing.length > 0) {
    const example = missing.map((name) => `--input ${name}=…`).join(' ');
    throw invalid(`${spec.workflow} needs the text ${missing.join(', ')}. Give it, for example with ${example}.`);
  }
  return Object.fromEntries(texts);
};
