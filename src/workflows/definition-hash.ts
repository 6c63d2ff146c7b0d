import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.ts';
import type { Home, Workflow } from './home.ts';

const hashOf = (value: unknown): string => `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;

/** What a review binds besides the outputs: spec, the bytes of its skills, its JSON Schemas, its check scripts. */
export const definitionHash = (
  workflow: Pick<Workflow, 'spec' | 'schemas' | 'kit'>,
  skills: Record<string, string>,
): string => hashOf({ spec: workflow.spec, skills, schemas: workflow.schemas, kit: workflow.kit });

/** One hash over everything in the home, and where it lies. */
export const homeHash = ({ root, team, workflows, skills }: Omit<Home, 'hash'>): string =>
  hashOf({
    root,
    team,
    workflows: Object.fromEntries(Object.entries(workflows).map(([name, { hash }]) => [name, hash])),
    skills: Object.fromEntries(Object.entries(skills).map(([name, { hash }]) => [name, hash])),
  });
