import { z } from 'zod';
import type { YamlFile } from './document.ts';
import { issueWords } from './issue-words.ts';
import type { Problem } from './problem.ts';
import { branchesOf, chooseBranch, innerOf, requiredKeys, schemaAt, shapeOf, valueAt } from './schema-walk.ts';
import { either, hint, listed, type Path, pathText, quoted, shownValue } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** Checks a file's data against its schema; every fault at its place, worded for the person who wrote it. */
export function checkShape<S extends z.ZodType>(
  schema: S,
  yaml: YamlFile,
): { ok: true; value: z.output<S> } | { ok: false; problems: Problem[] } {
  const parsed = schema.safeParse(yaml.data);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => explain({ schema, yaml }, issue, []));
  return { ok: false, problems };
}

interface Reading {
  schema: z.ZodType;
  yaml: YamlFile;
}

/** The problems of one issue; `above` is the path of the value it was found in. */
function explain(reading: Reading, issue: Issue, above: Path): Problem[] {
  const path: Path = [...above, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(reading, path, key));
    case 'invalid_key':
      return badKey(reading, path, issue.issues);
    case 'invalid_union':
      return badUnion(reading, path, issue);
    case 'invalid_type':
      return [say(reading, path, issueWords(asText(reading, issue, path), reading.yaml, path))];
    default:
      return [say(reading, path, issueWords(issue, reading.yaml, path))];
  }
}

// `timeout: 20` wants a unit, not quotes: where the text would not do either, that is the fault to name.
function asText(reading: Reading, issue: Extract<Issue, { code: 'invalid_type' }>, path: Path): Issue {
  const source = reading.yaml.written(path);
  if (issue.expected !== 'string' || source === undefined || valueAt(reading.yaml.data, path) === null) return issue;
  return schemaAt(reading.schema, reading.yaml.data, path)?.safeParse(source).error?.issues[0] ?? issue;
}

const say = ({ yaml }: Reading, path: Path, message: string, what: 'key' | 'value' = 'value'): Problem => ({
  file: yaml.file,
  ...yaml.at(path, what),
  message,
});

function unknownKey(reading: Reading, path: Path, key: string): Problem {
  const schema = schemaAt(reading.schema, reading.yaml.data, path);
  const allowed = Object.keys((schema && shapeOf(schema)) ?? {});
  const where = path.length > 0 ? ` in ${pathText(path)}` : '';
  const words = `unknown key ${quoted(key)}${where}; allowed: ${listed(allowed, 40)}${hint(key, allowed)}`;
  return say(reading, [...path, key], words, 'key');
}

// zod looks at the key only; the value's own faults are wanted in the same report.
function badKey(reading: Reading, path: Path, issues: readonly Issue[]): Problem[] {
  const key = String(path.at(-1));
  const owner = path.length > 1 ? ` in ${pathText(path.slice(0, -1))}` : '';
  const keyProblems = issues.map((issue) =>
    say(reading, path, `the name ${quoted(key)}${owner} ${issue.message}`, 'key'),
  );
  const record = schemaAt(reading.schema, reading.yaml.data, path.slice(0, -1));
  const inner = record && innerOf(record);
  const value = inner?.safeParse(valueAt(reading.yaml.data, path));
  return [...keyProblems, ...(value?.error?.issues ?? []).flatMap((issue) => explain(reading, issue, path))];
}

function badUnion(reading: Reading, path: Path, issue: Extract<Issue, { code: 'invalid_union' }>): Problem[] {
  const { yaml } = reading;
  if ('discriminator' in issue && issue.errors.length === 0) return [say(reading, path, issueWords(issue, yaml, path))];
  const value = valueAt(yaml.data, path);
  const union = schemaAt(reading.schema, yaml.data, path.slice(0, -1));
  const schema = union && path.length > 0 ? fieldOf(union, path.at(-1) as string | number) : union;
  const branches = (schema && branchesOf(schema)) ?? [];
  const mappings = branches.filter((branch) => shapeOf(branch));
  if (mappings.length === 0) return [say(reading, path, issueWords(issue, yaml, path))];
  const chosen = schema && chooseBranch(schema, value);
  const index = chosen ? branches.indexOf(chosen) : -1;
  if (index >= 0) return (issue.errors[index] ?? []).flatMap((inner) => explain(reading, inner, path));
  return [say(reading, path, noBranch(path, value, mappings))];
}

const fieldOf = (schema: z.ZodType, part: string | number): z.ZodType | undefined =>
  shapeOf(schema)?.[String(part)] ?? innerOf(schema);

function noBranch(path: Path, value: unknown, mappings: z.ZodType[]): string {
  const keys = mappings.map((branch) => requiredKeys(shapeOf(branch) ?? {}));
  const words = either(keys.map((each) => each.join(' with ')));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `${pathText(path)} must be a mapping with ${words}; you wrote ${shownValue(value)}`;
  const written = Object.keys(value);
  const near = written.map((key) => hint(key, keys.flat())).find((text) => text !== '') ?? '';
  return `${pathText(path)} must have ${words}; it has ${listed(written.map(quoted))}${near}`;
}

/** The keys of a mapping's data that hold by themselves. */
export function validKeys<S extends z.ZodObject>(schema: S, data: unknown): Partial<z.output<S>> {
  const valid: Record<string, unknown> = {};
  const given = z.record(z.string(), z.unknown()).safeParse(data);
  for (const [key, inner] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const parsed = inner.safeParse(given.success && Object.hasOwn(given.data, key) ? given.data[key] : undefined);
    if (parsed.success && parsed.data !== undefined) valid[key] = parsed.data;
  }
  return valid as Partial<z.output<S>>;
}
