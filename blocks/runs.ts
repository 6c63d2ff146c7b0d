import type { Action } from '../src/message/action.ts';
import { type MessageView, plainView } from '../src/message/view.ts';
import type { RunFact } from '../src/reports/run-fact.ts';
import { becameText } from './run-outcome.ts';
import { command, runLink, time } from './say.ts';
import { counted } from './words.ts';

// The name last: it is the longest and says least, and a phone shows the first columns.
const COLUMNS = ['State', 'Started', 'What became of it', 'Run'].map((label) => ({ label, align: 'left' as const }));

/** Of a list that nobody has asked for so many of. */
const MOST = 10;

/** The latest runs, newest first, a row each; the first ten unless `all`. `workflow` where only its runs were asked for. */
export function runsView(
  runs: readonly RunFact[],
  { workflow, all = false }: { workflow?: string | undefined; all?: boolean } = {},
): MessageView {
  if (runs.length === 0) return plainView('info', [`No run${workflow ? ` of ${workflow}` : ''} has been started yet.`]);
  const head = headOf(runs, workflow);
  const shown = all ? runs : runs.slice(0, MOST);
  const more = runs.length - shown.length;
  const words = `runs${workflow === undefined ? '' : ` ${workflow}`} --limit ${runs.length}`;
  const actions = [...actionsOf(runs, workflow), ...(more > 0 ? [allAction(words, runs.length)] : [])];
  return {
    summary: [[head]],
    parts: [
      { part: 'headline', tone: 'info', text: [head] },
      { part: 'records', caption: 'Runs, newest first', columns: COLUMNS, rows: shown.map(rowOf), more, noun: 'run' },
      ...(more > 0 ? [{ part: 'footnote' as const, text: ['See all with: ', command(words)] }] : []),
      ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
    ],
    mentions: [],
  };
}

/** `The latest 20 runs of monday-brief: 2 failed, 1 under way.` */
function headOf(runs: readonly RunFact[], workflow: string | undefined): string {
  const failed = runs.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT').length;
  const now = runs.filter(({ state }) => state !== 'ended').length;
  const words = [failed > 0 ? `${failed} failed` : '', now > 0 ? `${now} under way` : ''].filter((word) => word !== '');
  const which = runs.length === 1 ? 'The latest run' : `The latest ${counted(runs.length, 'run')}`;
  const of = workflow ? ` of ${workflow}` : '';
  if (words.length === 0 && runs.length === 1) return `${which}${of}.`;
  return `${which}${of}: ${words.join(', ') || 'none failed'}.`;
}

const UNFINISHED = { queued: 'waits to start', running: 'under way', parked: 'waits for an answer' } as const;

const rowOf = (run: RunFact) => [
  [run.state === 'ended' ? (run.status ?? 'ended') : run.state],
  [time(run.started_at ?? run.queued_at)],
  [run.state === 'ended' ? becameText(run) || '-' : UNFINISHED[run.state]],
  [runLink(run.run_id)],
];

const allAction = (subject: string, count: number): Action => ({
  intent: 'command',
  subject,
  label: `Show all ${count}`,
  style: 'plain',
});

/** The first that failed or waits is what one asks about; of one workflow also how it stands. */
function actionsOf(runs: readonly RunFact[], workflow: string | undefined): Action[] {
  const bad = runs.find(({ state, status }) => state === 'parked' || status === 'FAILED' || status === 'TIMED_OUT');
  return [
    ...(bad
      ? [
          {
            intent: 'command',
            subject: `runs ${bad.run_id}`,
            label: bad.state === 'parked' ? 'Show what waits' : 'Show the latest failure',
            style: 'plain',
          } as const,
        ]
      : []),
    ...(workflow
      ? [{ intent: 'command', subject: `status ${workflow}`, label: 'Show status', style: 'plain' } as const]
      : []),
  ];
}
