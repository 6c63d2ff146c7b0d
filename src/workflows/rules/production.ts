import type { WorkflowSpec } from '../definition.ts';
import { childOf } from '../files/schema-walk.ts';
import { hint, quoted } from '../files/wording.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';

const PLACEHOLDERS = ['date', 'run_id', 'workflow'];

/** Where outputs go when the workflow does not say, under `production/`. */
export const DEFAULT_PRODUCTION = '{workflow}/{run_id}/';

/** The target path must be plain, stay below `production/` and leave the product's own folders alone. */
export function checkProduction(name: string, { yaml, spec }: Draft<WorkflowSpec>, findings: Findings): void {
  const { production } = spec;
  if (production === undefined) return;
  for (const fault of productionFaults(production)) findings.problem(yaml, ['production'], `production ${fault}`);
  if (partsOf(production)[0] === 'production')
    findings.warn(
      yaml,
      ['production'],
      `the path is below production/ already, so this becomes production/${production}`,
    );
  if (!/\{(date|run_id)\}/.test(production))
    findings.warn(
      yaml,
      ['production'],
      `without {date} or {run_id} every run of ${name} wants the same folder, and all but the first get -2, -3 and so on`,
    );
}

function productionFaults(production: string): string[] {
  const parts = partsOf(production);
  if (parts.some((part) => part === '' || part === '.'))
    return [`must be a folder below production/, without empty parts; you wrote ${quoted(production)}`];
  const faults = [...production.matchAll(/\{([^{}]*)\}/g)]
    .map(([, word = '']) => word)
    .filter((word) => !PLACEHOLDERS.includes(word))
    .map(
      (word) =>
        `has the placeholder ${quoted(`{${word}}`)}; allowed: {date}, {run_id}, {workflow}${hint(word, PLACEHOLDERS)}`,
    );
  if (/[{}]/.test(production.replaceAll(/\{[^{}]*\}/g, '')))
    faults.push('has a brace without its partner; placeholders are {date}, {run_id}, {workflow}');
  if (/[*?[\]!]/.test(production)) faults.push('names one folder, so it cannot hold * ? [ ] or !');
  if (parts[0]?.startsWith('.') || parts.some((part) => part === '.cowork' || part === 'approval.flag'))
    faults.push("cannot begin with a dot or use the names .cowork and approval.flag, which are the product's own");
  return faults;
}

const partsOf = (production: string): string[] => production.replace(/\/$/, '').split('/');

/**
 * No workflow's target may be, or lie inside, another's: a promoted folder is never written to again, and two
 * workflows in one folder would do that.
 */
export function checkSharedTargets(workflows: ReadonlyMap<string, Draft<WorkflowSpec>>, findings: Findings): void {
  const targets = [...workflows]
    .filter(([, { yaml, spec }]) => spec.production !== undefined || childOf(yaml.data, 'production') === undefined)
    .map(([name, draft]) => ({ name, draft, path: `${sample(name, draft.spec.production ?? DEFAULT_PRODUCTION)}/` }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  // Sorted, everything inside a folder follows it directly, up to the first path that is not inside.
  const told = new Set<string>();
  for (let index = 0; index < targets.length; index++) {
    const outer = targets[index];
    for (let other = index + 1; outer && other < targets.length; other++) {
      const inner = targets[other];
      if (!inner?.path.startsWith(outer.path)) break;
      if (told.has(inner.name)) continue;
      told.add(inner.name);
      const [at, than] = inner.draft.spec.production === undefined ? [outer, inner] : [inner, outer];
      const how =
        inner.path === outer.path
          ? 'is the same folder as that of'
          : at === inner
            ? 'lies inside that of'
            : 'contains that of';
      findings.problem(
        at.draft.yaml,
        ['production'],
        `production ${how} the workflow ${than.name} (${than.draft.spec.production ?? DEFAULT_PRODUCTION}); give each its own`,
      );
    }
  }
}

// Both on the same day: that is when they would meet.
const sample = (name: string, production: string): string =>
  partsOf(production)
    .join('/')
    .replaceAll('{workflow}', name)
    .replaceAll('{date}', '2026-01-01')
    .replaceAll('{run_id}', `${name}-20260101T0000Z-0000`);
