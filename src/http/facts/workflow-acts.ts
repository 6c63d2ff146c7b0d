import { textInputs } from '../../../blocks/run-form.ts';
import { may } from '../../people/permissions.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import type { WorkflowActs } from '../pages/workflow-acts.ts';

/** What this person may do about a workflow as it stands; nobody may do nothing. `asked`: how often they started it. */
export function workflowActs(
  home: Home,
  workflow: Workflow,
  { person, now, asked, paused }: { person: string | null; now: Date; asked: number; paused: boolean },
): WorkflowActs {
  const can = (act: 'run' | 'pause' | 'resume' | 'see_outputs') => may(home, person, act, { workflow, now });
  const run = can('run');
  // What is filled in by itself may be as closed as what comes of it.
  const usualOf = (text?: string) =>
    text === undefined ? null : can('see_outputs').ok ? text : 'the workflow’s own text';
  return {
    name: workflow.name,
    run: run.ok
      ? {
          asked,
          texts: textInputs(workflow.spec).map((text) => ({
            name: text.name,
            required: text.required,
            usual: usualOf(text.default),
          })),
        }
      : null,
    pause: workflow.spec.schedule !== undefined && !paused && can('pause').ok,
    resume: paused && can('resume').ok,
    whyNot: run.ok || person === null ? null : run.why,
  };
}
