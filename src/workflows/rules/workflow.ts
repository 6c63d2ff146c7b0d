import { parseCron } from '../cron.ts';
import type { WorkflowSpec } from '../definition.ts';
import { quoted } from '../files/wording.ts';
import { checkApprovers } from './approvers.ts';
import { checkChecks } from './checks.ts';
import type { Draft } from './draft.ts';
import { checkInputs } from './inputs.ts';
import { wantChannel, wantPerson } from './names.ts';
import { checkProduction } from './production.ts';
import type { Reading } from './reading.ts';
import { checkSteps } from './steps.ts';

/** One workflow's rules that no single key shows. `name` is its file's name without `.yaml`. */
export function checkWorkflow(reading: Reading, name: string, workflow: Draft<WorkflowSpec>): void {
  const { known, findings } = reading;
  const { yaml, spec, parts } = workflow;
  if (spec.workflow !== undefined && spec.workflow !== name)
    findings.problem(
      yaml,
      ['workflow'],
      `workflow must be the same as the file's name, ${quoted(name)}; you wrote ${quoted(spec.workflow)}`,
    );
  wantPerson(known, findings, yaml, ['owner'], spec.owner);
  if (parts.data_class === 'restricted' && parts.tier !== undefined && parts.tier !== 'T3')
    findings.problem(
      yaml,
      ['data_class'],
      `restricted data needs tier T3 (two approvals); this workflow is ${parts.tier}`,
    );
  if (parts.schedule?.cron !== undefined) {
    const cron = parseCron(parts.schedule.cron);
    if (!cron.ok) findings.problem(yaml, ['schedule', 'cron'], `schedule.cron ${cron.problem}`);
  }
  for (const key of ['alerts', 'reviews'] as const)
    wantChannel(known, findings, yaml, ['channels', key], parts.channels?.[key]);
  checkInputs(reading, name, workflow);
  checkSteps(reading, workflow);
  checkChecks(reading, workflow);
  checkApprovers(reading, name, workflow);
  checkProduction(name, workflow, findings);
}
