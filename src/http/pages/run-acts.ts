import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';

/** What the viewer may do about a run now. */
export interface RunActs {
  cancel: boolean;
  /** How often the viewer has asked for it, so that a form sent twice starts one run. */
  rerun: { asked: number } | null;
  /** The folder in production that would be taken back. */
  undo: string | null;
  /** Of a parked run: the lost step did not act, and may run again. */
  repeatLost: boolean;
  /** Of a parked run: the lost step did act, or the run shall end. */
  closeLost: boolean;
  /** Of a parked run: which step was lost, so that an answer is for that one. */
  lost: string;
}

export const runActs = (id: string, acts: RunActs, csrf: string): Html => {
  const { lost } = acts;
  const forms = [
    ...(acts.closeLost ? [answer(id, csrf, { ...DONE, lost })] : []),
    ...(acts.repeatLost ? [answer(id, csrf, { ...REPEAT, lost })] : []),
    ...(acts.closeLost ? [answer(id, csrf, { ...FAIL, lost })] : []),
    ...(acts.rerun ? [rerun(id, csrf, acts.rerun.asked)] : []),
    ...(acts.cancel ? [cancel(id, csrf)] : []),
    ...(acts.undo === null ? [] : [undo(id, csrf, acts.undo)]),
  ];
  return forms.length > 0 ? html`<div class="acts">${forms}</div>` : html``;
};

interface Act {
  label: string;
  tone: 'primary' | 'plain' | 'danger';
  action: string;
  yes: string;
  fields?: Record<string, string>;
}

/** A button that says what will happen before it does. */
const confirmed = (csrf: string, { label, tone, action, yes, fields = {} }: Act, says: Html): Html => html`
  <details name="act">
    <summary class="button ${tone}">${label}…</summary>
    <form method="post" action="${action}">
      <input type="hidden" name="csrf" value="${csrf}">
      ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      ${says}
      <button class="${tone === 'plain' ? 'primary' : tone}">${yes}</button>
    </form>
  </details>`;

const rerun = (id: string, csrf: string, asked: number): Html =>
  confirmed(
    csrf,
    {
      ...{ label: 'Rerun', tone: 'plain', action: `/runs/${id}/rerun`, yes: 'Run it again' },
      fields: { asked: String(asked) },
    },
    html`<p>Run this again, with the texts it had and by today’s definition? Who asks for it cannot approve it.</p>`,
  );

const cancel = (id: string, csrf: string): Html =>
  confirmed(
    csrf,
    { label: 'Cancel', tone: 'danger', action: `/runs/${id}/cancel`, yes: 'Cancel the run' },
    html`<p>Cancel this run? What it does now is stopped, nothing of it is delivered, and what it wrote so far is kept.</p>`,
  );

const undo = (id: string, csrf: string, target: string): Html =>
  confirmed(
    csrf,
    { label: 'Undo', tone: 'danger', action: `/runs/${id}/undo`, yes: 'Undo the promotion' },
    html`<p>Undo this promotion? <code>${foreign(`${target}/`)}</code> is moved, whole, out of production into the archive. Nothing is deleted.</p>
      <label for="undo-reason">Why (may stay empty; it stands in the trail)</label>
      <textarea id="undo-reason" name="reason" rows="2" maxlength="500"></textarea>`,
  );

interface Answer {
  outcome: 'done' | 'repeat' | 'fail';
  label: string;
  says: string;
  yes: string;
}
const DONE: Answer = {
  outcome: 'done',
  label: 'It acted',
  says: 'You have looked outside and the step did act? It counts as done, and the run goes on behind it.',
  yes: 'It acted, go on',
};
const REPEAT: Answer = {
  outcome: 'repeat',
  label: 'It did not act',
  says: 'You have looked outside and the step did not act? It runs again.',
  yes: 'It did not act, repeat it',
};
const FAIL: Answer = {
  outcome: 'fail',
  label: 'End the run',
  says: 'End this run as failed? Nothing of it is delivered, and what it wrote so far is kept.',
  yes: 'End it as failed',
};

const answer = (id: string, csrf: string, { outcome, lost, label, says, yes }: Answer & { lost: string }): Html =>
  confirmed(
    csrf,
    {
      label,
      tone: outcome === 'fail' ? 'danger' : 'plain',
      action: `/runs/${id}/unpark`,
      yes,
      fields: { outcome, lost },
    },
    html`<p>${says}</p>`,
  );
