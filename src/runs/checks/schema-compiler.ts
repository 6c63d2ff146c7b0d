import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { messageOf } from '../../errors.ts';
import { CheckProblem } from './check.ts';

/** Patterns of a schema run on RE2, so that none can stall the product; what RE2 cannot do is refused when compiled. */
const re2Engine = Object.assign(
  (pattern: string, _flags: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
  },
  { code: 'RE2' },
);

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join()}}`;
};

const forDraft = (draft: unknown, options: Options): Ajv => {
  const name = typeof draft === 'string' ? draft.replace(/#$/, '') : 'https://json-schema.org/draft/2020-12/schema';
  if (name.includes('/draft/2020-12/')) return new Ajv2020(options);
  if (name.includes('/draft/2019-09/')) return new Ajv2019(options);
  if (name.includes('draft-07')) return new Ajv(options);
  if (name.includes('draft-06')) return new Ajv(options).addMetaSchema(draft6);
  throw new CheckProblem(`the schema is written for ${name}; 2020-12, 2019-09, draft-07 and draft-06 are known`);
};

/**
 * Compiles a JSON Schema. Unknown keywords are annotations, as the standard says. A schema that is not valid, a reference
 * to another document, or a pattern that RE2 does not know is a `CheckProblem`.
 */
export const compileSchema = (
  schema: unknown,
  name: string,
  { allErrors }: { allErrors: boolean },
): ValidateFunction => {
  const isSchema = typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null);
  if (!isSchema || Array.isArray(schema)) throw new CheckProblem(`${name} is not a JSON Schema`);
  const draft = typeof schema === 'object' && '$schema' in schema ? schema.$schema : undefined;
  const ajv = forDraft(draft, { strict: false, allErrors, logger: false, code: { regExp: re2Engine } });
  addFormats.default(ajv);
  // The stock keyword compares each pair of objects, which a large list turns into hours.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have duplicate items' },
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(canonical)).size === items.length,
  });
  try {
    return ajv.compile(schema);
  } catch (error) {
    if (error instanceof CheckProblem) throw error;
    throw new CheckProblem(`the schema ${name} cannot be used: ${messageOf(error)}`);
  }
};
