import { skillBase } from '../../skills/spec.ts';
import type { DataClass } from '../../values/scalars.ts';
import { type StepSpec, step as stepSchema, type WorkflowSpec } from '../definition.ts';
import { validEntries } from '../files/issues.ts';
import { childOf, listAt } from '../files/schema-walk.ts';
import { quoted } from '../files/wording.ts';
import { findCircles } from './circles.ts';
import type { Draft } from './draft.ts';
import type { Reading } from './reading.ts';

type Steps = [number, StepSpec][];

/** The steps of a workflow that hold by themselves, with their index. */
export const stepsOf = ({ yaml }: Draft<WorkflowSpec>): Steps =>
  [...validEntries(stepSchema, listAt(yaml.data, 'steps'))] as Steps;

/** Ids as written, also those of steps that are faulty otherwise: they are no dangling names. */
export const stepIds = ({ yaml }: Draft<WorkflowSpec>): Set<string> =>
  new Set(
    listAt(yaml.data, 'steps')
      .map((step) => childOf(step, 'id'))
      .filter((id) => typeof id === 'string'),
  );

/** Steps: unique ids, skills and needs that exist, no circle, hand-offs that fit, outputs of steps that exist. */
export function checkSteps(reading: Reading, workflow: Draft<WorkflowSpec>): void {
  const { findings, known } = reading;
  const { yaml, spec } = workflow;
  const steps = stepsOf(workflow);
  const ids = stepIds(workflow);
  const seen = new Set<string>();
  for (const [index, step] of steps) {
    const at = (...rest: (string | number)[]) => ['steps', index, ...rest];
    if (seen.has(step.id))
      findings.problem(yaml, at('id'), `two steps have the id ${quoted(step.id)}; each needs its own`);
    seen.add(step.id);
    if (!known.skills.has(step.skill))
      findings.dangling(yaml, at('skill'), step.skill, 'skill', 'skills', known.skills);
    for (const [position, need] of step.needs.entries())
      if (!ids.has(need)) findings.dangling(yaml, at('needs', position), need, 'step', 'steps of this workflow', ids);
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
  for (const [index, { step }] of (spec.outputs ?? []).entries())
    if (!ids.has(step))
      findings.dangling(yaml, ['outputs', index, 'step'], step, 'step', 'steps of this workflow', ids);
  checkDeliver(reading, workflow);
}

function checkCircle({ findings }: Reading, { yaml }: Draft<WorkflowSpec>, steps: Steps): void {
  const index = new Map(steps.map(([at, { id }]) => [id, at]));
  for (const circle of findCircles(new Map(steps.map(([, { id, needs }]) => [id, needs])))) {
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
  { yaml, spec }: Draft<WorkflowSpec>,
  index: number,
  step: StepSpec,
): void {
  const skill = skills.get(step.skill);
  const written = skill && childOf(skill.yaml.data, 'data_class') !== undefined ? skill.spec.data_class : undefined;
  if (!written || !spec.data_class || written === spec.data_class) return;
  const path = ['steps', index, 'skill'];
  if (CLASSES.indexOf(written) > CLASSES.indexOf(spec.data_class))
    findings.problem(
      yaml,
      path,
      `${step.skill} handles ${written} data, but this workflow is ${spec.data_class}; raise the workflow's data_class to ${written}`,
    );
  else
    findings.warn(yaml, path, `${step.skill} is written for ${written} data, and this workflow is ${spec.data_class}`);
}

function checkHandOffs(
  { skills, findings }: Reading,
  { yaml }: Draft<WorkflowSpec>,
  index: number,
  step: StepSpec,
  steps: Steps,
): void {
  const accepts = skills.get(step.skill)?.spec.accepts ?? {};
  for (const [position, need] of step.needs.entries()) {
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

function checkDeliver({ findings, known }: Reading, { yaml, spec }: Draft<WorkflowSpec>): void {
  for (const [index, { skill }] of (spec.deliver ?? []).entries())
    if (!known.skills.has(skill))
      findings.dangling(yaml, ['deliver', index, 'skill'], skill, 'skill', 'skills', known.skills);
  if (spec.deliver && spec.deliver.length > 0)
    findings.problem(
      yaml,
      ['deliver'],
      'deliver is not built yet and is refused, since nothing would be sent; remove it',
      'key',
    );
}
