import type { Context, Hono } from 'hono';
import { invalid } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { undo } from '../../reviews/undo.ts';
import { cancelRun } from '../../runs/cancel.ts';
import { considerRerun, startRerun } from '../../runs/rerun.ts';
import { type ParkedOutcome, resolveParked } from '../../runs/resolve-parked.ts';
import { knownRun, runView } from '../facts/run.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { runPage } from '../pages/run.ts';
import { sentOnce } from '../sent-once.ts';
import type { Sessions } from '../session.ts';

/** Seconds after which the page of a run that is under way asks for itself again. */
const RENEWED_SECONDS = 5;

/** One run's page, and the forms that act on it. */
export function runRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run', async (context) => {
    const viewer = await sessions.reader(context);
    const all = context.req.query('files') === 'all';
    const view = await runView(ground, context.req.param('run'), viewer, all);
    const refresh = view.underWay ? RENEWED_SECONDS : undefined;
    return context.html(layout({ title: `Run ${view.id}`, viewer, body: runPage(view, viewer.csrf), refresh }));
  });
  /** Who sent the form, what is in it, and the run of the address. */
  const asked = async (context: Context) => {
    const form = await formOf(context);
    const { person } = await sessions.sender(context, form);
    const run = await knownRun(ground, context.req.param('run') ?? '');
    return { form, run, asker: { person, operator: null, via: 'console' as const } };
  };
  const back = (context: Context, id: string) => context.redirect(`/runs/${encodeURIComponent(id)}`, 303);
  app.post('/runs/:run/cancel', async (context) => {
    const { run, asker } = await asked(context);
    await cancelRun(ground, { runId: run.id, ...asker });
    return back(context, run.id);
  });
  app.post('/runs/:run/rerun', async (context) => {
    const { form, run, asker } = await asked(context);
    const parts = await considerRerun(ground, { runId: run.id, ...asker });
    const about = { person: asker.person, workflow: run.workflow, rerunOf: run.id };
    const started = await sentOnce(ground.db, about, form.asked, (tx) => startRerun(tx, ground, parts));
    return back(context, started.run_id);
  });
  app.post('/runs/:run/undo', async (context) => {
    const { form, run, asker } = await asked(context);
    await undo(ground, { runId: run.id, ...asker, reason: form.reason?.trim() || undefined });
    return back(context, run.id);
  });
  app.post('/runs/:run/unpark', async (context) => {
    const { form, run, asker } = await asked(context);
    await resolveParked(ground, { runId: run.id, ...asker, ...answerOf(form) });
    return back(context, run.id);
  });
}

const OUTCOMES: readonly ParkedOutcome[] = ['done', 'repeat', 'fail'];

/** What became of a lost step, and which one the page asked about. */
function answerOf({ outcome, lost }: Record<string, string>): { outcome: ParkedOutcome; lost: string } {
  const found = OUTCOMES.find((one) => one === outcome);
  if (!found || !lost) throw invalid('This form is incomplete, so nothing was done. Reload the page and try again.');
  return { outcome: found, lost };
}
