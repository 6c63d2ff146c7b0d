import type { Text } from '../src/message/text.ts';
import type { WorkflowStatus } from '../src/reports/workflow-status.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { join, time } from './say.ts';
import { lengthText, personSpan, type Reader } from './time.ts';
import { counted } from './words.ts';

const SIGNS = { SUCCESS: '✓', PARTIAL: '~', FAILED: '✗', TIMED_OUT: '✗', CANCELLED: '-' } as const;

/** One workflow: what it is for, its last ten runs as a strip with words, its figures. */
export const workflowLines = (workflow: WorkflowStatus, reader: Reader): Text[] => [
  [
    `${oneLine(workflow.title)} (${workflow.tier}, ${workflow.severity}, owner `,
    personSpan(workflow.owner, reader),
    `): ${oneLine(workflow.outcome)}`,
  ],
  [stripText(workflow)],
  figuresLine(workflow),
];

function stripText({ last_runs, success_rate }: WorkflowStatus): string {
  if (last_runs.length === 0) return 'No run has ended yet.';
  const strip = last_runs.map(({ status }) => (status ? SIGNS[status] : '?')).join('');
  const failed = last_runs.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT').length;
  const partial = last_runs.filter(({ status }) => status === 'PARTIAL').length;
  const words = [`${failed} failed`, ...(partial > 0 ? [`${partial} partial`] : [])].join(', ');
  const rate = success_rate === null ? 'unavailable' : `${Math.round(success_rate * 100)} %`;
  return `Last ${counted(last_runs.length, 'run')}, oldest first: ${strip} (${words}) · success ${rate}`;
}

function figuresLine(workflow: WorkflowStatus): Text {
  const { median_seconds, last_delivered_at, tokens_this_week, budget_per_week } = workflow;
  const budget = budget_per_week === null ? '' : ` of ${budget_per_week.toLocaleString('en-GB')}`;
  const tokens = tokens_this_week === null ? 'none reported' : `${tokens_this_week.toLocaleString('en-GB')}${budget}`;
  return join(
    [
      [`Median time ${median_seconds === null ? 'unavailable' : lengthText(median_seconds * 1000)}`],
      [`tokens this week: ${tokens}`],
      last_delivered_at ? ['last delivered ', time(last_delivered_at)] : ['never delivered yet'],
      [workflow.checks === 0 ? 'no checks' : counted(workflow.checks, 'check')],
    ],
    ' · ',
  );
}
