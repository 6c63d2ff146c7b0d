import { skillBase } from '../../skills/spec.ts';
import type { DataClass } from '../../values/scalars.ts';
import type { StepSpec, WorkflowSpec } from '../definition.ts';
import type { Parts } from '../files/parts.ts';
import { childOf, listAt } from '../files/schema-walk.ts';
import { quoted } from '../files/wording.ts';
import { findCircles } from './circles.ts';
import type { Draft } from './draft.ts';
import type { Reading } from './reading.ts';

type Step = Parts<StepSpec>;
type Steps = [number, Step][];

/** The steps of a workflow, as far as they hold by themselves, with their index. */
const stepsOf = ({ parts }: Draft<WorkflowSpec>): Steps =>
  [...(parts.steps ?? []).entries()].flatMap(([index, step]): Steps => (step ? [[index, step]] : []));

/**
 * Ids as written, also those of steps that are faulty otherwise: they are no dangling names. Undefined where the list of
 * steps itself could not be read.
 */
export const stepIds = ({ yaml, parts }: Draft<WorkflowSpec>): Set<string> | undefined =>
  parts.steps &&
  new Set(
    listAt(yaml.data, 'steps')
      .map((step) => childOf(step, 'id'))
      .filter((id) => typeof id === 'string'),
  );

/** Steps: unique ids, skills and needs that exist, no circle, hand-offs that fit, outputs of steps that exist. */
export function checkSteps(reading: Reading, workflow: Draft<WorkflowSpec>): void {
  const { findings, known } = reading;
  const { yaml, parts } = workflow;
  const steps = stepsOf(workflow);
  const ids = stepIds(workflow);
  const seen = new Set<string>();
  for (const [index, step] of steps) {
    const at = (...rest: (string | number)[]) => ['steps', index, ...rest];
    if (step.id !== undefined && seen.has(step.id))
      findings.problem(yaml, at('id'), `two steps have the id ${quoted(step.id)}; each needs its own`);
    if (step.id !== undefined) seen.add(step.id);
    if (step.skill !== undefined && !known.skills.has(step.skill))
      findings.dangling(yaml, at('skill'), step.skill, 'skill', 'skills', known.skills);
    for (const [position, need] of (step.needs ?? []).entries())
      if (ids && need !== undefined && !ids.has(need))
        findings.dangling(yaml, at('needs', position), need, 'step', 'steps of this workflow', ids);
    if (step.approve !== undefined)
      findings.problem(
        yaml,
        at('approve'),
        'approve: before is not built yet and is refused, since ignoring it would skip an approval; remove it',
        'key',
      );
    checkClass(reading, workflow, index, step);
    checkHandOffs(reading, workflow, index, step, steps);
  }
  checkCircle(reading, workflow, steps);
  for (const [index, output] of (parts.outputs ?? []).entries())
    if (ids && output?.step !== undefined && !ids.has(output.step))
      findings.dangling(yaml, ['outputs', index, 'step'], output.step, 'step', 'steps of this workflow', ids);
  checkDeliver(reading, workflow);
}

function checkCircle({ findings }: Reading, { yaml }: Draft<WorkflowSpec>, steps: Steps): void {
  const index = new Map(steps.map(([at, { id }]) => [id, at]));
  const edges = steps.flatMap(([, { id, needs = [] }]): [string, string[]][] =>
    id === undefined ? [] : [[id, needs.filter((need) => need !== undefined)]],
  );
  for (const circle of findCircles(new Map(edges))) {
    const at = index.get(circle.at(-1) ?? '') ?? 0;
    findings.problem(
      yaml,
      ['steps', at, 'needs'],
      `steps wait for each other in a circle: ${circle.join(' needs ')}`,
      'key',
    );
  }
}

const CLASSES: readonly DataClass[] = ['public', 'internal', 'confidential', 'restricted'];

// A skill that says nothing about its class says nothing here either; the workflow's own word counts.
function checkClass(
  { skills, findings }: Reading,
  { yaml, parts }: Draft<WorkflowSpec>,
  index: number,
  step: Step,
): void {
  const skill = step.skill === undefined ? undefined : skills.get(step.skill);
  const written = skill && childOf(skill.yaml.data, 'data_class') !== undefined ? skill.spec.data_class : undefined;
  if (!written || !parts.data_class || written === parts.data_class) return;
  const path = ['steps', index, 'skill'];
  if (CLASSES.indexOf(written) > CLASSES.indexOf(parts.data_class))
    findings.problem(
      yaml,
      path,
      `${step.skill} handles ${written} data, but this workflow is ${parts.data_class}; raise the workflow's data_class to ${written}`,
    );
  else
    findings.warn(yaml, path, `${step.skill} is written for ${written} data, and this workflow is ${parts.data_class}`);
}

function checkHandOffs(
  { skills, findings }: Reading,
  { yaml }: Draft<WorkflowSpec>,
  index: number,
  step: Step,
  steps: Steps,
): void {
  const accepts = (step.skill === undefined ? undefined : skills.get(step.skill)?.spec.accepts) ?? {};
  for (const [position, need] of (step.needs ?? []).entries()) {
    if (need === undefined) continue;
    const source = steps.find(([, { id }]) => id === need)?.[1].skill;
    const version = source === undefined ? undefined : skills.get(source)?.spec.schema_version;
    const base = source === undefined ? '' : skillBase(source);
    const allowed = Object.hasOwn(accepts, base) ? accepts[base] : undefined;
    if (version === undefined || allowed === undefined || allowed.includes(version)) continue;
    findings.problem(
      yaml,
      ['steps', index, 'needs', position],
      `${step.skill} accepts schema_version ${allowed.join(' or ') || 'none'} of ${base}, but ${source} writes ${version}`,
    );
  }
}

function checkDeliver({ findings, known }: Reading, { yaml, parts }: Draft<WorkflowSpec>): void {
  for (const [index, delivery] of (parts.deliver ?? []).entries()) {
    const skill = delivery?.skill;
    if (skill !== undefined && !known.skills.has(skill))
      findings.dangling(yaml, ['deliver', index, 'skill'], skill, 'skill', 'skills', known.skills);
  }
  if (parts.deliver && parts.deliver.length > 0)
    findings.problem(
      yaml,
      ['deliver'],
      'deliver is not built yet and is refused, since nothing would be sent; remove it',
      'key',
    );
}
