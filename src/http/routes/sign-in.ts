import type { Hono } from 'hono';
import { html } from 'hono/html';
import { refused } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { signIn } from '../../people/sign-in.ts';
import { formOf } from '../form.ts';
import { layout } from '../pages/layout.ts';
import type { Sessions } from '../session.ts';

/**
 * Signing in by a one-time link, choosing a person on the bundled example, signing out. Opening a link uses nothing up
 * (chat programs fetch links to preview them); its button does.
 */
export function signInRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/sign-in', async (context) => {
    const token = context.req.query('token') ?? '';
    const body = html`<h1>Sign in</h1>
      <section class="card"><form method="post" action="/sign-in">
        <input type="hidden" name="token" value="${token}">
        <p>This link signs you in to Cowork Ops in this browser. It works once.</p>
        <button class="primary">Sign in</button>
      </form></section>`;
    return context.html(layout({ title: 'Sign in', viewer: await sessions.viewer(context), body }));
  });
  app.post('/sign-in', async (context) => {
    const form = await formOf(context);
    await sessions.set(context, await signIn(ground, form.token ?? ''));
    return context.redirect('/', 303);
  });
  app.post('/act-as', async (context) => {
    const form = await formOf(context);
    await sessions.choose(context, form.person ?? '');
    return context.redirect('/', 303);
  });
  app.post('/sign-out', async (context) => {
    const form = await formOf(context);
    const session = await sessions.read(context);
    if (session && !sessions.carries(session, form))
      throw refused('This page is older than your session, so you are signed in still. Reload it and try again.');
    await sessions.end(context);
    return context.redirect('/', 303);
  });
}
