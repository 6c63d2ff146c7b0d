import type { YamlFile } from '../files/document.ts';
import { childOf } from '../files/schema-walk.ts';
import { type Path, pathText } from '../files/wording.ts';
import type { Findings } from './findings.ts';

type FileKind = 'team' | 'workflow' | 'skill';

/**
 * Keys that are accepted and checked but have no effect yet; `*` is any key or entry. Take a line out with the feature's
 * issue.
 */
const TABLE: Record<FileKind, readonly string[]> = {
  team: [
    'alerts.*.escalate',
    'alerts.*.batch',
    'alerts.heartbeat_url',
    'digests.weekly',
    'digests.monthly',
    'digests.drill',
    'maintenance',
    'retention',
  ],
  workflow: ['budget', 'reported'],
  skill: ['fixtures'],
};

/** Notes every key of this file whose feature is not built yet. */
export function noteNotInForce(kind: FileKind, yaml: YamlFile, findings: Findings): void {
  for (const entry of TABLE[kind]) {
    for (const path of matching(yaml.data, entry.split('.'), [])) {
      const what = pathText(path);
      findings.note({
        file: yaml.file,
        ...yaml.at(path, 'key'),
        what,
        message: `${what} is not in force yet; it is checked and kept for later`,
      });
    }
  }
}

function matching(data: unknown, pattern: string[], path: Path): Path[] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [path];
  return (first === '*' ? keysOf(data) : [first]).flatMap((key) => {
    const value = childOf(data, key);
    return value === undefined ? [] : matching(value, rest, [...path, key]);
  });
}

function keysOf(data: unknown): Path {
  if (Array.isArray(data)) return [...data.keys()];
  return typeof data === 'object' && data !== null ? Object.keys(data) : [];
}
