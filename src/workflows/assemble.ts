import type { Team } from '../people/team.ts';
import type { SkillEntry } from '../skills/index.ts';
import type { WorkflowSpec } from './definition.ts';
import { definitionHash, homeHash } from './definition-hash.ts';
import type { Home, Skill, Workflow } from './home.ts';
import type { JsonSchemas } from './json-schemas.ts';
import type { Kit } from './kit.ts';
import type { Draft } from './rules/draft.ts';
import type { Findings } from './rules/findings.ts';

export interface Parts {
  root: string;
  team: Draft<Team> | undefined;
  workflows: ReadonlyMap<string, Draft<WorkflowSpec>>;
  skills: ReadonlyMap<string, SkillEntry>;
  schemas: JsonSchemas;
  kit: Kit;
  findings: Findings;
}

/** Puts the home together from parts that hold; undefined where one does not (its problem is reported already). */
export function assemble(parts: Parts): Home | undefined {
  const kit = kitHash(parts);
  const skills: Record<string, Skill> = {};
  for (const [name, { draft, description, hash }] of parts.skills) {
    if (!draft?.whole || description === undefined || hash === undefined) return undefined;
    skills[name] = { name, spec: draft.whole, description, hash };
  }
  const workflows: Record<string, Workflow> = {};
  for (const [name, draft] of parts.workflows) {
    const workflow = draft.whole && assembleWorkflow(name, draft.whole, skills, parts.schemas, kit);
    if (!workflow) return undefined;
    workflows[name] = workflow;
  }
  if (!parts.team?.whole) return undefined;
  const home = { root: parts.root, team: parts.team.whole, workflows, skills };
  return { hash: homeHash(home), ...home };
}

// The folder matters to nobody until a check runs one of its scripts.
function kitHash({ kit, workflows, findings }: Parts): string | null {
  const used = [...workflows.values()].some(({ spec }) => spec.checks?.some(({ kind }) => kind === 'command'));
  if (!used || !kit.hashed) return null;
  if (kit.hashed.ok) return kit.hashed.hash;
  for (const { path, message } of kit.hashed.faults)
    findings.fileProblem(path === '' ? 'checks' : `checks/${path}`, message);
  return null;
}

function assembleWorkflow(
  name: string,
  spec: WorkflowSpec,
  skills: Readonly<Record<string, Skill>>,
  all: JsonSchemas,
  kit: string | null,
): Workflow | undefined {
  const schemas: Record<string, unknown> = {};
  for (const check of spec.checks) {
    if (check.kind !== 'json_schema') continue;
    if (!all.has(check.schema)) return undefined;
    schemas[check.schema] = all.get(check.schema);
  }
  const names = new Set([...spec.steps, ...spec.deliver].map(({ skill }) => skill));
  const hashes: Record<string, string> = {};
  for (const skill of names) {
    if (!Object.hasOwn(skills, skill)) return undefined;
    hashes[skill] = skills[skill]?.hash ?? '';
  }
  const own = { spec, schemas, kit: spec.checks.some(({ kind }) => kind === 'command') ? kit : null };
  return { name, hash: definitionHash(own, hashes), ...own };
}
