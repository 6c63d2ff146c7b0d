import type { Team } from '../people/team.ts';
import type { SkillSpec } from '../skills/spec.ts';
import type { WorkflowSpec } from './definition.ts';

/** A skill as pinned in a snapshot. `hash` is `sha256:<hex>` over its files, as `output_hash` is computed. */
export interface Skill {
  name: string;
  spec: SkillSpec;
  description: string;
  hash: string;
}

/**
 * A workflow as pinned in a snapshot. `hash` is `sha256:<hex>` over the canonical JSON of the spec, the hashes of its
 * skills, the contents of the JSON Schemas it names and `kit`.
 */
export interface Workflow {
  name: string;
  spec: WorkflowSpec;
  hash: string;
  /** Contents of the JSON Schema files its checks name, by home-relative path. */
  schemas: Record<string, unknown>;
  /** Content hash of the home's `checks/` folder where a check of kind `command` uses it, else null. */
  kit: string | null;
}

/**
 * The whole home at one moment, as a plain JSON value: what a snapshot row holds. Copies of skill folders and of
 * `checks/` lie read-only under `COWORK_DATA/pinned/<hex of their hash>/`.
 */
export interface Home {
  hash: string;
  /** Absolute path of the home this was read from. */
  root: string;
  team: Team;
  workflows: Record<string, Workflow>;
  skills: Record<string, Skill>;
}

/** A home as stored, with the id of its row. */
export interface Snapshot {
  id: number;
  home: Home;
}

/** Where the product reads homes from; the active one is a row, so all processes agree. */
export interface Homes {
  active(): Promise<Snapshot>;
  byId(id: number): Promise<Snapshot>;
}
