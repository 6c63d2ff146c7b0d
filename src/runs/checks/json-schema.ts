import { stat } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { compileJsonSchema, type ErrorObject, type ValidateFunction } from '../../values/json-schema.ts';
import { type Check, type CheckedRun, CheckProblem, counted } from './check.ts';
import { readJson } from './json-document.ts';

// Collecting every error of a large document would hold them all in memory at once.
const ALL_ERRORS_UP_TO = 1024 * 1024;
const MOST_ERRORS = 10;

/** One error in words; where contents may not show, only what the schema itself says (paths hold keys of the data). */
const inWords = (error: ErrorObject, run: CheckedRun): string =>
  run.contentsMayShow ? `${error.instancePath || '/'} ${error.message ?? error.keyword}` : error.schemaPath;

/**
 * `json_schema`: the file, a JSON document of at most 32 MiB, fits the schema as it was pinned with the definition (never
 * the file on disk). Draft 2020-12 unless `$schema` names 2019-09, draft-07 or draft-06; formats are asserted; patterns
 * are RE2; a reference outside the schema is refused, nothing is fetched. Up to 10 errors are told for documents up to
 * 1 MiB, the first one for larger ones.
 */
export const jsonSchema: Check<'json_schema'> = async ({ file, schema: schemaPath }, run) => {
  const path = run.files.find(file);
  const schema = run.schemas[schemaPath];
  if (schema === undefined) throw new CheckProblem(`the schema ${schemaPath} is not part of the pinned definition`);
  const { size } = await stat(path);
  const validate = compiled(schema, schemaPath, size <= ALL_ERRORS_UP_TO);
  const document = await readJson(path, file, { exact: false });
  if (validate(document)) return { result: 'PASS', message: `${file} fits ${schemaPath}`, actual: { errors: [] } };
  const errors = validate.errors ?? [];
  const told = errors.slice(0, MOST_ERRORS).map((error) => inWords(error, run));
  const more = errors.length > 1 ? ` and ${counted(errors.length - 1, 'more error')}` : '';
  return {
    result: 'FAIL',
    message: `${file} does not fit ${schemaPath}: ${told[0] ?? 'unknown error'}${more}`,
    actual: { errors: told, count: errors.length },
  };
};

/** Compiled as the loader did when it took the schema; one that cannot be used all the same is a problem of the check. */
function compiled(schema: unknown, path: string, allErrors: boolean): ValidateFunction {
  try {
    return compileJsonSchema(schema, { allErrors });
  } catch (error) {
    throw new CheckProblem(`the schema ${path} ${messageOf(error)}`);
  }
}
