import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { searchView } from '../facts/search.ts';
import { layout } from '../pages/layout.ts';
import { searchPage } from '../pages/search.ts';
import type { Sessions } from '../session.ts';

/** Finding a run, a review, an alert or a workflow by what it is called. */
export function searchRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/search', async (context) => {
    const viewer = await sessions.reader(context);
    const found = await searchView(ground, context.req.query('q') ?? '');
    if ('page' in found) return context.redirect(found.page, 302);
    return context.html(layout({ title: 'Search', section: 'search', viewer, body: searchPage(found.view) }));
  });
}
