import type { Team } from '../../people/team.ts';
import type { SkillSpec } from '../../skills/spec.ts';
import type { WorkflowSpec } from '../definition.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';
import type { Known } from './names.ts';

/** A home as far as it has been read, for the rules that look across files. */
export interface Reading {
  team: Draft<Team> | undefined;
  workflows: ReadonlyMap<string, Draft<WorkflowSpec>>;
  skills: ReadonlyMap<string, Draft<SkillSpec>>;
  known: Known;
  /** Home-relative paths of the files in `checks/`, without that folder. */
  kit: ReadonlySet<string>;
  findings: Findings;
}
