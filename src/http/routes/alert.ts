import type { Hono } from 'hono';
import { parseAlertId } from '../../alerts/list.ts';
import type { Ground } from '../../ground.ts';
import { alertView } from '../facts/alert.ts';
import { alertPage } from '../pages/alert.ts';
import { layout } from '../pages/layout.ts';
import type { Sessions } from '../session.ts';

/** One alert as its message says it, with what one can do about it. */
export function alertRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/alerts/:id', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await alertView(ground, parseAlertId(context.req.param('id')), viewer);
    return context.html(layout({ title: view.name, section: 'today', viewer, body: alertPage(view, viewer) }));
  });
}
