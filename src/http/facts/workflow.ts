import { amount, hoursText, moneyText } from '../../../blocks/roi-figures.ts';
import { lengthText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { whoMay } from '../../people/permissions.ts';
import { type Roi, roi } from '../../reports/roi.ts';
import { workflowRuns } from '../../reports/workflow-runs.ts';
import { type WorkflowStatus, workflowStatus } from '../../reports/workflow-status.ts';
import { workflowsReport } from '../../reports/workflows.ts';
import { quorumOf } from '../../reviews/rights.ts';
import { workflowNamed } from '../../runs/request.ts';
import type { Viewer } from '../pages/layout.ts';
import type { WorkflowView } from '../pages/workflow.ts';
import { timesAsked } from '../sent-once.ts';
import { definitionOf } from './definition.ts';
import { runLine } from './run-line.ts';
import { whyHidden } from './shown.ts';
import { cardOf } from './workflows.ts';

const RUNS = 15;
const UPCOMING = 3;

/** All that the page of one workflow shows to the viewer. Throws `not_found` with the nearest name for one there is not. */
export async function workflowView(
  ground: Ground,
  name: string,
  { person, invitation }: Pick<Viewer, 'person' | 'invitation'>,
  before?: string,
): Promise<WorkflowView> {
  const snapshot = await ground.homes.active();
  const { home } = snapshot;
  const workflow = workflowNamed(snapshot, name);
  const now = ground.clock.now();
  const reader: Reader = { now, zone: home.team.timezone, team: home.team };
  const [[line], status, { runs, next }, worth, asked] = await Promise.all([
    workflowsReport(ground, now, workflow.name),
    workflowStatus(ground, home, workflow.name, now),
    workflowRuns(ground.db, workflow.name, { before, limit: RUNS }),
    roi(ground, { workflow: workflow.name, now }),
    person === null ? 0 : timesAsked(ground.db, { person, workflow: workflow.name }),
  ]);
  if (!line) throw new Error(`${workflow.name} is not in its own report`);
  const hidden = whyHidden(ground, home, { person, invitation }, { data_class: workflow.spec.data_class }, workflow);
  const approvers = whoMay(home, 'approve', { workflow, now: 'anyone' });
  return {
    card: cardOf(home, line, { reader, person, asked, upcoming: UPCOMING }),
    dataClass: workflow.spec.data_class,
    file: `workflows/${workflow.name}.yaml`,
    definitionHash: workflow.hash.replace(/^sha256:/, ''),
    hidden,
    invitation: person === null ? invitation : null,
    figures: figuresOf(status),
    worth: worthOf(worth),
    approvers: approvers.map((key) => personText(key, reader)),
    quorum: quorumOf(workflow.spec.tier),
    always: workflow.spec.tier === 'T2' || workflow.spec.tier === 'T3',
    ...definitionOf(home, workflow, { reader, seen: hidden === null }),
    runs: runs.map((run) => runLine(run, reader)),
    older: next === null ? null : `/workflows/${workflow.name}?before=${encodeURIComponent(next)}#runs`,
    paged: before !== undefined,
  };
}

const percent = (share: number | null): string => (share === null ? 'unavailable' : `${Math.round(share * 100)} %`);

function figuresOf(status: WorkflowStatus): WorkflowView['figures'] {
  const { success_rate, median_seconds, tokens_this_week, budget_per_week } = status;
  const budget = budget_per_week === null ? '' : ` (budget ${budget_per_week.toLocaleString('en-GB')})`;
  return [
    { term: 'Succeeded, wholly or in part', text: percent(success_rate) },
    { term: 'Median time', text: median_seconds === null ? 'unavailable' : lengthText(median_seconds * 1000) },
    {
      term: 'Tokens this week',
      text: `${tokens_this_week?.toLocaleString('en-GB') ?? 'none reported'}${budget}`,
    },
  ];
}

/** `November 2026 so far: net +12.00 EUR before shared costs, 1.50 hours saved` and what is not in it. */
const worthOf = ({ label, complete, net, currency, hours_saved, cost, left_out }: Roi): WorkflowView['worth'] => ({
  sentence: `${label}${complete ? '' : ' so far'}: net ${moneyText(net, currency, { sign: true })} before shared costs, ${hoursText(hours_saved)}, tokens ${amount(cost.tokens)}.`,
  leftOut: left_out.map(({ reason }) => reason),
});
