import type { Context, Hono } from 'hono';
import { invalid, notFound } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { decide } from '../../reviews/decide.ts';
import { look } from '../../reviews/look.ts';
import { oneLine } from '../../reviews/plain.ts';
import { parseReviewId } from '../../reviews/review-id.ts';
import { undo } from '../../reviews/undo.ts';
import type { Verdict } from '../../store/schema.ts';
import { reviewView } from '../facts/review.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { reviewPage } from '../pages/review.ts';
import type { Sessions } from '../session.ts';
import type { Wanted } from '../wanted.ts';

const VERDICTS: readonly Verdict[] = ['approve', 'reject', 'ask'];
/** An approved item is in production within a moment, which the page then tells by itself. */
const RENEWED_SECONDS = 5;

/** One item with its outputs, and the forms that decide it. The forms carry what the person saw; `decide` compares. */
export function reviewRoutes(app: Hono, ground: Ground, sessions: Sessions, wanted: Wanted): void {
  app.get('/reviews/:id', async (context) => {
    const viewer = await sessions.reader(context);
    const asked = {
      ...{ changes: context.req.query('changes') === 'all', all: context.req.query('files') === 'all' },
      ...{ first: context.req.query('first'), signal: wanted(context) },
    };
    const view = await reviewView(ground, idOf(context), viewer, asked);
    const title = `${view.fact.review_id} ${oneLine(view.fact.title, 120)}`;
    const refresh = view.fact.state === 'approved' ? RENEWED_SECONDS : undefined;
    return context.html(layout({ title, viewer, body: reviewPage(view, viewer.csrf), refresh }));
  });
  app.post('/reviews/:id/look', async (context) => {
    const id = idOf(context);
    const session = await sessions.sender(context, await formOf(context));
    await look(ground, { reviewId: id, person: session.person, via: 'console' });
    return context.redirect(`/reviews/R-${id}`, 303);
  });
  app.post('/reviews/:id/undo', async (context) => {
    const id = idOf(context);
    const session = await sessions.sender(context, await formOf(context));
    await undo(ground, { reviewId: id, person: session.person, via: 'console' });
    return context.redirect(`/reviews/R-${id}`, 303);
  });
  app.post('/reviews/:id/:verdict', async (context) => {
    const id = idOf(context);
    const form = await formOf(context);
    const session = await sessions.sender(context, form);
    const verdict = VERDICTS.find((one) => one === context.req.param('verdict'));
    if (!verdict) throw notFound('There is no such act. Go back to the item.');
    await decide(ground, {
      reviewId: id,
      person: session.person,
      via: 'console',
      verdict,
      ...boundOf(form),
      reason: form.reason,
    });
    return context.redirect(`/reviews/R-${id}`, 303);
  });
}

const idOf = (context: Context): number => parseReviewId(context.req.param('id') ?? '');

/** Our forms always say what they were drawn from; one that does not was not made by our page. */
function boundOf({ revision, hash, brief, definition }: Record<string, string>) {
  const number = Number(revision);
  if (!Number.isInteger(number) || number < 1 || !hash || !brief || !definition) {
    throw invalid('This form is incomplete, so nothing was decided. Reload the page and try again.');
  }
  return { revision: number, hash, briefHash: brief, definitionHash: definition };
}
