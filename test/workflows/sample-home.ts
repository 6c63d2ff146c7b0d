import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problemText } from '#src/workflows/files/problem.ts';
import type { LoadOptions } from '#src/workflows/load.ts';
import { loadHome } from '#src/workflows/load.ts';
import { tempFolder } from '#test/setup/ground.ts';

const skill = (name: string, more = '') => `skill: ${name}
owner: maya
task: Do it.
action: Read and write.
result: A file.
runner: { kind: command, run: [node, main.mjs] }
access: { read: [inputs, steps] }
rollback: Point the workflow back.
${more}`;

const front = (name: string) => `---\nname: ${name}\ndescription: Does it.\n---\nWords.\n`;

/** A home that uses every key of the format but those that are refused. */
export const sampleFiles: Readonly<Record<string, string>> = {
  'cowork.yaml': `team: Acme Finance Ops
timezone: Europe/Berlin
default_role: viewer
people:
  maya: { name: Maya Lindt, email: maya@acme.example, slack: U024BE7LH, discord: "80351110224678912", roles: [owner, approver] }
  jon:  { name: Jon Okafor, email: jon@acme.example, slack: U0G9QF9C6, roles: [admin, approver] }
  ana:  { name: Ana Ruiz, email: ana@acme.example, discord: "53908232506183680", roles: [approver, scheduler] }
  vic:  { name: Vic Only, email: vic@acme.example, roles: [viewer] }
groups:
  finance-leads: [maya, jon]
channels:
  ops:     [slack:C0COWORKOPS, discord:1100000000000000001]
  reviews: [slack:C0REVIEWS, discord:1100000000000000002]
alerts:
  P1: { channel: ops, mention: [on-call], escalate: [{ after: 10m, to: [finance-leads] }, { after: 30m, to: [jon] }] }
  P2: { channel: ops, mention: [owner] }
  P3: { channel: ops, batch: 1h }
  fallback: [discord:1100000000000000001]
  heartbeat_url: env:HEARTBEAT_URL
on_call: { rota: [maya, jon, ana], starts: 2026-11-02T09:00, shift: 1w, slack_group: S0604QSJC, overrides: [{ from: 2026-12-24, to: 2026-12-27, who: ana }] }
digests:
  daily:   { cron: "0 8 * * 1-5", channel: ops }
  weekly:  { cron: "0 9 * * 1", channel: ops }
  monthly: { cron: "0 9 1 * *", channel: ops }
  drill:   { cron: "0 10 15 * *" }
reviews: { channel: reviews, ops_lead: jon, sla: { P1: 4h, P2: 24h, P3: 72h } }
business_hours: { days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00", holidays: [2026-12-25] }
maintenance: [{ from: 2026-12-01T22:00, to: 2026-12-02T02:00, workflows: [monday-brief], hold: runs }]
rates:
  currency: EUR
  loaded_per_hour: 65
  infra_per_month: 120
  overhead_hours_per_month: 6
  models:
    claude-sonnet-4-5: [{ from: 2026-01-01, input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 }]
retention: { runs: 90d, approvals: 1y, staging: 30d, raw: 7d }
sandbox: required
`,
  'workflows/close-ledger.yaml': `workflow: close-ledger
title: Close the ledger
outcome: The ledger, closed.
owner: maya
steps:
  - { id: close, skill: finance-normalise-v3 }
review: { approvers: [owner, jon] }
`,
  'workflows/monday-brief.yaml': `workflow: monday-brief
title: Monday board brief
outcome: One page that leadership reads without checking the sources again.
owner: maya
severity: P1
tier: T2
data_class: internal
schedule: { cron: "0 6 * * 1", timezone: Europe/Berlin, catch_up: latest, overlap: skip, first: wait }
timeout: 20m
retries: { attempts: 3, backoff: 30s }
baseline: { manual_mins: 45, review_mins: 5 }
budget: { tokens_per_week: 200000, tokens_per_run: 60000 }
deadline: 30m
inputs:
  finance: { file: inbox/finance/*.csv, required: true, max_age: 7d, pick: newest }
  crm:     { file: inbox/crm/export.csv, required: false }
  ledger:  { workflow: close-ledger, file: ledger.csv }
  rates:   { http: "https://example.org/rates.json", required: false, headers: { authorization: "Bearer \${env:RATES_TOKEN}" } }
  client:  { text: true, default: "Acme" }
on_missing_required: fail
steps:
  - { id: normalise, skill: finance-normalise-v3 }
  - { id: brief, skill: finance-memo-v2, needs: [normalise], timeout: 10m }
outputs: [{ step: brief, files: ["*"] }]
checks:
  - { name: files_there, kind: required_files, files: [brief.md, metrics.json] }
  - { name: schema_match, kind: json_schema, file: metrics.json, schema: schemas/metrics.json }
  - { name: row_count_delta, kind: row_count_delta, file: steps/normalise/rows.csv, max: 0.2, level: warn }
  - { name: revenue_sum_matches_source, kind: sum_matches, file: steps/normalise/rows.csv, column: revenue, source: { input: finance, column: amount }, tolerance: 0.01 }
  - { name: no_pii_in_output, kind: no_pii, files: ["*.md", "*.csv"] }
  - { name: rows, kind: row_count, file: steps/normalise/rows.csv, min: 1, max: 9 }
  - { name: col, kind: column, file: steps/normalise/rows.csv, column: revenue, not_null: true }
  - { name: fresh, kind: fresh, file: metrics.json, pointer: /at, max_age: 1d }
  - { name: agree, kind: numbers_agree, file: brief.md, pattern: "Revenue: ([0-9.]+)", source: { file: metrics.json, pointer: /revenue }, tolerance: 1% }
  - { name: banned, kind: banned_patterns, files: [brief.md], patterns: ["(?i)lorem"] }
  - { name: secrets, kind: no_secrets, files: ["**"] }
  - { name: complete, kind: completeness, file: brief.md }
  - { name: own, kind: command, run: [node, totals.mjs] }
review: { confidence_below: 0.8, keywords: [layoff, acquisition], approvers: [finance-leads], discord_role: "1100000000000000009", brief: ["Revenue equals the ledger export", "No section says unavailable"] }
limits: { files: 10000, bytes: 1073741824, log_bytes: 10485760, memory_bytes: 1073741824, processes: 128 }
production: reports/board/{date}/
channels: { alerts: ops, reviews: reviews }
reported: { may_deliver: true }
`,
  'skills/finance-normalise-v3/SKILL.md': front('finance-normalise'),
  'skills/finance-normalise-v3/main.mjs': '// normalise\n',
  'skills/finance-normalise-v3/spec.yaml': skill('finance-normalise-v3'),
  'skills/finance-memo-v2/SKILL.md': front('finance-memo-v2'),
  'skills/finance-memo-v2/main.mjs': '// memo\n',
  'skills/finance-memo-v2/spec.yaml': skill(
    'finance-memo-v2',
    `signed_off: { by: jon, date: 2026-11-03 }
accepts: { finance-normalise: [1] }
fixtures: fixtures/
`,
  ),
  'schemas/metrics.json': '{ "type": "object" }\n',
  'checks/totals.mjs': 'process.exit(0);\n',
};

/** What a test changes: new text, a change of the text that is there, or null to leave the file out. */
export type Changes = Record<string, string | Uint8Array | null | ((text: string) => string)>;

export async function writeHome(folder: string, changes: Changes = {}): Promise<void> {
  const files: Changes = { ...sampleFiles, ...changes };
  for (const [path, change] of Object.entries(files)) {
    const content = typeof change === 'function' ? edited(path, change) : change;
    if (content === null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await rm(join(folder, path), { force: true });
    await writeFile(join(folder, path), content);
  }
}

function edited(path: string, change: (text: string) => string): string {
  const before = sampleFiles[path] ?? '';
  const after = change(before);
  if (after === before) throw new Error(`the change of ${path} changes nothing`);
  return after;
}

export const replace = (from: string, to: string) => (text: string) => text.replace(from, () => to);

/** The problems of the sample home with these changes, one line each. */
export async function problemsWith(changes: Changes, options: LoadOptions = {}): Promise<string[]> {
  await using folder = await tempFolder();
  await writeHome(folder.path, changes);
  const loaded = await loadHome(folder.path, options);
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

/** The problems of the sample home with pieces of one file replaced. */
export const problemsAfter = (file: string, edits: [from: string, to: string][]) =>
  problemsWith({ [file]: (text) => edits.reduce((now, [from, to]) => replace(from, to)(now), text) });
