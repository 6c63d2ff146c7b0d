import type { Context, Hono } from 'hono';
import { untilOf } from '../../../commands/until.ts';
import type { Ground } from '../../ground.ts';
import { oneLine } from '../../reviews/plain.ts';
import { pause, resume } from '../../runs/pause.ts';
import { requestRun, workflowNamed } from '../../runs/request.ts';
import type { Tx } from '../../store/db.ts';
import { workflowView } from '../facts/workflow.ts';
import { workflowsView } from '../facts/workflows.ts';
import { formOf, LONGEST_RUN_BODY } from '../form.ts';
import { layout } from '../pages/layout.ts';
import { workflowPage } from '../pages/workflow.ts';
import { TEXT_PREFIX } from '../pages/workflow-acts.ts';
import { workflowsPage } from '../pages/workflows.ts';
import { sentOnce } from '../sent-once.ts';
import type { Sessions } from '../session.ts';

/** Every workflow, each one's own page, and the forms that start or pause it. */
export function workflowRoutes(app: Hono, ground: Ground, sessions: Sessions): void {
  app.get('/workflows', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await workflowsView(ground, viewer.person);
    return context.html(
      layout({ title: 'Workflows', section: 'workflows', viewer, body: workflowsPage(view, viewer.csrf) }),
    );
  });
  app.get('/workflows/:name', async (context) => {
    const viewer = await sessions.reader(context);
    const view = await workflowView(ground, context.req.param('name'), viewer, context.req.query('before'));
    const { title } = view.card;
    return context.html(
      layout({ title: oneLine(title, 120), section: 'workflows', viewer, body: workflowPage(view, viewer.csrf) }),
    );
  });
  /** Who sent the form, and what is in it. */
  const asked = async (context: Context) => {
    const form = await formOf(context, LONGEST_RUN_BODY);
    const { person } = await sessions.sender(context, form);
    return { form, person, asker: { person, operator: null, via: 'console' as const } };
  };
  const named = async (context: Context) =>
    workflowNamed(await ground.homes.active(), context.req.param('name') ?? '').name;
  app.post('/workflows/:name/run', async (context) => {
    const { form, person, asker } = await asked(context);
    const workflow = await named(context);
    const start = (tx: Tx) => requestRun(ground, { ...asker, workflow, texts: textsOf(form) }, tx);
    const { run_id } = await sentOnce(ground.db, { person, workflow }, form.asked, start);
    return context.redirect(`/runs/${encodeURIComponent(run_id)}`, 303);
  });
  const pauseFor = async (context: Context, workflow: string | null) => {
    const { form, asker } = await asked(context);
    const { team } = (await ground.homes.active()).home;
    const until = untilOf(form.until?.trim() || undefined, ground.clock.now(), team.timezone);
    await pause(ground, { ...asker, workflow, reason: lines(form.reason), until });
    return back(context, form, workflow);
  };
  const resumeFor = async (context: Context, workflow: string | null) => {
    const { form, asker } = await asked(context);
    await resume(ground, { ...asker, workflow });
    return back(context, form, workflow);
  };
  app.post('/workflows/pause', (context) => pauseFor(context, null));
  app.post('/workflows/resume', (context) => resumeFor(context, null));
  app.post('/workflows/:name/pause', async (context) => pauseFor(context, await named(context)));
  app.post('/workflows/:name/resume', async (context) => resumeFor(context, await named(context)));
}

/** The page that the form stood on. */
const back = (context: Context, form: Record<string, string>, workflow: string | null) => {
  const name = workflow === null ? '' : encodeURIComponent(workflow);
  const list = form.back !== 'workflow' || workflow === null;
  return context.redirect(list ? `/workflows${name ? `#w-${name}` : ''}` : `/workflows/${name}`, 303);
};

/** What was filled in; a field left empty is left to the workflow's own default. */
const textsOf = (form: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(form).flatMap(([field, text]) =>
      field.startsWith(TEXT_PREFIX) && text.trim() !== '' ? [[field.slice(TEXT_PREFIX.length), lines(text)]] : [],
    ),
  );

/** Browsers send line breaks as two characters. */
const lines = (text = ''): string => text.replaceAll('\r\n', '\n');
