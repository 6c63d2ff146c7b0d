import { pauseForm } from '../../../blocks/forms.ts';
import { runForm } from '../../../blocks/run-form.ts';
import { cancelCommand } from '../../../commands/cancel.ts';
import { pauseCommand } from '../../../commands/pause.ts';
import { resumeCommand } from '../../../commands/resume.ts';
import { startNow } from '../../../commands/run.ts';
import { answerParked, isOutcome } from '../../../commands/unpark.ts';
import { conflict } from '../../errors.ts';
import { workflowNamed } from '../../runs/request.ts';
import { askerOf, type Perform } from './act.ts';
import { OPTIONAL_REASON } from './review.ts';
import { NO_FORM, readValues } from './values.ts';

export const cancelBy: Perform = (world, act) => {
  const { reason } = readValues(OPTIONAL_REASON, act.values);
  return cancelCommand.run(world, { asker: askerOf(act), args: { run: act.click.subject }, options: { reason } });
};

/** The answer for a step that waits is in the button itself, one button for each, and so is which step it was. */
export const unparkBy: Perform = async (world, act) => {
  readValues(NO_FORM, act.values);
  const { subject: runId, revision } = act.click;
  const [outcome, lost] = (revision ?? '').split('.');
  if (!isOutcome(outcome) || !lost) {
    throw conflict(
      `This button does not say what it was drawn from, so nothing was done. Look at ${runId} and answer there.`,
    );
  }
  return answerParked(world, askerOf(act), { runId, outcome, lost });
};

export const pauseBy: Perform = (world, act) => {
  const { reason, until } = readValues(pauseForm(), act.values);
  const options = { reason, until };
  return pauseCommand.run(world, { asker: askerOf(act), args: { workflow: act.click.subject }, options });
};

export const resumeBy: Perform = (world, act) => {
  readValues(NO_FORM, act.values);
  return resumeCommand.run(world, { asker: askerOf(act), args: { workflow: act.click.subject }, options: {} });
};

/** Starts it with the texts of the form as today's definition asks for them. */
export const runBy: Perform = async (world, act) => {
  const workflow = workflowNamed(await world.homes.active(), act.click.subject);
  return startNow(world, askerOf(act), workflow.name, readValues(runForm(workflow.spec), act.values));
};
