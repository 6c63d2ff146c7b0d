import { doneView } from '../../../blocks/done.ts';
import { assignForm, resolveForm, silenceForm } from '../../../blocks/forms.ts';
import type { Answer } from '../../../commands/command.ts';
import { durationOf } from '../../../commands/duration.ts';
import { rerunCommand } from '../../../commands/rerun.ts';
import { acknowledgeAlert } from '../../alerts/acknowledge.ts';
import type { AlertDone } from '../../alerts/ask.ts';
import { assignAlert } from '../../alerts/assign.ts';
import { alertName, parseAlertId } from '../../alerts/list.ts';
import { rerunAlert } from '../../alerts/rerun.ts';
import { resolveAlert } from '../../alerts/resolve.ts';
import { silenceAlert } from '../../alerts/silence.ts';
import { conflict } from '../../errors.ts';
import { alertFact } from '../../reports/alert-fact.ts';
import { type ActRequest, askerOf, type Perform } from './act.ts';
import { NO_FORM, readValues } from './values.ts';

const requestOf = (act: ActRequest) => ({ ...askerOf(act), alertId: parseAlertId(act.click.subject) });

const answered = (done: AlertDone): Answer => ({ view: doneView(done.message), json: done, exit: 0 });

export const acknowledgeBy: Perform = async (world, act) => {
  readValues(NO_FORM, act.values);
  return answered(await acknowledgeAlert(world, requestOf(act)));
};

export const assignBy: Perform = async (world, act) => {
  const request = requestOf(act);
  // Whoever holds it now is a choice too, so that a form sent twice is told so and not that it is malformed.
  const { may_take } = await alertFact(world, request.alertId);
  const choices = may_take.map((value) => ({ value, label: value }));
  const { person = '' } = readValues(assignForm(alertName(request.alertId), choices), act.values);
  return answered(await assignAlert(world, { ...request, to: person }));
};

export const silenceBy: Perform = async (world, act) => {
  const request = requestOf(act);
  const { for: length = '', reason = '' } = readValues(silenceForm(alertName(request.alertId)), act.values);
  return answered(await silenceAlert(world, { ...request, forMs: durationOf(length), reason }));
};

export const resolveBy: Perform = async (world, act) => {
  const request = requestOf(act);
  const { reason = '' } = readValues(resolveForm(alertName(request.alertId)), act.values);
  return answered(await resolveAlert(world, { ...request, reason }));
};

/** The run of an alert (`A-57`), which the button names as it was drawn, or a run by its id. */
export const rerunBy: Perform = async (world, act) => {
  readValues(NO_FORM, act.values);
  const { subject, revision } = act.click;
  if (/^A-[0-9]+$/.test(subject)) {
    if (!revision) {
      throw conflict(
        `This button does not say which run it was drawn for, so nothing was started. Look at ${subject} and rerun it there.`,
      );
    }
    return answered(await rerunAlert(world, { ...requestOf(act), runSeen: revision }));
  }
  return rerunCommand.run(world, { asker: askerOf(act), args: { run: act.click.subject }, options: {} });
};
