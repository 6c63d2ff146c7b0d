import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { invalid, messageOf } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';

export type { ErrorObject, ValidateFunction } from 'ajv';

// Patterns of a schema run on RE2, so that none can stall the product.
const re2Engine = Object.assign(
  (pattern: string, _flags: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
  },
  { code: 'RE2' },
);

function forDraft(draft: unknown, options: Options): Ajv {
  const name = typeof draft === 'string' ? draft.replace(/#$/, '') : 'https://json-schema.org/draft/2020-12/schema';
  if (name.includes('/draft/2020-12/')) return new Ajv2020(options);
  if (name.includes('/draft/2019-09/')) return new Ajv2019(options);
  if (name.includes('draft-07')) return new Ajv(options);
  if (name.includes('draft-06')) return new Ajv(options).addMetaSchema(draft6);
  throw invalid(`is written for ${name.slice(0, 100)}; allowed: 2020-12, 2019-09, draft-07, draft-06`);
}

/**
 * Compiles a JSON Schema: the draft that `$schema` names, else 2020-12; unknown keywords are annotations, as the standard
 * says. Throws `invalid`, completing "the schema …", for one that is malformed, refers to another document, or has a
 * pattern that RE2 does not know.
 */
export function compileJsonSchema(schema: unknown, { allErrors }: { allErrors: boolean }): ValidateFunction {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw invalid('is not a JSON Schema: it must be an object, true or false');
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
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(canonicalJson)).size === items.length,
  });
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw invalid(`is not a usable JSON Schema: ${messageOf(error).slice(0, 300)}`);
  }
}
