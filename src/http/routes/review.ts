import type { Context, Hono } from 'hono';
import { invalid, notFound } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { decide } from '../../reviews/decide.ts';
import { look } from '../../reviews/look.ts';
import { parseReviewId } from '../../reviews/review-id.ts';
import { undo } from '../../reviews/undo.ts';
import type { Verdict } from '../../store/schema.ts';
import { reviewView } from '../facts/review.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { reviewPage } from '../pages/review.ts';
import type { Sessions } from '../session.ts';

const VERDICTS: Record<string, Verdict> = { approve: 'approve', reject: 'reject', ask: 'ask' };

/** One item with its outputs, and the forms that decide it. The forms carry what the person saw; `decide` compares. */
export function reviewRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/reviews/:id', async (context) => {
    const viewer = await sessions.viewer(context);
    const view = await reviewView(ground, idOf(context), viewer.person);
    return context.html(layout(`${view.fact.review_id} ${view.fact.title}`, viewer, reviewPage(view, viewer.csrf)));
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
    const verdict = VERDICTS[context.req.param('verdict')];
    if (!verdict) throw notFound('There is no such act. Go back to the item.');
    await decide(ground, {
      reviewId: id,
      person: session.person,
      via: 'console',
      verdict,
      revision: revisionOf(form.revision),
      hash: form.hash,
      briefHash: form.brief,
      definitionHash: form.definition,
      reason: form.reason,
    });
    return context.redirect(`/reviews/R-${id}`, 303);
  });
}

const idOf = (context: Context): number => parseReviewId(context.req.param('id') ?? '');

/** The form always says which revision it was drawn from; one that does not was not made by our page. */
function revisionOf(text: string | undefined): number {
  const revision = Number(text);
  if (!Number.isInteger(revision) || revision < 1)
    throw invalid('This form is incomplete. Reload the page and try again.');
  return revision;
}
