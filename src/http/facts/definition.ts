import { personText, type Reader } from '../../../blocks/time.ts';
import { PRODUCTION } from '../../reviews/target.ts';
import type { SkillSpec } from '../../skills/spec.ts';
import type { InputSpec, WorkflowSpec } from '../../workflows/definition.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import type { WorkflowView } from '../pages/workflow.ts';

export type DefinitionView = Pick<WorkflowView, 'steps' | 'inputs' | 'checks' | 'terms' | 'questions'>;

/** What a workflow is made of, as today's home says. `seen`: its texts may be shown to this viewer, else names alone. */
export function definitionOf(
  home: Home,
  { name, spec }: Workflow,
  { reader, seen }: { reader: Reader; seen: boolean },
): DefinitionView {
  const deliver = spec.deliver.map((step) => ({
    ...step,
    needs: ['approval'],
    timeout: undefined,
    approve: undefined,
  }));
  return {
    steps: [...spec.steps, ...deliver].map((step) => stepOf(home, step, reader)),
    inputs: Object.entries(spec.inputs).map(([input, source]) => ({
      name: input,
      required: source.required,
      source: sourceOf(source, seen),
    })),
    checks: spec.checks.map((check) => ({ name: check.name, kind: check.kind, level: check.level })),
    terms: termsOf(name, spec),
    questions: seen ? spec.review.brief : [],
  };
}

type Step = Pick<WorkflowSpec['steps'][number], 'id' | 'skill' | 'needs' | 'timeout' | 'approve'>;

function stepOf(home: Home, step: Step, reader: Reader): DefinitionView['steps'][number] {
  const skill = Object.hasOwn(home.skills, step.skill) ? home.skills[step.skill]?.spec : undefined;
  return {
    id: step.id,
    skill: step.skill,
    needs: step.needs,
    task: skill?.task ?? 'This skill is not in the home.',
    remarks: [
      ...(skill ? [runnerText(skill), `owner ${personText(skill.owner, reader)}`] : []),
      ...(skill?.effects === 'external' ? ['acts outside'] : []),
      ...(step.approve === 'before' ? ['asks a person before it acts'] : []),
      ...(step.timeout ? [`at most ${step.timeout}`] : []),
    ],
  };
}

const runnerText = ({ runner }: SkillSpec): string => {
  switch (runner.kind) {
    case 'command':
      return 'a program of its own';
    case 'claude':
      return `Claude, ${runner.model}`;
    case 'http':
      return `a service at ${new URL(runner.url).host}`;
  }
};

/** Where an input comes from; of an address without its query, which may hold what is not for a page. */
function sourceOf(input: InputSpec, seen: boolean): string {
  if ('text' in input) {
    if (input.default === undefined) return 'a text that whoever starts it gives';
    return seen ? `a text; usually “${input.default}”` : 'a text with a usual value';
  }
  const age = input.max_age ? `, at most ${input.max_age} old` : '';
  if ('workflow' in input) return `${input.file} as ${input.workflow} last delivered it${age}`;
  if ('http' in input) return `${addressOf(input.http)}${age}`;
  return `${input.file}, ${input.pick === 'all' ? 'all of them' : 'the newest'}${age}`;
}

function addressOf(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

const CATCH_UP = { skip: 'are skipped', latest: 'are caught up, the latest alone', all: 'are all caught up' } as const;
const OVERLAP = {
  skip: 'the next one is skipped',
  queue: 'the next one waits',
  cancel_previous: 'the one before is cancelled',
} as const;

const termsOf = (name: string, spec: WorkflowSpec): DefinitionView['terms'] => [
  { term: 'Goes to', text: `${PRODUCTION}/${(spec.production ?? `${name}/{run_id}/`).replaceAll('{workflow}', name)}` },
  { term: 'Time limit', text: `${spec.timeout}${spec.deadline ? `, due within ${spec.deadline}` : ''}` },
  ...(spec.retries.attempts > 1
    ? [{ term: 'Attempts', text: `${spec.retries.attempts}, ${spec.retries.backoff} apart and growing` }]
    : []),
  ...(spec.schedule
    ? [
        { term: 'Missed slots', text: CATCH_UP[spec.schedule.catch_up] },
        { term: 'Still running', text: OVERLAP[spec.schedule.overlap] },
      ]
    : []),
  {
    term: 'Required input missing',
    text: spec.on_missing_required === 'fail' ? 'the run fails' : 'the run goes on as PARTIAL, into review',
  },
  {
    term: 'By hand',
    text: spec.baseline
      ? `${spec.baseline.manual_mins} min, ${spec.baseline.review_mins} min of review`
      : 'no baseline, so it is left out of what was saved',
  },
];
