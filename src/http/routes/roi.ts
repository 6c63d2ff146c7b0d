import type { Hono } from 'hono';
import type { Ground } from '../../ground.ts';
import { roiCsv, roiCsvName } from '../../reports/roi-csv.ts';
import { roiAsked, roiView } from '../facts/roi.ts';
import { layout } from '../pages/layout.ts';
import { roiPage } from '../pages/roi.ts';
import type { Sessions } from '../session.ts';

/** What it was worth, as a page and as a file of the same figures. */
export function roiRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/roi', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await roiView(ground, context.req.query());
    return context.html(layout({ title: `Value, ${view.period}`, section: 'value', viewer, body: roiPage(view) }));
  });
  app.get('/roi.csv', async (context) => {
    await sessions.reader(context);
    const { roi } = await roiAsked(ground, context.req.query());
    context.header('content-type', 'text/csv; charset=utf-8');
    context.header('content-disposition', `attachment; filename="${roiCsvName(roi)}"`);
    return context.body(roiCsv(roi));
  });
}
