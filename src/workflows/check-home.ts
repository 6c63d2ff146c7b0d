import { type Note, type Problem, problemText } from './files/problem.ts';
import { type LoadOptions, loadHome } from './load.ts';

/** What `cowork-ops check` found, as lines for people and as one JSON document. */
export interface HomeReport {
  /** True also where there are warnings and things not in force yet. */
  ok: boolean;
  text: string;
  json: {
    ok: boolean;
    root: string;
    hash: string | null;
    workflows: string[];
    skills: string[];
    /** Workflows without a single check. */
    unchecked: string[];
    problems: Problem[];
    warnings: Problem[];
    not_in_force: Note[];
  };
}

/** Reads a home as the product would and reports everything about it that is wrong, doubtful or not in force yet. */
export async function checkHome(root: string, options: LoadOptions = {}): Promise<HomeReport> {
  const loaded = await loadHome(root, options);
  const home = loaded.ok ? loaded.home : undefined;
  const problems = loaded.ok ? [] : loaded.problems;
  const workflows = Object.values(home?.workflows ?? {});
  const json: HomeReport['json'] = {
    ok: loaded.ok,
    root: home?.root ?? root,
    hash: home?.hash ?? null,
    workflows: workflows.map(({ name }) => name).sort(),
    skills: Object.keys(home?.skills ?? {}).sort(),
    unchecked: workflows.flatMap(({ name, spec }) => (spec.checks.length === 0 ? [name] : [])).sort(),
    problems,
    warnings: loaded.warnings,
    not_in_force: loaded.notInForce,
  };
  return { ok: loaded.ok, json, text: reportText(json) };
}

function reportText({
  ok,
  root,
  workflows,
  skills,
  unchecked,
  problems,
  warnings,
  not_in_force,
}: HomeReport['json']): string {
  const lines = problems.map(problemText);
  if (warnings.length > 0) lines.push('Warnings:', ...warnings.map((warning) => `  ${problemText(warning)}`));
  if (not_in_force.length > 0) lines.push('Not in force yet:', ...not_in_force.map((note) => `  ${problemText(note)}`));
  if (unchecked.length > 0) lines.push(`Without any check: ${unchecked.join(', ')}`);
  const files = new Set(problems.map(({ file }) => file)).size;
  lines.push(
    ok
      ? `${root} is fine: ${count(workflows.length, 'workflow')}, ${count(skills.length, 'skill')}.`
      : `${count(problems.length, 'problem')} in ${count(files, 'file')}; this home would not be loaded.`,
  );
  return lines.join('\n');
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
