import type { Action, LinkAction } from '../src/message/action.ts';
import { cut } from '../src/message/clean.ts';
import type { RunCard } from '../src/reports/run-card.ts';
import { parkedActions } from './parked-actions.ts';
import { runPath } from './say.ts';

type Button = Action | LinkAction;

const DAY_MS = 86_400_000;

/** What one can do about a run as it stands, and where to look. */
export function runActions(run: RunCard, now: Date): Button[] {
  if (run.state === 'parked') return [...parkedActions(run), ...lookActions(run.run_id, { rare: true })];
  if (run.state !== 'ended') {
    return [...(run.cancel_asked ? [] : [cancelAction(run.run_id)]), ...lookActions(run.run_id, {})];
  }
  return [
    ...reviewActions(run),
    ...undoActions(run, now),
    ...rerunActions(run),
    ...tellActions(run),
    ...lookActions(run.run_id, { rare: true }),
  ];
}

/** No word of it is `Cancel`: that is how a platform calls the way out of a confirmation. */
export const cancelAction = (runId: string): Action => ({
  intent: 'cancel',
  subject: runId,
  label: 'End run',
  style: 'danger',
  confirm: {
    title: 'End the run?',
    text: `${runId} is stopped and not delivered. What its steps did outside stays as it is.`,
    yes: 'End the run',
  },
});

/** The page, and the story. */
export const lookActions = (runId: string, { rare }: { rare?: boolean }): Button[] => [
  { intent: 'open', label: 'Open run', path: runPath(runId), ...(rare ? { rare } : {}) },
  { intent: 'command', subject: `audit ${runId}`, label: 'What happened?', style: 'plain', ...(rare ? { rare } : {}) },
];

const reviewActions = ({ review_id, review_state }: RunCard): Button[] =>
  review_id && review_state === 'open'
    ? [{ intent: 'command', subject: `review ${review_id}`, label: `Show ${review_id}`, style: 'primary' }]
    : [];

/** What was delivered without a person is taken back without one's review; what was reviewed has its Undo there. */
export function undoActions({ delivery, run_id }: Pick<RunCard, 'delivery' | 'run_id'>, now: Date): Action[] {
  if (delivery?.state !== 'placed' || delivery.reviewed || delivery.placed_at === null) return [];
  if (now.getTime() - Date.parse(delivery.placed_at) >= DAY_MS) return [];
  return [undoDelivery(run_id, delivery.target)];
}

/** Takes back what was delivered without a person. */
export const undoDelivery = (runId: string, target: string): Action => ({
  intent: 'undo',
  subject: runId,
  label: 'Undo',
  style: 'danger',
  confirm: {
    title: 'Undo the delivery?',
    text: cut(`${target}/ is moved, whole, to the archive. Whoever reads it there now finds it gone.`, 300),
    yes: 'Undo',
  },
});

/** Not beside one that is under way, and not while its outputs wait for a decision. */
function rerunActions(run: RunCard): Button[] {
  const { rerun, review_state, delivery } = run;
  const settled = delivery !== null && delivery.state !== 'undone';
  return rerun || review_state === 'open' || settled ? [] : [rerunAction(run)];
}

export const rerunAction = ({ run_id, workflow }: Pick<RunCard, 'run_id' | 'workflow'>): Action => ({
  intent: 'rerun',
  subject: run_id,
  label: 'Rerun',
  style: 'plain',
  confirm: {
    title: cut(`Rerun ${workflow}?`, 45),
    text: `${run_id} is run again from the beginning, for its slot and with what was typed for it. Whoever reruns it cannot approve it.`,
    yes: 'Rerun',
  },
});

/** The hand-over in words, once there is something to hand over. */
const tellActions = ({ run_id, outputs }: RunCard): Button[] =>
  outputs.length === 0
    ? []
    : [{ intent: 'command', subject: `summary ${run_id}`, label: 'Show summary', style: 'plain' }];
