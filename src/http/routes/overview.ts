import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { overviewView } from '../facts/overview.ts';
import { layout } from '../pages/layout.ts';
import { overviewPage } from '../pages/overview.ts';
import type { WebOptions } from '../server.ts';
import type { Sessions } from '../session.ts';

const RENEWED_SECONDS = 10;

/** How it all stands today, on one page. */
export function overviewRoutes(app: Hono, ground: Ground, sessions: Sessions, options: WebOptions): void {
  app.get('/today', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await overviewView(ground, viewer, { fence: options.fence, homeProblems: options.homeProblems() });
    // The first visit may be quicker than the first run.
    const refresh = view.underWay || view.runs.length === 0 ? RENEWED_SECONDS : undefined;
    return context.html(layout({ title: 'Today', section: 'today', viewer, body: overviewPage(view), refresh }));
  });
}
