import type { z } from 'zod';
import type { Team } from '../../people/team.ts';
import { teamFile } from '../../people/team.ts';
import { type SkillSpec, skillFile } from '../../skills/spec.ts';
import { type WorkflowSpec, workflowFile } from '../definition.ts';
import type { YamlFile } from '../files/document.ts';
import { checkShape, validKeys } from '../files/issues.ts';
import { type Parts, validParts } from '../files/parts.ts';
import { childOf } from '../files/schema-walk.ts';
import type { Findings } from './findings.ts';

/** One file as far as it could be understood, so that a slip in one key does not hide the faults in the others. */
export interface Draft<T> {
  yaml: YamlFile;
  /** The keys of the file that hold by themselves. */
  spec: Partial<T>;
  /** The same at every depth: of a section with a fault, what of it holds. */
  parts: Parts<T>;
  /** The whole, where all of it holds. */
  whole: T | undefined;
}

function draft<S extends z.ZodObject>(schema: S, yaml: YamlFile, findings: Findings): Draft<z.output<S>> {
  const checked = checkShape(schema, yaml);
  if (checked.ok) {
    const { value } = checked;
    return { yaml, spec: value as Partial<z.output<S>>, parts: value as Parts<z.output<S>>, whole: value };
  }
  findings.problems(...checked.problems);
  const parts = validParts(schema, yaml.data) ?? ({} as Parts<z.output<S>>);
  return { yaml, spec: validKeys(schema, yaml.data), parts, whole: undefined };
}

export const draftTeam = (yaml: YamlFile, findings: Findings): Draft<Team> => draft(teamFile, yaml, findings);
export const draftWorkflow = (yaml: YamlFile, findings: Findings): Draft<WorkflowSpec> =>
  draft(workflowFile, yaml, findings);
export const draftSkill = (yaml: YamlFile, findings: Findings): Draft<SkillSpec> => draft(skillFile, yaml, findings);

/** The keys written in a mapping, whether or not what they hold is right. */
export function writtenKeys(data: unknown, key: string): Set<string> {
  const value = childOf(data, key);
  return new Set(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []);
}
