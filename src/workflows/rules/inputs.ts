import picomatch from 'picomatch';
import type { InputSpec, WorkflowSpec } from '../definition.ts';
import type { Parts } from '../files/parts.ts';
import { quoted } from '../files/wording.ts';
import { findCircles } from './circles.ts';
import type { Draft } from './draft.ts';
import type { Reading } from './reading.ts';

type Inputs = [string, Parts<InputSpec>][];

/** The inputs of a workflow, as far as they hold by themselves, by name. */
export const inputsOf = ({ parts }: Draft<WorkflowSpec>): Inputs =>
  Object.entries(parts.inputs ?? {}).flatMap(([name, input]): Inputs => (input ? [[name, input]] : []));

/** Inputs: workflows that exist, files that are no other run's. */
export function checkInputs({ known, findings }: Reading, name: string, workflow: Draft<WorkflowSpec>): void {
  for (const [input, spec] of inputsOf(workflow)) {
    const path = ['inputs', input];
    if ('workflow' in spec && spec.workflow !== undefined) {
      if (spec.workflow === name)
        findings.problem(workflow.yaml, [...path, 'workflow'], 'a workflow cannot be its own input');
      else if (!known.workflows.has(spec.workflow))
        findings.dangling(
          workflow.yaml,
          [...path, 'workflow'],
          spec.workflow,
          'workflow',
          'workflows',
          known.workflows,
        );
    } else if (!('workflow' in spec) && 'file' in spec && spec.file !== undefined) {
      const closed = closedFolder(spec.file);
      if (closed) findings.problem(workflow.yaml, [...path, 'file'], closedWords(`inputs.${input}.file`, closed));
    }
  }
}

/** Hand-offs from workflow to workflow must come to an end. */
export function checkHandOffCircles({ workflows, findings }: Pick<Reading, 'workflows' | 'findings'>): void {
  const edges = new Map<string, string[]>();
  for (const [name, workflow] of workflows) {
    const sources = inputsOf(workflow).flatMap(([, spec]) =>
      'workflow' in spec && spec.workflow !== undefined ? [spec.workflow] : [],
    );
    edges.set(
      name,
      sources.filter((source) => source !== name),
    );
  }
  for (const circle of findCircles(edges)) {
    const last = circle.at(-2) ?? '';
    const workflow = workflows.get(last);
    if (!workflow) continue;
    const input = inputsOf(workflow).find(([, spec]) => 'workflow' in spec && spec.workflow === circle.at(-1));
    findings.problem(
      workflow.yaml,
      ['inputs', input?.[0] ?? '', 'workflow'],
      `workflows wait for each other's outputs in a circle: ${circle.join(' reads ')}`,
    );
  }
}

// What other runs hold, and what holds secrets or the product's own state, is handed to no skill.
const CLOSED = ['staging', 'review_queue', 'archive', '.env', '.git', '.cowork'];

/** The folder or file of the home that a path or glob reaches and may not; undefined where it is fine. */
export function closedFolder(glob: string): string | undefined {
  const first = glob.split('/').find((part) => part !== '.' && part !== '') ?? '';
  const matches = first.length > 1000 ? () => true : picomatch(first);
  return CLOSED.find((folder) => first === folder || matches(folder)) ?? (first.startsWith('.env') ? first : undefined);
}

export const closedWords = (label: string, closed: string): string =>
  `${label} reaches ${quoted(closed)}, which is kept from skills; name the folder that is wanted, for example inbox/`;
