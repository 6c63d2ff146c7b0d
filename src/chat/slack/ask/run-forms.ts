import { sentencesView } from '../../../../blocks/sentences.ts';
import { encodeAction, type Form } from '../../../message/action.ts';
import { cut } from '../../../message/clean.ts';
import { may } from '../../../people/permissions.ts';
import type { Home } from '../../../workflows/home.ts';
import { type AskedFirst, askedBy } from '../../asked.ts';
import type { Sender } from '../../receive/sender.ts';
import type { SlackModal } from '../block-kit.ts';
import { SLACK_LIMITS } from '../limits.ts';
import { formModal } from '../receive/form.ts';
import type { Slack } from '../slack.ts';

/** The block of the field, by which an error is shown below it. */
export const FIELD = 'workflow';
export const TITLE = 'Run a workflow';
/** Such a modal belongs to no message. */
export const NO_METADATA = { place: 'slack:modal', channel: null, ts: null, below: null } as const;

/** Workflows that this person may run now, by name. */
export const runnable = (home: Home, person: string | null, now: Date): string[] =>
  Object.keys(home.workflows)
    .filter((name) => may(home, person, 'run', { workflow: home.workflows[name], now }).ok)
    .sort();

/** Why there is none. */
export function nothingToRun(home: Home, person: string | null) {
  if (Object.keys(home.workflows).length === 0) return sentencesView('This home has no workflow yet.', 'info');
  const answer = may(home, person, 'run');
  return sentencesView(answer.ok ? 'There is no workflow that you may run.' : answer.why, 'warn');
}

/** To choose one of them. */
export function chooseForm({ workflows }: Home, names: readonly string[]): Form {
  const shown = names.slice(0, SLACK_LIMITS.selectOptions);
  const left = names.length - shown.length;
  return {
    title: TITLE,
    submit: 'Next',
    fields: [
      {
        kind: 'choice',
        name: FIELD,
        label: 'Workflow',
        required: true,
        ...(left > 0
          ? { hint: `The first ${shown.length} of ${names.length}. Any other: /cowork run <workflow>` }
          : {}),
        choices: shown.map((name) => ({ value: name, label: labelOf(name, workflows[name]?.spec.title ?? name) })),
      },
    ],
  };
}

const labelOf = (name: string, title: string): string =>
  cut(title === name ? name : `${name} · ${title}`, SLACK_LIMITS.optionText / 2);

/** The form of the chosen workflow, or a question where it asks for nothing. Throws what the run itself would be refused for. */
export async function startModal(slack: Slack, from: Sender, subject: string): Promise<SlackModal> {
  const click = { intent: 'run', subject, revision: null } as const;
  const { person, sender } = from;
  const asked = await askedBy(await slack.world(), click, { person, sender, via: 'slack' });
  const code = encodeAction({ intent: 'run', subject });
  return formModal(asked ?? question(subject), { ...NO_METADATA, code });
}

const question = (workflow: string): AskedFirst => ({
  form: { title: cut(`Run ${workflow}`, 24), submit: 'Run', fields: [] },
  confirm: {
    title: cut(`Run ${workflow}?`, 45),
    text: `${workflow} is run now, whatever its schedule says. Whoever starts a run cannot approve it.`,
    yes: 'Run',
  },
});
