import type { App, ViewSubmitAction } from '@slack/bolt';
import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import { encodeAction, type Form } from '../../../message/action.ts';
import { cut } from '../../../message/clean.ts';
import { may } from '../../../people/permissions.ts';
import type { Home } from '../../../workflows/home.ts';
import { type AskedFirst, askedBy } from '../../asked.ts';
import type { SlackModal } from '../block-kit.ts';
import { SLACK_LIMITS } from '../limits.ts';
import { renderSlackModal } from '../modal.ts';
import { formModal, openForm } from '../receive/form.ts';
import { readSent } from '../receive/read-form.ts';
import { type Sender, senderOf } from '../receive/sender.ts';
import { modalOf } from '../receive/show.ts';
import { SHORTCUTS } from '../setup/manifest.ts';
import type { Slack } from '../slack.ts';
import { strangerView } from './words.ts';

const CHOOSE = 'ask.choose-workflow';
const FIELD = 'workflow';
const NO_METADATA = { place: 'slack:modal', channel: null, ts: null, below: null } as const;

/** "Run a workflow": choose one of those that this person may run, then its form; sending that starts it, once. */
export function handleRun(app: App, slack: Slack): void {
  app.shortcut({ type: 'shortcut', callback_id: SHORTCUTS.runWorkflow }, async ({ shortcut, ack }) => {
    await ack();
    const from = await senderOf(slack, shortcut);
    if (from.sender === '') return;
    await openForm(slack, { trigger: shortcut.trigger_id, on: null }, await chooseModal(slack, from));
  });
  app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: CHOOSE }, async ({ body, ack }) => {
    const from = await senderOf(slack, body);
    const chosen = readSent({ ...body }).values[FIELD] ?? '';
    try {
      const view = await startModal(slack, from, chosen);
      await ack({ response_action: 'update', view: view as never });
    } catch (error) {
      if (!(error instanceof CoworkError) || error.code === 'internal') throw error;
      await ack({ response_action: 'errors', errors: { [FIELD]: error.message } });
    }
  });
}

/** What to choose from, or why there is nothing. */
async function chooseModal(slack: Slack, from: Sender): Promise<SlackModal> {
  const { home } = await slack.ground.homes.active();
  const names = runnable(home, from.person, slack.ground.clock.now());
  if (names.length > 0) return renderSlackModal(chooseForm(home, names), { callbackId: CHOOSE, metadata: '' });
  const view = from.person === null && !from.member ? strangerView(home.team, from) : nothingToRun(home, from.person);
  const metadata = { ...NO_METADATA, code: '', once: null };
  return modalOf(slack, view, { title: 'Run a workflow', metadata, outcome: true });
}

const runnable = (home: Home, person: string | null, now: Date): string[] =>
  Object.keys(home.workflows)
    .filter((name) => may(home, person, 'run', { workflow: home.workflows[name], now }).ok)
    .sort();

function nothingToRun(home: Home, person: string | null) {
  if (Object.keys(home.workflows).length === 0) return sentencesView('This home has no workflow yet.', 'info');
  const answer = may(home, person, 'run');
  return sentencesView(answer.ok ? 'There is no workflow that you may run.' : answer.why, 'warn');
}

function chooseForm({ workflows }: Home, names: readonly string[]): Form {
  const shown = names.slice(0, SLACK_LIMITS.selectOptions);
  const left = names.length - shown.length;
  return {
    title: 'Run a workflow',
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
async function startModal(slack: Slack, from: Sender, subject: string): Promise<SlackModal> {
  const click = { intent: 'run', subject, revision: null } as const;
  const asked = await askedBy(await slack.world(), click, { person: from.person, via: 'slack' });
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
