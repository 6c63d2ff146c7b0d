import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { cancelRun } from '../../runs/cancel.ts';
import { knownRun, runView } from '../facts/run.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { runPage } from '../pages/run.ts';
import type { Sessions } from '../session.ts';

/** One run's page, and the form that cancels it. */
export function runRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await runView(ground, context.req.param('run'), viewer);
    return context.html(layout({ title: `Run ${view.id}`, viewer, body: runPage(view, viewer.csrf) }));
  });
  app.post('/runs/:run/cancel', async (context) => {
    const session = await sessions.sender(context, await formOf(context));
    const { id } = await knownRun(ground, context.req.param('run'));
    await cancelRun(ground, { runId: id, person: session.person, operator: null, via: 'console' });
    return context.redirect(`/runs/${encodeURIComponent(id)}`, 303);
  });
}
