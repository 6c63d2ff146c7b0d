import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { keyText, plainData } from './plain-data.ts';
import { fileProblem, type Problem, sortProblems } from './problem.ts';
import type { Path } from './wording.ts';
import { yamlProblem } from './yaml-words.ts';

export interface Place {
  line: number;
  column: number;
}

/** A YAML text as data, with the place of everything in it. */
export interface YamlFile {
  file: string;
  data: unknown;
  /** Where the value at this path stands (or its key), else the nearest thing around it. */
  at(path: Path, what?: 'key' | 'value'): Place;
  /** How a scalar was written, quotes removed: `007` of the number 7. */
  written(path: Path): string | undefined;
}

export interface ParsedYaml {
  /** Undefined where the text is too broken to be read on. */
  yaml: YamlFile | undefined;
  problems: Problem[];
}

const SHOWN_ERRORS = 20;

/**
 * Parses YAML 1.2 core into plain data. Reports what is malformed, keys written twice, tags, merge keys, unknown or too
 * many aliases, more than one document. Never throws, whatever the text.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      lineCounter: lines,
      prettyErrors: false,
      // Their comparison of each key with each other one takes minutes on a hostile file; ours uses a set.
      uniqueKeys: false,
      logLevel: 'error',
    });
  } catch {
    return { yaml: undefined, problems: [fileProblem(file, 'is nested too deeply to be read')] };
  }
  const problems = complaints(file, document, place);
  if (problems.length > 0) return { yaml: undefined, problems };
  const { data, faults } = plainData(document);
  for (const fault of faults) {
    const first = fault.first === undefined ? '' : ` (first on line ${place(fault.first).line})`;
    problems.push({ file, ...place(fault.offset), message: fault.message.replace('{first}', first) });
  }
  return { yaml: data === undefined ? undefined : { file, data, ...locator(document, place) }, problems };
}

function complaints(file: string, document: Document.Parsed, place: (offset: number) => Place): Problem[] {
  const problems: Problem[] = [];
  const { yaml } = document.directives;
  if (yaml.explicit && yaml.version !== '1.2')
    problems.push(fileProblem(file, `asks for YAML ${yaml.version}; only YAML 1.2 is read: remove the %YAML line`));
  const perLine = new Set<number>();
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const where = place(pos[0]);
    const words = yamlProblem(code, message);
    // One slip makes the parser stumble many times on the same line; the first stumble says it best.
    if (perLine.has(where.line)) continue;
    perLine.add(where.line);
    problems.push({ file, ...where, message: words });
  }
  return sortProblems(problems).slice(0, SHOWN_ERRORS);
}

interface Found {
  key: unknown;
  node: unknown;
  whole: boolean;
}

function locator(document: Document.Parsed, place: (offset: number) => Place): Pick<YamlFile, 'at' | 'written'> {
  const find = (path: Path): Found => {
    let found: Found = { key: undefined, node: document.contents, whole: true };
    for (const part of path) {
      const next = child(resolved(document, found.node), part);
      if (!next) return { ...found, whole: false };
      found = next;
    }
    return found;
  };
  const offset = (node: unknown): number | undefined =>
    (isScalar(node) || isCollection(node) || isAlias(node)) && node.range ? node.range[0] : undefined;
  return {
    at(path, what = 'value') {
      const { key, node, whole } = find(path);
      const empty = isScalar(node) && node.value === null;
      const wanted = what === 'key' || !whole || empty ? [key, node] : [node, key];
      return place(offset(wanted[0]) ?? offset(wanted[1]) ?? 0);
    },
    written(path) {
      const { node, whole } = find(path);
      return whole && isScalar(node) ? node.source : undefined;
    },
  };
}

const resolved = (document: Document.Parsed, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

// By key, so that a file with ten thousand faulty keys is not searched from its top for each of them.
const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

function indexOf(map: YAMLMap): Map<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map<string, Pair>();
  for (const pair of map.items)
    if (isScalar(pair.key) && !index.has(keyText(pair.key))) index.set(keyText(pair.key), pair);
  indexes.set(map, index);
  return index;
}

function child(node: unknown, part: string | number): Found | undefined {
  if (isSeq(node)) {
    const item = typeof part === 'number' ? node.items[part] : undefined;
    return item === undefined ? undefined : { key: undefined, node: item, whole: true };
  }
  if (!isMap(node)) return undefined;
  const pair = indexOf(node).get(String(part));
  return pair && { key: pair.key, node: pair.value, whole: true };
}
