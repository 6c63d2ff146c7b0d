import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { WorkflowSpec } from './definition.ts';
import { fileProblem, type Problem } from './files/problem.ts';
import { readHomeText } from './files/read.ts';
import { hint, listed, quoted } from './files/wording.ts';
import { checksOf } from './rules/checks.ts';
import type { Draft } from './rules/draft.ts';
import type { Findings } from './rules/findings.ts';

export type JsonSchemas = Map<string, unknown>;

/** Reads and compiles every JSON Schema that a check names; a missing one is reported at the check, a broken one at itself. */
export async function readSchemas(
  root: string,
  workflows: ReadonlyMap<string, Draft<WorkflowSpec>>,
  findings: Findings,
): Promise<JsonSchemas> {
  const schemas: JsonSchemas = new Map();
  const refused = new Map<string, Problem>();
  for (const workflow of workflows.values()) {
    for (const [index, check] of checksOf(workflow)) {
      if (check.kind !== 'json_schema' || check.schema === undefined || schemas.has(check.schema)) continue;
      const read = refused.get(check.schema) ?? (await readSchema(root, check.schema));
      if ('schema' in read) {
        schemas.set(check.schema, read.schema);
        continue;
      }
      refused.set(check.schema, read);
      if (read.message === 'is missing')
        findings.problem(workflow.yaml, ['checks', index, 'schema'], await missing(root, check.schema));
      else findings.problems(read);
    }
  }
  return schemas;
}

async function missing(root: string, path: string): Promise<string> {
  const folder = dirname(path);
  const names = await readdir(join(root, folder)).catch(() => []);
  const near = names.map((name) => (folder === '.' ? name : `${folder}/${name}`));
  return `the file ${quoted(path)} is missing; files there: ${listed(near.sort())}${hint(path, near)}`;
}

async function readSchema(root: string, path: string): Promise<{ schema: unknown } | Problem> {
  const read = await readHomeText(root, path);
  if (!read.ok) return read.problem;
  let schema: unknown;
  try {
    schema = JSON.parse(read.text);
  } catch (error) {
    return notJson(path, read.text, messageOf(error));
  }
  const problem = storageProblem(schema) ?? (await compileProblem(schema));
  return problem === undefined ? { schema } : fileProblem(path, problem);
}

function notJson(path: string, text: string, message: string): Problem {
  const offset = /at position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, offset === undefined ? text.length : Number(offset)).split('\n');
  const words = message
    .replace(/ in JSON at position.*$| \(line.*$/s, '')
    .replace(/,? "[\s\S]*" is not valid JSON$/, '');
  return {
    file: path,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    message: `is not JSON: ${words}`,
  };
}

// Loaded only where a home has schemas: ajv takes a tenth of a second to load.
async function compileProblem(schema: unknown): Promise<string | undefined> {
  const { compileJsonSchema } = await import('../values/json-schema.ts');
  try {
    compileJsonSchema(schema, { allErrors: false });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const DEEPEST = 100;

/** Why a snapshot could not hold this value: PostgreSQL's JSON knows no NUL and no half of a surrogate pair. */
function storageProblem(value: unknown, depth = 0): string | undefined {
  if (depth > DEEPEST) return `is nested more than ${DEEPEST} levels deep`;
  if (typeof value === 'string')
    return value.isWellFormed() && !value.includes('\0')
      ? undefined
      : 'holds a NUL or half a character, which cannot be stored; remove it';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const problem = storageProblem(key, depth + 1) ?? storageProblem(inner, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}
