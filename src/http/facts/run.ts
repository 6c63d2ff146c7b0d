import { DateTime } from 'luxon';
import { clockText, personText, type Reader } from '../../../blocks/time.ts';
import { notFound } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { sizeText } from '../../message/plain.ts';
import { isOpenClass } from '../../people/permissions.ts';
import { auditStory, type StoryLine } from '../../reports/audit-story.ts';
import { runFact } from '../../reports/run-fact.ts';
import { runTimeline } from '../../reports/run-timeline.ts';
import { withoutWords } from '../../reports/withheld.ts';
import { recordedOutputs } from '../../reviews/item.ts';
import { locateRun } from '../../reviews/locate.ts';
import { todaysWorkflow } from '../../reviews/todays-workflow.ts';
import type { CheckOutcome, RunInputRow, RunRow } from '../../store/schema.ts';
import type { Viewer } from '../pages/layout.ts';
import type { InputView, RunView } from '../pages/run.ts';
import { keyNumbersOf } from './key-numbers.ts';
import { runActs } from './run-acts.ts';
import { approvalText, headOf, promotionText } from './run-head.ts';
import { outputViews, whyHidden } from './shown.ts';
import { stepViews } from './steps.ts';

/** The run of this id, whatever a visitor wrote in its place. Throws `not_found`. */
export async function knownRun(ground: Ground, id: string): Promise<RunRow> {
  // PostgreSQL knows no text with a NUL in it and would call the question an error.
  const run = id.includes('\0')
    ? undefined
    : await ground.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run)
    throw notFound(
      'There is no such run. Today lists the latest ones, and search finds a run by its last four characters.',
    );
  return run;
}

/** All that a run's page shows to the viewer; contents only where that person may see them. `all`: every output. */
export async function runView(ground: Ground, id: string, viewer: Viewer, all = false): Promise<RunView> {
  const run = await knownRun(ground, id);
  const [{ home }, pinned, rows] = await Promise.all([
    ground.homes.active(),
    ground.homes.byId(run.snapshot_id),
    rowsOf(ground, id),
  ]);
  const { fact, story, inputs, outputs, promotion, decisions, repeats } = rows;
  const workflow = pinned.home.workflows[run.workflow];
  const reader: Reader = { now: ground.clock.now(), zone: home.team.timezone, team: home.team };
  const hidden = whyHidden(ground, home, viewer, run, await todaysWorkflow(ground, run));
  const seen = hidden === null;
  const told = seen || isOpenClass(fact.data_class);
  const folder = await locateRun(home.root, run);
  const steps = await runTimeline(ground, run, { spec: workflow?.spec, folder, contents: seen });
  return {
    ...headOf(run, fact, reader),
    title: workflow?.spec.title ?? run.workflow,
    known: Object.hasOwn(home.workflows, run.workflow),
    ...(seen ? wordsOf(run) : { error: fact.error, summary: null, flags: [] }),
    note: seen ? run.note : null,
    promotion: promotionText(promotion, reader),
    repeatedBy: repeats.map((one) => one.id),
    keyNumbers: seen ? await keyNumbersOf(ground.db, run, reader) : { numbers: [], lastAt: null },
    inputs: inputs.map((input) => inputView(input, run, { seen, told }, reader)),
    steps: stepViews(steps, id, run.state === 'ended', reader),
    ...(await outputViews(outputs, seen ? folder : null, all)),
    checks: checksOf(run, told),
    approvals: decisions.map((decision) => approvalText(decision, home, reader)),
    story: daysOf(story.story, reader),
    hidden,
    acts: await runActs(ground, home, viewer.person, { run, promotion }),
  };
}

async function rowsOf(ground: Ground, id: string) {
  const { db } = ground;
  const [fact, story, inputs, outputs, promotion, decisions, repeats] = await Promise.all([
    runFact(ground, id),
    auditStory(ground, id),
    db.selectFrom('run_inputs').selectAll().where('run_id', '=', id).orderBy('name').execute(),
    recordedOutputs(db, id),
    db.selectFrom('promotions').selectAll().where('run_id', '=', id).executeTakeFirst(),
    db
      .selectFrom('decisions')
      .innerJoin('reviews', 'reviews.id', 'decisions.review_id')
      .selectAll('decisions')
      .where('reviews.run_id', '=', id)
      .where('verdict', '=', 'approve')
      .orderBy('decisions.id')
      .execute(),
    db.selectFrom('runs').select('id').where('rerun_of', '=', id).orderBy('queued_at').limit(10).execute(),
  ]);
  return { fact, story, inputs, outputs, promotion, decisions, repeats };
}

const wordsOf = ({ error_class, error_message, summary, flags }: RunRow) => ({
  error: error_class === null ? null : { class: error_class, message: error_message ?? '' },
  summary,
  flags,
});

/** What checks expected and found may quote outputs, which are not for everybody where the work is closed. */
function checksOf({ validation }: RunRow, told: boolean): CheckOutcome[] | null {
  if (!validation) return null;
  return told ? validation.checks : withoutWords(validation.checks);
}

const SOURCES_NAMED = 3;

/** `seen`: by this viewer; `told`: to everybody, since the work is open, or to this viewer. */
function inputView(
  input: RunInputRow,
  run: RunRow,
  { seen, told }: { seen: boolean; told: boolean },
  reader: Reader,
): InputView {
  const size = input.bytes === null ? null : sizeText(input.bytes);
  const others = input.files.length - SOURCES_NAMED;
  const sources = input.files.slice(0, SOURCES_NAMED).map(({ source }) => source);
  const named = `${sources.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  return {
    name: input.name,
    status: input.status,
    required: input.required,
    detail: (told ? input.detail : null) ?? [named || input.path, size].filter(Boolean).join(', '),
    fetched: clockText(input.fetched_at, reader),
    sha256: input.sha256,
    text: seen && Object.hasOwn(run.texts, input.name) ? (run.texts[input.name] ?? null) : null,
  };
}

/** The trail by day of the reader's zone, each line with its second. */
function daysOf(story: StoryLine[], reader: Reader): RunView['story'] {
  const days = new Map<string, RunView['story'][number]['lines']>();
  for (const line of story) {
    const at = DateTime.fromISO(line.at, { zone: reader.zone }).setLocale('en-GB');
    const day = at.toFormat('ccc d LLL yyyy');
    const who = line.actor === 'service' ? '' : `${personText(line.actor, reader)} `;
    const sentence = `${who}${line.sentence}`;
    const told = { at: at.toFormat('HH:mm:ss'), sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1) };
    days.set(day, [...(days.get(day) ?? []), told]);
  }
  return [...days].map(([day, lines]) => ({ day, lines }));
}
