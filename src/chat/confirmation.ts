import { alertActions } from '../../blocks/alert-actions.ts';
import { parkedActions } from '../../blocks/parked-actions.ts';
import { resumeAction } from '../../blocks/pause.ts';
import { reviewActions, undoReview } from '../../blocks/review-actions.ts';
import { cancelAction, rerunAction, undoDelivery } from '../../blocks/run-actions.ts';
import { startAction } from '../../blocks/triage.ts';
import { readerOf, type World } from '../../commands/command.ts';
import { parseAlertId } from '../alerts/list.ts';
import { CoworkError } from '../errors.ts';
import type { Action, Click, Confirm, Intent } from '../message/action.ts';
import { personByName } from '../people/resolve.ts';
import { alertFact } from '../reports/alert-fact.ts';
import { reviewCard } from '../reports/review-card.ts';
import { runCard } from '../reports/run-card.ts';
import { parseReviewId } from '../reviews/review-id.ts';
import { requireUndecided } from '../reviews/undecided.ts';
import { workflowNamed } from '../runs/request.ts';
import { opensTo } from './offered.ts';
import { refuseWithoutRole } from './role-first.ts';

/** A button that asks before it acts. */
export type Confirmed = Action & { confirm: Confirm };

type Draw = (world: World, click: Click, person: string) => Promise<readonly Action[]>;

const nothing: Draw = async () => [];

/** The button as it would be drawn now; none where the act would come to nothing, which its own door says best. */
const APPROVING: Draw = async (world, { subject, revision }, person) => {
  const reviewId = parseReviewId(subject);
  const { asked } = await requireUndecided(world, { reviewId, person, verdict: 'approve' });
  await refuseWithoutRole(world, asked, person);
  const card = await reviewCard(world, reviewId, person);
  return reviewActions(card, world.clock.now()).filter(
    (action) => action.intent === 'approve' && action.revision === revision,
  ) as Action[];
};

/** However long ago it was placed: a button that stands on an old message takes back as much as a new one. */
const UNDOING: Draw = async (world, { subject }, person) => {
  if (!/^R-\d+$/i.test(subject)) {
    const { run_id, delivery } = await runCard(world, subject, person);
    return delivery === null ? [] : [undoDelivery(run_id, delivery.target)];
  }
  const card = await reviewCard(world, parseReviewId(subject), person);
  return card.state === 'promoted' ? [undoReview(card)] : [];
};

const RERUNNING: Draw = async (world, { subject, revision }, person) => {
  if (!/^A-\d+$/i.test(subject)) return [rerunAction(await runCard(world, subject, person))];
  const actions = alertActions(await alertFact(world, parseAlertId(subject)), await readerOf(world));
  return actions.filter((action) => action.intent === 'rerun' && action.revision === revision) as Action[];
};

const CANCELLING: Draw = async (world, { subject }, person) =>
  (await runCard(world, subject, person)).state === 'ended' ? [] : [cancelAction(subject)];

const ANSWERING: Draw = async (world, { subject, revision }, person) =>
  parkedActions(await runCard(world, subject, person)).filter((action) => action.revision === revision);

const STARTING: Draw = async (world, { subject }) => [
  startAction(workflowNamed(await world.homes.active(), subject).name),
];

/** Every intent says whether it asks before it acts; a new one does not compile until it does. */
const QUESTIONS: Record<Intent, Draw> = {
  approve: APPROVING,
  reject: nothing,
  ask: nothing,
  look: nothing,
  undo: UNDOING,
  files: nothing,
  acknowledge: nothing,
  assign: nothing,
  silence: nothing,
  resolve: nothing,
  rerun: RERUNNING,
  cancel: CANCELLING,
  unpark: ANSWERING,
  pause: nothing,
  resume: async (_world, { subject }) => [resumeAction(subject === 'all' ? null : subject)],
  run: STARTING,
  command: nothing,
};

/**
 * The question before an act, for a platform whose buttons cannot ask by themselves: drawn from today's facts, with what
 * the person saw as they clicked it. Null where nothing is asked, and where the act would be refused in any case: its own
 * door says why. Nothing is permitted by it.
 */
export async function confirmationOf(world: World, click: Click, person: string | null): Promise<Confirmed | null> {
  if (!mayConfirm(click)) return null;
  const { team } = (await world.homes.active()).home;
  if (person === null || !personByName(team, person)) return null;
  try {
    const [drawn] = await QUESTIONS[click.intent](world, click, person);
    if (!drawn?.confirm || !(await opensTo(world, person, drawn))) return null;
    const { subject, revision } = click;
    return { ...drawn, subject, revision: revision ?? undefined, confirm: drawn.confirm };
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal' && error.code !== 'unavailable') return null;
    throw error;
  }
}

/** Whether `confirmationOf` can ask anything at all. */
export const mayConfirm = ({ intent }: Click): boolean => QUESTIONS[intent] !== nothing;
