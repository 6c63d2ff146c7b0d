import type { z } from 'zod';
import type { YamlFile } from './document.ts';
import { valueAt } from './schema-walk.ts';
import { either, hint, nearest, type Path, pathText, quoted, shownValue } from './wording.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};

// Where a writer may have put the secret itself instead of its reference, the report must not repeat it.
const SECRET_PLACES = ['secrets', 'headers', 'heartbeat_url'];

/** One sentence for an issue: what the value must be, what was written, the nearest right word. */
export function issueWords(issue: Issue, yaml: YamlFile, path: Path): string {
  const value = valueAt(yaml.data, path);
  const label = path.length > 0 ? pathText(path) : 'the file';
  const must = demand(issue, yaml, path, value);
  if (value === undefined) return `${label} is missing; it ${must}`;
  if (value === null) return `${label} is empty; it ${must}`;
  const stands = /^(must|is|holds|has) /.test(must);
  const wrote = path.some((part) => SECRET_PLACES.includes(String(part))) ? '' : written(issue, yaml, path, value);
  return `${label}${stands ? ' ' : ': '}${must}${wrote}`;
}

function demand(issue: Issue, yaml: YamlFile, path: Path, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeDemand(issue.expected, yaml, path, value);
    case 'invalid_value':
      return choice(issue.values.map(String));
    case 'invalid_union':
      return unionDemand(issue, value);
    case 'too_small':
      return sizeDemand(issue.origin, 'least', Number(issue.minimum), issue.inclusive ?? true);
    case 'too_big':
      return sizeDemand(issue.origin, 'most', Number(issue.maximum), issue.inclusive ?? true);
    case 'invalid_format':
      return formatDemand(issue);
    default:
      return issue.message;
  }
}

const choice = (words: string[]): string =>
  words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;

function typeDemand(expected: string, yaml: YamlFile, path: Path, value: unknown): string {
  const source = yaml.written(path);
  if (expected !== 'string' || (typeof value !== 'number' && typeof value !== 'boolean') || source === undefined)
    return `must be ${TYPES[expected] ?? expected}`;
  const loses = typeof value === 'number' && /^\d{16,}$/.test(source);
  return `must be text: put it in quotes, ${quoted(source)}${loses ? ' (as a number it loses its last digits)' : ''}`;
}

function unionDemand(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown): string {
  if ('options' in issue && Array.isArray(issue.options)) return choice(issue.options.map(String));
  const all = issue.errors.flat();
  const values = all.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []));
  if (values.length > 0) return choice(values);
  // A branch that got past its type knows better what is wrong.
  const closer = all.find((inner) => inner.code !== 'invalid_type' && inner.path.length === 0);
  if (closer && value !== undefined) return closer.message;
  const types = all.flatMap((inner) =>
    inner.code === 'invalid_type' ? [TYPES[inner.expected] ?? inner.expected] : [],
  );
  return `must be ${either([...new Set(types)])}`;
}

function sizeDemand(origin: string, bound: 'least' | 'most', limit: number, inclusive: boolean): string {
  if (origin === 'string')
    return limit === 1 && bound === 'least' ? 'must not be empty' : `must have at ${bound} ${limit} characters`;
  if (origin === 'array') return `must have at ${bound} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  if (inclusive) return `must be at ${bound} ${limit}`;
  return `must be ${bound === 'least' ? 'more' : 'less'} than ${limit}`;
}

function formatDemand(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if (issue.format === 'email') return 'must be an e-mail address such as maya@acme.example';
  if (issue.format === 'url') return 'must be a web address such as https://example.org/rates.json';
  return issue.message.startsWith('Invalid ') ? 'has the wrong form' : issue.message;
}

function written(issue: Issue, yaml: YamlFile, path: Path, value: unknown): string {
  const source = yaml.written(path);
  const shown = typeof value === 'number' && source !== undefined ? source : shownValue(value);
  if (issue.code === 'invalid_type' && issue.expected === 'string')
    return typeof value === 'object' ? `; it is ${shown}` : '';
  if (typeof value === 'object') return issue.code === 'too_small' ? '' : `; it is ${shown}`;
  return `; you wrote ${shown}${suggestion(issue, String(value))}`;
}

function suggestion(issue: Issue, word: string): string {
  if (issue.code === 'invalid_value') return hint(word, issue.values.map(String));
  if (issue.code === 'invalid_union') {
    const named = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const inner = issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []));
    return hint(word, [...named, ...inner]);
  }
  if (issue.code === 'custom' && issue.message.includes('time zone')) {
    const zone = nearest(word, Intl.supportedValuesOf('timeZone'));
    return zone === undefined ? '' : `; did you mean ${zone}?`;
  }
  return '';
}
