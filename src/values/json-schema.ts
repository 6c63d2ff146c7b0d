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

const DRAFTS: Readonly<Record<string, (options: Options) => Ajv>> = {
  '/draft/2020-12/': (options) => new Ajv2020(options),
  '/draft/2019-09/': (options) => new Ajv2019(options),
  'draft-07': (options) => new Ajv(options),
  'draft-06': (options) => new Ajv(options).addMetaSchema(draft6),
};

/** The key of `DRAFTS` that a schema is written for. */
function draftOf(schema: object | boolean): string {
  const named = typeof schema === 'object' && '$schema' in schema ? schema.$schema : undefined;
  if (typeof named !== 'string') return '/draft/2020-12/';
  const draft = Object.keys(DRAFTS).find((words) => named.includes(words));
  if (draft) return draft;
  throw invalid(
    `is written for ${named.replace(/#$/, '').slice(0, 100)}; allowed: 2020-12, 2019-09, draft-07, draft-06`,
  );
}

function forDraft(draft: string, options: Options): Ajv {
  const make = DRAFTS[draft];
  if (!make) throw new Error(`no draft ${draft}`);
  return prepared(make({ strict: false, logger: false, code: { regExp: re2Engine }, ...options }));
}

function prepared(ajv: Ajv): Ajv {
  addFormats.default(ajv);
  // The stock keyword compares each pair of objects, which a large list turns into hours.
  ajv.removeKeyword('uniqueItems');
  return ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have duplicate items' },
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(canonicalJson)).size === items.length,
  });
}

/** What says of each draft whether a schema is well formed: compiling a draft's own schema takes longer than most others. */
const judges = new Map<string, Ajv>();

function judgeOf(draft: string): Ajv {
  const judge = judges.get(draft) ?? forDraft(draft, {});
  judges.set(draft, judge);
  return judge;
}

/**
 * Compiles a JSON Schema: the draft that `$schema` names, else 2020-12; unknown keywords are annotations, as the standard
 * says. Throws `invalid`, completing "the schema …", for one that is malformed, refers to another document, or has a
 * pattern that RE2 does not know.
 */
export function compileJsonSchema(schema: unknown, { allErrors }: { allErrors: boolean }): ValidateFunction {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw invalid('is not a JSON Schema: it must be an object, true or false');
  const draft = draftOf(schema);
  const judge = judgeOf(draft);
  try {
    judge.validateSchema(schema, true);
    // An instance of its own for each, since ids of schemas are global to one.
    return forDraft(draft, { allErrors, validateSchema: false }).compile(schema);
  } catch (error) {
    throw invalid(`is not a usable JSON Schema: ${messageOf(error).slice(0, 300)}`);
  }
}
