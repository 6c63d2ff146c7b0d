import type { Action, LinkAction } from '../src/message/action.ts';
import { cut } from '../src/message/clean.ts';
import type { AlertFact } from '../src/reports/alert-fact.ts';
import { aboutText } from './alert-lines.ts';
import { assignForm, pauseForm, resolveForm, silenceForm } from './forms.ts';
import { parkedActions } from './parked-actions.ts';
import { reviewPath, runPath } from './say.ts';
import { personText, type Reader } from './time.ts';

// Discord and Slack take that many choices at once.
const MOST_CHOICES = 25;

type Button = Action | LinkAction;

/** What one can do about an alert as it stands: everything while nobody has closed it, then only looking. */
export function alertActions(fact: AlertFact, reader: Reader): Button[] {
  if (fact.ended) return looking(fact, false);
  return [...taking(fact), ...mending(fact, reader), ...quieting(fact), ...rare(fact, reader), ...looking(fact, true)];
}

/** The first thing to do while it is nobody's; whom it was given to may still say that they have seen it. */
const taking = ({ state, alert_id, holder }: AlertFact): Button[] =>
  state === 'open'
    ? [{ intent: 'acknowledge', subject: alert_id, label: 'Acknowledge', style: holder === null ? 'primary' : 'plain' }]
    : [];

/** Running it again, where there is a run that has ended and none under way; or answering for the step that waits. */
function mending(fact: AlertFact, reader: Reader): Button[] {
  const { kind, run, rerun, alert_id, review_id } = fact;
  if (run && isParked(fact)) return parkedActions(run);
  if (review_id && kind !== 'BLOCKED') {
    return [{ intent: 'command', subject: `review ${review_id}`, label: 'Show review', style: 'plain' }];
  }
  // What could not be placed is kept and tried again; running it anew would not free the place.
  if (run?.state !== 'ended' || rerun || kind === 'BLOCKED') return [];
  const confirm = {
    title: cut(`Rerun ${aboutText(fact, reader)}?`, 45),
    text: `${run.run_id} is run again from the beginning, for its slot and with what was typed for it. Whoever reruns it cannot approve it.`,
    yes: 'Rerun',
  };
  return [{ intent: 'rerun', subject: alert_id, revision: run.run_id, label: 'Rerun', style: 'plain', confirm }];
}

/** A step waits for an answer. */
const isParked = ({ kind, run }: AlertFact): boolean => kind === 'PARKED' && run?.state === 'parked';

/** Where a step waits for an answer, the answers come first. */
function quieting(fact: AlertFact): Button[] {
  const { alert_id, silenced, workflow } = fact;
  const tucked = isParked(fact) ? { rare: true } : {};
  return [
    ...(silenced
      ? []
      : [
          {
            intent: 'silence',
            subject: alert_id,
            label: 'Silence…',
            style: 'plain',
            ask: silenceForm(alert_id),
            ...tucked,
          } as const,
        ]),
    ...(workflow === null
      ? []
      : [
          {
            intent: 'pause',
            subject: workflow,
            label: 'Pause workflow…',
            style: 'plain',
            ask: pauseForm(),
            ...tucked,
          } as const,
        ]),
  ];
}

/** To whom it can be given: whoever may take it and has it not. */
export const assignChoices = ({ may_take, holder }: AlertFact, reader: Reader): { value: string; label: string }[] =>
  may_take
    .filter((key) => key !== holder)
    .slice(0, MOST_CHOICES)
    .map((key) => ({ value: key, label: personText(key, reader).slice(0, 75) }));

function rare(fact: AlertFact, reader: Reader): Button[] {
  const { alert_id } = fact;
  const choices = assignChoices(fact, reader);
  return [
    ...(choices.length === 0
      ? []
      : [
          {
            intent: 'assign',
            subject: alert_id,
            label: 'Assign…',
            style: 'plain',
            rare: true,
            ask: assignForm(alert_id, choices),
          } as const,
        ]),
    // What ends an alert about a step that waits is the answer.
    ...(isParked(fact) ? [] : [resolveAction(alert_id)]),
  ];
}

const resolveAction = (alert_id: string): Action => ({
  intent: 'resolve',
  subject: alert_id,
  label: 'Resolve…',
  style: 'plain',
  rare: true,
  ask: resolveForm(alert_id),
});

function looking({ run, review_id }: AlertFact, tucked: boolean): Button[] {
  const rareToo = tucked ? { rare: true } : {};
  if (!run) return review_id ? [{ intent: 'open', label: 'Open review', path: reviewPath(review_id), ...rareToo }] : [];
  return [
    { intent: 'open', label: 'Open run', path: runPath(run.run_id), ...rareToo },
    { intent: 'command', subject: `audit ${run.run_id}`, label: 'What happened?', style: 'plain', ...rareToo },
  ];
}
