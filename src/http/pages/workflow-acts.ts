import { html } from 'hono/html';
import { LONGEST_TEXT } from '../../runs/texts.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';

/** How a text of a run is called in its form, so that none passes for a field of ours. */
export const TEXT_PREFIX = 'text-';

/** A text that the run asks for. */
export interface TextField {
  name: string;
  required: boolean;
  /** What stands in for it when it is left empty; null where nothing does. */
  usual: string | null;
}

/** What the viewer may do about a workflow now. */
export interface WorkflowActs {
  name: string;
  /** `asked`: how often the viewer has started it, so that a form sent twice starts one run. */
  run: { asked: number; texts: TextField[] } | null;
  pause: boolean;
  resume: boolean;
  /** Why the viewer may not run it and who can; null where they may, or nobody is signed in. */
  whyNot: string | null;
}

/** `back`: which page the answer leads to. */
export interface ActsFrame {
  csrf: string;
  back: 'list' | 'workflow';
}

/** The forms for one workflow; nothing where there is nothing to do. */
export const workflowActs = (acts: WorkflowActs, frame: ActsFrame): Html => {
  const forms = [
    ...(acts.run ? [runForm(acts.name, acts.run, frame)] : []),
    ...(acts.resume ? [resumeForm(acts.name, frame)] : []),
    ...(acts.pause ? [pauseForm(acts.name, frame)] : []),
  ];
  return forms.length > 0 ? html`<div class="acts">${forms}</div>` : html``;
};

/** For everything: in place of a workflow's name stands none. */
export const pauseAllForms = ({ pause, resume }: Pick<WorkflowActs, 'pause' | 'resume'>, frame: ActsFrame): Html =>
  pause || resume
    ? html`<div class="acts">${resume ? resumeForm(null, frame) : ''}${pause ? pauseForm(null, frame) : ''}</div>`
    : html``;

const pathOf = (name: string | null, verb: string): string =>
  name === null ? `/workflows/${verb}` : `/workflows/${encodeURIComponent(name)}/${verb}`;

const carried = ({ csrf, back }: ActsFrame): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${back}">`;

/** Of which workflow a button is, for those who hear it apart from its card. */
const of = (name: string | null): Html => html`<span class="aside"> ${name ?? 'everything'}</span>`;

function runForm(name: string, { asked, texts }: NonNullable<WorkflowActs['run']>, frame: ActsFrame): Html {
  return html`<details class="act" name="act-${name}">
    <summary class="button">Run now…${of(name)}</summary>
    <form method="post" action="${pathOf(name, 'run')}">
      ${carried(frame)}<input type="hidden" name="asked" value="${asked}">
      <p>Start ${name} now? Whoever starts it cannot approve what comes of it.</p>
      ${texts.map((text) => textField(name, text))}
      <button class="primary">Run now</button>
    </form>
  </details>`;
}

function textField(workflow: string, text: TextField): Html {
  const id = `run-${workflow}-${text.name}`;
  return html`<div class="field"><label for="${id}">${text.name}${text.required ? '' : html` <small>(may be left empty)</small>`}</label>
        <textarea id="${id}" name="${TEXT_PREFIX}${text.name}" rows="2" maxlength="${LONGEST_TEXT}"${text.required ? html` required` : ''}${text.usual ? html` aria-describedby="${id}-hint"` : ''}></textarea>
        ${text.usual ? html`<small id="${id}-hint">Empty: ${foreign(text.usual, 200)}</small>` : ''}</div>`;
}

function pauseForm(name: string | null, frame: ActsFrame): Html {
  const id = `pause-${name ?? ''}`;
  const all = name === null;
  return html`<details class="act" name="act-${name ?? 'all'}">
    <summary class="button ${all ? 'danger' : 'plain'}">${all ? 'Pause everything…' : 'Pause…'}${all ? '' : of(name)}</summary>
    <form method="post" action="${pathOf(name, 'pause')}">
      ${carried(frame)}
      <p>${all ? 'No schedule starts anything until it is resumed' : `The schedule of ${name} starts nothing until it is resumed`}. Runs under way go on.</p>
      <div class="field"><label for="${id}">Why</label>
        <textarea id="${id}" name="reason" rows="2" maxlength="500" required></textarea><small>The others read it.</small></div>
      <div class="field"><label for="${id}-until">Until <small>(may be left empty)</small></label>
        <input type="text" id="${id}-until" name="until" maxlength="40" autocomplete="off" aria-describedby="${id}-hint">
        <small id="${id}-hint">2h, 3d, 18:00, tomorrow 09:00, mon or 2026-12-01T09:00; empty: until somebody resumes it</small></div>
      <button class="${all ? 'danger' : 'primary'}">${all ? 'Pause everything' : 'Pause'}</button>
    </form>
  </details>`;
}

const resumeForm = (name: string | null, frame: ActsFrame): Html => html`
  <form method="post" action="${pathOf(name, 'resume')}">${carried(frame)}<button>${name === null ? 'Resume everything' : html`Resume${of(name)}`}</button></form>`;
