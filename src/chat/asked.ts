import { assignChoices } from '../../blocks/alert-actions.ts';
import { askForm, assignForm, pauseForm, rejectForm, resolveForm, silenceForm } from '../../blocks/forms.ts';
import { missingTexts, runForm } from '../../blocks/run-form.ts';
import { readerOf, type World } from '../../commands/command.ts';
import { untilOf } from '../../commands/until.ts';
import { type AlertRequest, consider } from '../alerts/ask.ts';
import { alertName, parseAlertId } from '../alerts/list.ts';
import { CoworkError, conflict, invalid, refused } from '../errors.ts';
import type { Click, Confirm, Form, Intent } from '../message/action.ts';
import { command } from '../message/text.ts';
import { may, requireMay } from '../people/permissions.ts';
import { personByName } from '../people/resolve.ts';
import { alertFact } from '../reports/alert-fact.ts';
import { parseReviewId, reviewName } from '../reviews/review-id.ts';
import { mismatchSentence } from '../reviews/standing.ts';
import { requireUndecided } from '../reviews/undecided.ts';
import { workflowNamed } from '../runs/request.ts';
import type { Via } from '../store/schema.ts';
import { seenBy } from './acts/review.ts';
import { readValues, type Values } from './acts/values.ts';
import { notListed } from './not-listed.ts';
import { refuseWithoutRole } from './role-first.ts';

/** What is asked before an act: the form, and what will happen, where the button says so. */
export interface AskedFirst {
  form: Form;
  confirm: Confirm | null;
}

/** Whoever clicked, as a key of `cowork.yaml`, and the door they came through. */
export interface Clicker {
  person: string;
  via: Via;
}

type Ask = (world: World, click: Click, clicker: Clicker) => Promise<Form | null>;

const nothing: Ask = async () => null;

/** Whoever may not decide, and whoever comes too late or has seen something else, is told so before they write reasons. */
const verdictForm =
  (verdict: 'reject' | 'ask', form: (name: string) => Form): Ask =>
  async (world, click, { person }) => {
    const reviewId = parseReviewId(click.subject);
    const { item, asked } = await requireUndecided(world, { reviewId, person, verdict }).catch(named(verdict));
    const mismatch = mismatchSentence(item, seenBy({ click }, reviewId));
    if (mismatch) throw conflict(mismatch);
    await refuseWithoutRole(world, asked, person).catch(named(verdict));
    return form(reviewName(reviewId));
  };

const alertForm =
  (act: 'assign' | 'silence' | 'resolve', form: (world: World, id: number) => Promise<Form>): Ask =>
  async (world, { subject }, { person, via }) => {
    const request: AlertRequest = { alertId: parseAlertId(subject), person, via, operator: null };
    await consider(world, request, act);
    return form(world, request.alertId);
  };

async function whoTakes(world: World, id: number): Promise<Form> {
  const choices = assignChoices(await alertFact(world, id), await readerOf(world));
  if (choices.length === 0) throw refused(`Nobody else may take ${alertName(id)}, so it stays as it is.`);
  return assignForm(alertName(id), choices);
}

const pausing: Ask = async (world, { subject }, { person }) => {
  const snapshot = await world.homes.active();
  const now = world.clock.now();
  if (subject === 'all') requireMay(snapshot.home, person, 'pause_all', { now });
  else requireMay(snapshot.home, person, 'pause', { workflow: workflowNamed(snapshot, subject), now });
  return pauseForm();
};

const running: Ask = async (world, { subject }, { person }) => {
  const snapshot = await world.homes.active();
  const workflow = workflowNamed(snapshot, subject);
  const about = { workflow, now: world.clock.now() };
  requireMay(snapshot.home, person, 'run', about);
  const { ok: seen } = may(snapshot.home, person, 'see_outputs', about);
  const form = runForm(workflow.spec, {}, { seen });
  const beyond = missingTexts(workflow.spec, {}).filter(
    ({ name }) => !form.fields.some((field) => field.name === name),
  );
  if (beyond.length > 0) {
    throw invalid([
      `${subject} needs more texts than a form holds, so it was not started. Type it: `,
      command(`run ${subject}`),
      `, with ${beyond[0]?.name}="…" and the others.`,
    ]);
  }
  return form.fields.length > 0 ? form : null;
};

/** Every intent says what it asks for first; a new one does not compile until it does. */
const ASKS: Record<Intent, Ask> = {
  approve: nothing,
  reject: verdictForm('reject', rejectForm),
  ask: verdictForm('ask', askForm),
  look: nothing,
  undo: nothing,
  files: nothing,
  acknowledge: nothing,
  assign: alertForm('assign', whoTakes),
  silence: alertForm('silence', async (_world, id) => silenceForm(alertName(id))),
  resolve: alertForm('resolve', async (_world, id) => resolveForm(alertName(id))),
  rerun: nothing,
  cancel: nothing,
  unpark: nothing,
  pause: pausing,
  resume: nothing,
  run: running,
  command: nothing,
};

/**
 * What a click asks for before it acts, drawn from today's facts: a click carries no form. Null where nothing is asked
 * (any more). Throws what the act would throw for this person in any case, so that nobody fills in a form in vain:
 * `refused` (who can, or who was there before), `conflict`, `not_found`, `invalid`. Nothing is permitted by it.
 */
export async function askedBy(
  world: World,
  click: Click,
  { person, via, sender }: { person: string | null; via: Via; sender?: string | undefined },
): Promise<AskedFirst | null> {
  const ask = ASKS[click.intent];
  if (ask === nothing) return null;
  const { team } = (await world.homes.active()).home;
  if (person === null || !personByName(team, person)) {
    throw refused(notListed(team, 'you cannot act here', { via, sender }), { act: click.intent });
  }
  const form = await ask(world, click, { person, via });
  return form && { form, confirm: null };
}

/** Whether `askedBy` can ask for anything at all. */
export const mayAsk = ({ intent }: Click): boolean => ASKS[intent] !== nothing;

/**
 * What is wrong with what a form brought, by field, for the person to mend; empty where all is right. Throws `invalid`
 * for a field that it does not have.
 */
export async function valueErrors(
  world: World,
  click: Click,
  { fields }: Pick<Form, 'fields'>,
  values: Values,
): Promise<Record<string, string>> {
  const known = Object.fromEntries(Object.entries(values).filter(([name]) => fields.some((one) => one.name === name)));
  if (Object.keys(known).length < Object.keys(values).length) readValues({ fields }, values);
  const { team } = (await world.homes.active()).home;
  const errors = fields.flatMap((field) => {
    const own = Object.hasOwn(known, field.name) ? { [field.name]: known[field.name] ?? '' } : {};
    const message = wrongWith(() => {
      const read = readValues({ fields: [field] }, own);
      if (click.intent === 'pause' && field.name === 'until') untilOf(read.until, world.clock.now(), team.timezone);
    });
    return message === null ? [] : [[field.name, message]];
  });
  return Object.fromEntries(errors);
}

/** Below its field nobody has to be told that nothing was done. */
function wrongWith(read: () => void): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!(error instanceof CoworkError) || error.code !== 'invalid') throw error;
    return error.message.replace(/ Nothing was done\.$/, '');
  }
}

/** A refusal that says what was asked for is noted in the trail; that somebody decided before is none. */
const named =
  (act: Intent) =>
  (error: unknown): never => {
    if (error instanceof CoworkError && error.code === 'refused' && error.detail.decided !== true) {
      throw refused(error.message, { ...error.detail, act });
    }
    throw error;
  };
