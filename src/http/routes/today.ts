import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { todayView } from '../facts/today.ts';
import { layout } from '../pages/layout.ts';
import { todayPage } from '../pages/today.ts';
import type { WebOptions } from '../server.ts';
import type { Sessions } from '../session.ts';

const RENEWED_SECONDS = 10;

/** How it all stands today, on one page. */
export function todayRoutes(
  app: Hono,
  ground: Ground,
  sessions: Sessions,
  options: Pick<WebOptions, 'fence' | 'homeProblems'>,
): void {
  app.get('/today', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await todayView(ground, viewer, { fence: options.fence, homeProblems: options.homeProblems() });
    const { timezone: zone } = (await ground.homes.active()).home.team;
    const here = { now: ground.clock.now(), zone, csrf: viewer.csrf, me: viewer.person, asked: null };
    // The first visit may be quicker than the first run.
    const nothing = view.ended.length === 0 && view.running.length === 0;
    const refresh = view.underWay || nothing ? RENEWED_SECONDS : undefined;
    return context.html(layout({ title: 'Today', section: 'today', viewer, body: todayPage(view, here), refresh }));
  });
}
