import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { runTone, statusWord } from './tone.ts';

export interface MarkView {
  runId: string;
  /** Final status, or RUNNING, QUEUED, PARKED. */
  status: string;
  /** `Mon 16 Nov 06:00` */
  at: string;
}

const SIGNS: Record<string, string> = {
  SUCCESS: '✓',
  PARTIAL: '~',
  FAILED: '✗',
  TIMED_OUT: '✗',
  CANCELLED: '–',
  RUNNING: '▸',
  QUEUED: '·',
  PARKED: '?',
};

/** The latest runs as signs, oldest first, each with its words and leading to its run. */
export const strip = (about: string, marks: MarkView[]): Html =>
  marks.length === 0
    ? html`<p class="soft">It has not run yet.</p>`
    : html`<ol class="strip" aria-label="${`Last ${marks.length === 1 ? 'run' : `${marks.length} runs`} of ${about}, oldest first`}">${marks.map(mark)}</ol>`;

const mark = ({ runId, status, at }: MarkView): Html => {
  const words = `${statusWord(status)}, ${at}`;
  return html`<li><a class="${runTone(status)}" href="/runs/${encodeURIComponent(runId)}" title="${words}"><span aria-hidden="true">${SIGNS[status] ?? '?'}</span><span class="aside">${words}</span></a></li>`;
};

/** `8 of 10 succeeded, 1 partial, 1 failed`: what the signs say, in words for all. */
export function stripWords(marks: Pick<MarkView, 'status'>[]): Html {
  const count = (...statuses: string[]) => marks.filter(({ status }) => statuses.includes(status)).length;
  const ended = count('SUCCESS', 'PARTIAL', 'FAILED', 'TIMED_OUT');
  const rest = [
    [count('PARTIAL'), 'partial'],
    [count('FAILED', 'TIMED_OUT'), 'failed'],
    [count('CANCELLED'), 'cancelled'],
    [count('RUNNING', 'QUEUED'), 'under way'],
    [count('PARKED'), 'waiting for a person'],
  ] as const;
  const words = rest.flatMap(([many, word]) => (many > 0 ? [`${many} ${word}`] : []));
  const good = ended > 0 ? [`${count('SUCCESS')} of ${ended} succeeded`] : [];
  return foreign([...good, ...words].join(', '));
}
