import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { cancelRun } from '../../runs/cancel.ts';
import { runView } from '../facts/run.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { runPage } from '../pages/run.ts';
import type { Sessions } from '../session.ts';

/** One run's page, and the form that cancels it. */
export function runRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/runs/:run', async (context) => {
    const viewer = await sessions.viewer(context);
    const view = await runView(ground, context.req.param('run'), viewer.person);
    return context.html(layout(`Run ${view.id}`, viewer, runPage(view, viewer.csrf)));
  });
  app.post('/runs/:run/cancel', async (context) => {
    const runId = context.req.param('run');
    const session = await sessions.sender(context, await formOf(context));
    await cancelRun(ground, { runId, person: session.person, operator: null, via: 'console' });
    return context.redirect(`/runs/${encodeURIComponent(runId)}`, 303);
  });
}
