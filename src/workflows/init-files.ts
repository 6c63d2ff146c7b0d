const cowork = (timezone: string) => `team: My team
timezone: ${timezone}

people:                       # who may do what; roles: viewer, approver, creator, scheduler, owner, admin
  you: { name: Robin Doe, email: you@example.org, roles: [owner, approver, admin] }

reviews: { ops_lead: you, sla: { P1: 4h, P2: 24h, P3: 72h } }

rates: { currency: EUR, loaded_per_hour: 60 }     # for "cowork-ops roi"

sandbox: required             # skills run fenced in; "optional" runs them also where this machine cannot fence
`;

const workflow = `workflow: sales-summary
title: Sales summary
outcome: One page with the sales of each region, whose total equals the export to the cent.
owner: you
severity: P3                  # how urgent a failure is: P1, P2, P3
tier: T2                      # T0 deliver, T1 deliver and notify, T2 one approval, T3 two approvals
data_class: internal
schedule: { cron: "0 7 * * 1-5" }       # minute hour day month weekday, in the team's time zone
timeout: 5m
baseline: { manual_mins: 20, review_mins: 3 }

inputs:
  sales: { file: inbox/sales.csv }

steps:
  - { id: summarise, skill: sales-summary-v1 }

checks:
  - { name: files_there, kind: required_files, files: [summary.md, totals.json] }
  - { name: totals_shape, kind: json_schema, file: totals.json, schema: schemas/totals.json }
  - { name: total_matches_export, kind: sum_matches, file: totals.json, pointer: /total, source: { input: sales, column: amount }, tolerance: 0.005 }
  - { name: no_secrets, kind: no_secrets, files: ["*"] }

review:
  approvers: [you]
  brief:
    - The total equals the export
    - No region is missing

production: sales/{date}/
`;

const spec = `skill: sales-summary-v1
owner: you
task: Sum the sales export by region.
action: Read the CSV export, add up the column amount for each region, write the page and the numbers.
result: summary.md for people and totals.json for checks, both from the same sums.
runner: { kind: command, run: [node, main.mjs] }
access: { read: [inputs], write: [out], network: [] }
rollback: Point the workflow back to the version before.
`;

const skill = `---
name: sales-summary
description: Sums a CSV sales export by region and writes a one-page summary with its numbers.
---
# Sales summary

Reads the input \`sales\` (a CSV file with the columns date, region and amount) and writes \`summary.md\` and
\`totals.json\`. Amounts are added in cents, so the total is exact.
`;

const main = `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';

const inputs = JSON.parse(readFileSync(env.COWORK_INPUTS, 'utf8'));
const [header, ...rows] = readFileSync(inputs.sales, 'utf8').trim().split(/\\r?\\n/).map((line) => line.split(','));
const region = header.indexOf('region');
const amount = header.indexOf('amount');

const fail = (error) => {
  writeFileSync(join(env.COWORK_OUT, 'result.json'), JSON.stringify({ error }));
  process.exit(1);
};
if (region < 0 || amount < 0)
  fail({ class: 'SourceChanged', message: 'the export has no column region or amount; it has ' + header.join(', ') });

const cents = {};
for (const row of rows) {
  const value = Math.round(Number(row[amount]) * 100);
  if (!Number.isFinite(value)) fail({ class: 'SourceChanged', message: 'not an amount: ' + row.join(',') });
  cents[row[region]] = (cents[row[region]] ?? 0) + value;
}
const total = Object.values(cents).reduce((sum, value) => sum + value, 0);
const money = (value) => (value / 100).toFixed(2);
const regions = Object.keys(cents).sort();

writeFileSync(
  join(env.COWORK_OUT, 'totals.json'),
  JSON.stringify({ total: total / 100, regions: Object.fromEntries(regions.map((name) => [name, cents[name] / 100])) }),
);
writeFileSync(
  join(env.COWORK_OUT, 'summary.md'),
  ['# Sales summary', '', '| Region | Sales |', '| --- | ---: |']
    .concat(regions.map((name) => '| ' + name + ' | ' + money(cents[name]) + ' |'))
    .concat('', 'Total: ' + money(total), '')
    .join('\\n'),
);
writeFileSync(
  join(env.COWORK_OUT, 'result.json'),
  JSON.stringify({
    summary: rows.length + ' sales in ' + regions.length + ' regions, ' + money(total) + ' in total.',
    confidence: 1,
    key_numbers: [{ label: 'Total', value: money(total) }],
  }),
);
`;

const schema = `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["total", "regions"],
  "additionalProperties": false,
  "properties": {
    "total": { "type": "number" },
    "regions": { "type": "object", "minProperties": 1, "additionalProperties": { "type": "number" } }
  }
}
`;

const sales = `date,region,amount
2026-11-16,north,1204.50
2026-11-16,south,980.00
2026-11-17,north,1311.25
2026-11-17,west,415.90
2026-11-18,south,1020.10
2026-11-19,west,398.75
`;

const readme = `# A Cowork home

What the team's workflows are, in files that belong in git.

| Here | What |
| --- | --- |
| \`cowork.yaml\` | the team: people, roles, review times |
| \`workflows/\` | one file per workflow: schedule, inputs, steps, checks, who approves |
| \`skills/\` | one folder per skill and version: \`SKILL.md\`, \`spec.yaml\`, code |
| \`schemas/\` | JSON Schemas that checks use |
| \`checks/\` | scripts for checks of kind \`command\` (none yet) |
| \`inbox/\` | where the input files arrive |

Runs write to \`staging/\`, \`review_queue/\`, \`archive/\` and, once approved, \`production/\`; none of these belongs in git.

    cowork-ops check .                      # is everything in order?
    COWORK_HOME=$PWD cowork-ops start       # run it
    cowork-ops run sales-summary --wait     # now, without waiting for the schedule
    cowork-ops queue                        # what waits for approval

Begin by writing yourself into \`cowork.yaml\`. A skill is never edited once it is in use: copy its folder to the next
version and point the workflow there. \`cowork-ops skill add <folder>\` takes any Agent Skills folder.
`;

const ignored = `# Written by runs
staging/
review_queue/
archive/
production/
# Secrets and the product's own data
.env
.cowork/
`;

/** The files of a new home, by home-relative path. */
export const starterFiles = (timezone: string): Record<string, string> => ({
  'cowork.yaml': cowork(timezone),
  'workflows/sales-summary.yaml': workflow,
  'skills/sales-summary-v1/SKILL.md': skill,
  'skills/sales-summary-v1/spec.yaml': spec,
  'skills/sales-summary-v1/main.mjs': main,
  'schemas/totals.json': schema,
  'inbox/sales.csv': sales,
  'README.md': readme,
  '.gitignore': ignored,
});
