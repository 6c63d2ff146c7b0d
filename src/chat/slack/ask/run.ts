import { randomUUID } from 'node:crypto';
import type { App, GlobalShortcut, ViewSubmitAction } from '@slack/bolt';
import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import type { MessageView } from '../../../message/view.ts';
import { plainError } from '../../connect/plain-error.ts';
import { inTime } from '../../receive/in-time.ts';
import { strangerView } from '../../receive/stranger.ts';
import { wentWrong } from '../../receive/words.ts';
import { within } from '../../within.ts';
import type { SlackModal } from '../block-kit.ts';
import { deadlineIn } from '../connect/deadline-in.ts';
import { codeOf } from '../deliver/failures.ts';
import { renderSlackModal } from '../modal.ts';
import { answerPrivately } from '../receive/answer.ts';
import type { Metadata } from '../receive/metadata.ts';
import { readSent } from '../receive/read-form.ts';
import { senderOf } from '../receive/sender.ts';
import { type Framed, modalOf, openWaiting, plainModalOf, waiting } from '../receive/show.ts';
import { SHORTCUTS } from '../setup/manifest.ts';
import type { Slack } from '../slack.ts';
import { chooseForm, FIELD, NO_METADATA, nothingToRun, runnable, startModal, TITLE } from './run-forms.ts';

const CHOOSE = 'ask.choose-workflow';

/** Whoever waits longer in front of a modal has gone. */
const PATIENCE_MS = 10_000;

/** "Run a workflow": choose one of those that this person may run, then its form; sending that starts it, once. */
export function handleRun(app: App, slack: Slack): void {
  app.shortcut({ type: 'shortcut', callback_id: SHORTCUTS.runWorkflow }, async ({ shortcut, ack }) => {
    await ack();
    slack.after({ shortcut: SHORTCUTS.runWorkflow }, () => offer(slack, shortcut));
  });
  app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: CHOOSE }, async ({ body, ack, context }) => {
    const deadline = deadlineIn(context, slack.ground.clock);
    const came = await inTime(slack, deadline, chosen(slack, body));
    const reply =
      came.ended === 'well' ? came.value : inField(`${came.ended === 'failed' ? FAILED : NOT_DRAWN} Send it again.`);
    await ack(reply as never);
    // Slack waited no longer, so that it showed nothing.
    if (deadline.missed) slack.after({ form: CHOOSE }, () => tellDirectly(slack, body.user.id, notDrawn()));
  });
}

const NOT_DRAWN = 'The form could not be drawn in time. Nothing was done.';
const FAILED = 'Something went wrong on our side. Nothing was done.';
const METADATA: Metadata = { ...NO_METADATA, code: '', once: null };
const FRAMED: Framed = { title: TITLE, metadata: METADATA, outcome: true };

const tellDirectly = async (slack: Slack, sender: string, view: MessageView): Promise<void> =>
  void (await answerPrivately(slack, { sender, channel: null, thread: null, responseUrl: null }, view));

/** A modal while there still is a trigger for it, and then in it what to choose from, or why nothing; never silence. */
async function offer(slack: Slack, shortcut: GlobalShortcut): Promise<void> {
  const external = `run-${randomUUID()}`;
  const [opened, choice] = await Promise.all([
    openWaiting(slack, shortcut.trigger_id, external, waiting(TITLE, METADATA)),
    choiceFor(slack, shortcut),
  ]);
  // That nothing was heard of the modal does not mean that it is not there.
  const drawn = await drawOver(slack, external, choice);
  if (drawn === 'drawn' || (opened && drawn === 'closed')) return;
  await tellDirectly(slack, shortcut.user.id, notOpened());
}

async function drawOver(slack: Slack, external: string, modal: SlackModal): Promise<'drawn' | 'closed' | 'failed'> {
  try {
    await slack.clients.now.views.update({ external_id: external, view: { ...modal, external_id: external } });
    return 'drawn';
  } catch (error) {
    if (codeOf(error) === 'not_found') return 'closed';
    slack.ground.log.warn(plainError(error), 'The list of workflows was not drawn.');
    return 'failed';
  }
}

/** Of a record that does not answer, or fails, it says that. */
async function choiceFor(slack: Slack, shortcut: GlobalShortcut): Promise<SlackModal> {
  try {
    const found = await within(slack.ground.clock, PATIENCE_MS, chooseModal(slack, shortcut));
    return found === 'late' ? said(slack, notDrawn()) : found;
  } catch (error) {
    slack.ground.log.error(plainError(error), 'What somebody may run could not be found out.');
    return said(slack, wentWrong());
  }
}

const said = (slack: Slack, view: MessageView): SlackModal => plainModalOf(slack, view, FRAMED);

const notDrawn = () => sentencesView(`${NOT_DRAWN} Try again in a minute.`, 'fail');

const notOpened = () =>
  sentencesView(
    'Slack did not open the list of workflows in time. Nothing was done. Choose "Run a workflow" again, or type /cowork run <workflow>.',
    'warn',
  );

/** What to choose from, or why there is nothing. */
async function chooseModal(slack: Slack, shortcut: GlobalShortcut): Promise<SlackModal> {
  const from = await senderOf(slack, shortcut);
  const { home } = await slack.ground.homes.active();
  const names = runnable(home, from.person, slack.ground.clock.now());
  if (names.length > 0) return renderSlackModal(chooseForm(home, names), { callbackId: CHOOSE, metadata: '' });
  const view =
    from.person === null && !from.member ? strangerView('slack', home.team, from) : nothingToRun(home, from.person);
  return modalOf(slack, view, FRAMED);
}

type ChooseReply =
  | { response_action: 'update'; view: SlackModal }
  | { response_action: 'errors'; errors: Record<string, string> };

const inField = (why: string): ChooseReply => ({ response_action: 'errors', errors: { [FIELD]: why } });

/** The form of what was chosen, or below the field why there is none. */
async function chosen(slack: Slack, body: ViewSubmitAction): Promise<ChooseReply> {
  const from = await senderOf(slack, body);
  try {
    return {
      response_action: 'update',
      view: await startModal(slack, from, readSent({ ...body }).values[FIELD] ?? ''),
    };
  } catch (error) {
    if (!(error instanceof CoworkError) || error.code === 'internal') throw error;
    return inField(error.message);
  }
}
