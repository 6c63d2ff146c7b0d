import { describe, expect, test } from 'vitest';
import { problemsAfter } from './sample-home.ts';

interface Case {
  name: string;
  edits: [from: string, to: string][];
  says: string[];
}

const cases: Case[] = [
  {
    name: 'an owner who is nobody',
    edits: [['owner: maya', 'owner: mya']],
    says: [
      'workflows/monday-brief.yaml:4:8: owner "mya" names no person; people: ana, jon, maya, vic; did you mean maya?',
    ],
  },
  {
    name: 'an owner that is a group',
    edits: [['owner: maya', 'owner: finance-leads']],
    says: [
      'workflows/monday-brief.yaml:4:8: owner "finance-leads" names no person; people: ana, jon, maya, vic (it is a group; one person is wanted here)',
    ],
  },
  {
    name: "a name that is not the file's",
    edits: [['workflow: monday-brief', 'workflow: tuesday']],
    says: [
      'workflows/monday-brief.yaml:1:11: workflow must be the same as the file\'s name, "monday-brief"; you wrote "tuesday"',
    ],
  },
  {
    name: 'a skill that does not exist',
    edits: [['finance-memo-v2', 'finance-memo-v3']],
    says: [
      'workflows/monday-brief.yaml:23:25: steps[1].skill "finance-memo-v3" names no skill; skills: finance-memo-v2, finance-normalise-v3; did you mean finance-memo-v2?',
    ],
  },
  {
    name: 'a needed step that does not exist',
    edits: [['needs: [normalise]', 'needs: [normalize]']],
    says: [
      'workflows/monday-brief.yaml:23:50: steps[1].needs[0] "normalize" names no step; steps of this workflow: brief, normalise; did you mean normalise?',
    ],
  },
  {
    name: 'a step that needs itself',
    edits: [['needs: [normalise]', 'needs: [brief]']],
    says: ['workflows/monday-brief.yaml:23:42: steps wait for each other in a circle: brief needs brief'],
  },
  {
    name: 'steps in a circle',
    edits: [
      [
        '{ id: normalise, skill: finance-normalise-v3 }',
        '{ id: normalise, skill: finance-normalise-v3, needs: [brief] }',
      ],
    ],
    says: [
      'workflows/monday-brief.yaml:22:51: steps wait for each other in a circle: normalise needs brief needs normalise',
    ],
  },
  {
    name: 'two steps with one id',
    edits: [
      [
        'brief, skill: finance-memo-v2, needs: [normalise], timeout: 10m }\noutputs: [{ step: brief,',
        'normalise, skill: finance-memo-v2 }\noutputs: [{ step: normalise,',
      ],
    ],
    says: ['workflows/monday-brief.yaml:23:11: two steps have the id "normalise"; each needs its own'],
  },
  {
    name: 'approve: before',
    edits: [['timeout: 10m', 'approve: before']],
    says: [
      'workflows/monday-brief.yaml:23:62: approve: before is not built yet and is refused, since ignoring it would skip an approval; remove it',
    ],
  },
  {
    name: 'deliver',
    edits: [['reported:', 'deliver: [{ id: mail, skill: finance-memo-v2 }]\nreported:']],
    says: [
      'workflows/monday-brief.yaml:43:1: deliver is not built yet and is refused, since nothing would be sent; remove it',
    ],
  },
  {
    name: 'a six-field cron',
    edits: [['"0 6 * * 1"', '"0 0 6 * * 1"']],
    says: [
      'workflows/monday-brief.yaml:8:19: schedule.cron has six fields; a schedule has five (minute, hour, day of month, month, day of week) and nothing finer than a minute: without the seconds it is "0 6 * * 1"',
    ],
  },
  {
    name: 'a cron with both day fields',
    edits: [['"0 6 * * 1"', '"0 6 1 * 1"']],
    says: [
      'workflows/monday-brief.yaml:8:19: schedule.cron sets both the day of month (1) and the day of week (1), which cron tools read differently; write one of them, "0 6 1 * *" or "0 6 * * 1" (for both, use two workflows)',
    ],
  },
  {
    name: 'an unknown time zone',
    edits: [['Europe/Berlin', 'Europe/Berln']],
    says: [
      'workflows/monday-brief.yaml:8:42: schedule.timezone is not a known IANA time zone; you wrote "Europe/Berln"; did you mean Europe/Berlin?',
    ],
  },
  {
    name: 'restricted data below T3',
    edits: [['data_class: internal', 'data_class: restricted']],
    says: ['workflows/monday-brief.yaml:7:13: restricted data needs tier T3 (two approvals); this workflow is T2'],
  },
  {
    name: 'one approver where T3 needs two',
    edits: [
      ['tier: T2\n', 'tier: T3\n'],
      ['approvers: [finance-leads]', 'approvers: [jon]'],
    ],
    says: [
      'workflows/monday-brief.yaml:39:78: tier T3 may need 2 approvals by different people, but only jon can approve; name people with the role approver or admin, or the owner with the role owner',
    ],
  },
  {
    name: 'a viewer as the only approver, even at T0',
    edits: [
      ['tier: T2\n', 'tier: T0\n'],
      ['approvers: [finance-leads]', 'approvers: [vic]'],
    ],
    says: [
      'workflows/monday-brief.yaml:39:78: tier T0 may need 1 approval (a WARN sends it to review), but nobody named here can approve; name people with the role approver or admin, or the owner with the role owner',
    ],
  },
  {
    name: 'no approvers',
    edits: [['approvers: [finance-leads]', 'approvers: []']],
    says: [
      'workflows/monday-brief.yaml:39:78: tier T2 may need 1 approval, but nobody named here can approve; name people with the role approver or admin, or the owner with the role owner',
    ],
  },
  {
    name: 'an approver who is nobody',
    edits: [['approvers: [finance-leads]', 'approvers: [finance-lead]']],
    says: [
      'workflows/monday-brief.yaml:39:79: review.approvers[0] "finance-lead" names no person or group; allowed: all, ana, finance-leads, jon, maya, on-call, owner, vic; did you mean finance-leads?',
    ],
  },
  {
    name: 'a production path that climbs out',
    edits: [['reports/board/{date}/', '../x/{date}/']],
    says: [
      'workflows/monday-brief.yaml:41:13: production must be a path inside its folder: relative, without ..; you wrote "../x/{date}/"',
    ],
  },
  {
    name: 'an absolute production path',
    edits: [['reports/board/{date}/', '/etc/{date}']],
    says: [
      'workflows/monday-brief.yaml:41:13: production must be a path inside its folder: relative, without ..; you wrote "/etc/{date}"',
    ],
  },
  {
    name: 'unknown placeholders',
    edits: [['reports/board/{date}/', 'reports/{dat}/{x}']],
    says: [
      'workflows/monday-brief.yaml:41:13: production has the placeholder "{dat}"; allowed: {date}, {run_id}, {workflow}; did you mean date?',
      'workflows/monday-brief.yaml:41:13: production has the placeholder "{x}"; allowed: {date}, {run_id}, {workflow}',
    ],
  },
  {
    name: 'a lonely brace',
    edits: [['reports/board/{date}/', 'reports/{date']],
    says: [
      'workflows/monday-brief.yaml:41:13: production has a brace without its partner; placeholders are {date}, {run_id}, {workflow}',
    ],
  },
  {
    name: "the product's own folder as target",
    edits: [['reports/board/{date}/', '.incoming/{date}']],
    says: [
      "workflows/monday-brief.yaml:41:13: production cannot begin with a dot or use the names .cowork and approval.flag, which are the product's own",
    ],
  },
  {
    name: 'an empty part in the target',
    edits: [['reports/board/{date}/', 'a//{date}']],
    says: [
      'workflows/monday-brief.yaml:41:13: production must be a folder below production/, without empty parts; you wrote "a//{date}"',
    ],
  },
  {
    name: 'an input of a workflow that does not exist',
    edits: [['workflow: close-ledger', 'workflow: close-ledgr']],
    says: [
      'workflows/monday-brief.yaml:17:24: inputs.ledger.workflow "close-ledgr" names no workflow; workflows: close-ledger, monday-brief; did you mean close-ledger?',
    ],
  },
  {
    name: 'a workflow as its own input',
    edits: [['workflow: close-ledger', 'workflow: monday-brief']],
    says: ['workflows/monday-brief.yaml:17:24: a workflow cannot be its own input'],
  },
  {
    name: 'an input that is the .env file',
    edits: [['inbox/crm/export.csv', '.env']],
    says: [
      'workflows/monday-brief.yaml:16:20: inputs.crm.file reaches ".env", which is kept from skills; name the folder that is wanted, for example inbox/',
    ],
  },
  {
    name: 'an input that reaches other runs',
    edits: [['inbox/crm/export.csv', '"**/export.csv"']],
    says: [
      'workflows/monday-brief.yaml:16:20: inputs.crm.file reaches "staging", which is kept from skills; name the folder that is wanted, for example inbox/',
    ],
  },
  {
    name: 'outputs of a step that does not exist',
    edits: [['{ step: brief,', '{ step: breif,']],
    says: [
      'workflows/monday-brief.yaml:24:19: outputs[0].step "breif" names no step; steps of this workflow: brief, normalise; did you mean brief?',
    ],
  },
  {
    name: 'two checks with one name',
    edits: [['name: rows,', 'name: files_there,']],
    says: [
      'workflows/monday-brief.yaml:31:13: checks[5].name "files_there" is the name of an earlier check too; each needs its own',
    ],
  },
  {
    name: 'a check of a step that does not exist',
    edits: [['file: steps/normalise/rows.csv, max: 0.2', 'file: steps/normalize/rows.csv, max: 0.2']],
    says: [
      'workflows/monday-brief.yaml:28:59: checks[2].file "normalize" names no step; steps of this workflow: brief, normalise; did you mean normalise?',
    ],
  },
  {
    name: 'a sum from an input that does not exist',
    edits: [['input: finance,', 'input: finances,']],
    says: [
      'workflows/monday-brief.yaml:29:126: checks[3].source.input "finances" names no input; inputs of this workflow: client, crm, finance, ledger, rates; did you mean finance?',
    ],
  },
  {
    name: 'column and pointer at once',
    edits: [['column: revenue, source', 'column: revenue, pointer: x, source']],
    says: [
      'workflows/monday-brief.yaml:29:5: checks[3] has both column and pointer; keep one',
      'workflows/monday-brief.yaml:29:118: checks[3].pointer must be a JSON pointer such as /totals/revenue; you wrote "x"',
    ],
  },
  {
    name: 'a source with too much and too little',
    edits: [['{ input: finance, column: amount }', '{ input: client, file: a.csv }']],
    says: [
      'workflows/monday-brief.yaml:29:117: checks[3].source has both input and file; keep one',
      'workflows/monday-brief.yaml:29:117: checks[3].source needs column (of a CSV) or pointer (into JSON, for example /totals/revenue)',
      'workflows/monday-brief.yaml:29:126: checks[3].source.input is client, a text that a person gives; it has no column to sum',
    ],
  },
  {
    name: 'a JSON Schema that is missing',
    edits: [['schemas/metrics.json', 'schemas/metric.json']],
    says: [
      'workflows/monday-brief.yaml:27:74: the file "schemas/metric.json" is missing; files there: schemas/metrics.json; did you mean schemas/metrics.json?',
    ],
  },
  {
    name: 'a check script that is missing',
    edits: [['totals.mjs', 'total.mjs']],
    says: [
      'workflows/monday-brief.yaml:38:38: checks[12].run names no file in checks/; files there: totals.mjs; did you mean totals.mjs?',
    ],
  },
  {
    name: 'bounds the wrong way round',
    edits: [['min: 1, max: 9', 'min: 10, max: 9']],
    says: ['workflows/monday-brief.yaml:31:82: checks[5].max must be at least min (10); you wrote 9'],
  },
  {
    name: 'a row count without bounds',
    edits: [[', min: 1, max: 9', '']],
    says: ['workflows/monday-brief.yaml:31:5: checks[5] (row_count) needs min, max or both'],
  },
  {
    name: 'a column check without a rule',
    edits: [[', not_null: true', '']],
    says: [
      'workflows/monday-brief.yaml:32:5: checks[6] (column) needs at least one of not_null, unique, min, max, pattern, in',
    ],
  },
  {
    name: 'a pattern without its group',
    edits: [['Revenue: ([0-9.]+)', 'Revenue: [0-9.]+']],
    says: [
      'workflows/monday-brief.yaml:34:66: checks[8].pattern must have one capture group around the number; it has 0',
    ],
  },
  {
    name: 'a channel that does not exist',
    edits: [['alerts: ops', 'alerts: opps']],
    says: [
      'workflows/monday-brief.yaml:42:21: channels.alerts "opps" names no channel; channels: ops, reviews; did you mean ops?',
    ],
  },
  {
    name: 'a secret written into a header',
    edits: [['"Bearer ${env:RATES_TOKEN}"', '"Bearer abc"']],
    says: [
      'workflows/monday-brief.yaml:18:97: inputs.rates.headers.authorization must come from the environment, for example "Bearer ${env:RATES_TOKEN}", never the secret itself',
    ],
  },
  {
    name: 'a variable of the product in a header',
    edits: [['"Bearer ${env:RATES_TOKEN}"', 'env:DATABASE_URL']],
    says: [
      'workflows/monday-brief.yaml:18:97: inputs.rates.headers.authorization: DATABASE_URL belongs to the product and cannot be handed on',
    ],
  },
  {
    name: 'a password in an address',
    edits: [['https://example.org', 'https://u:p@example.org']],
    says: [
      'workflows/monday-brief.yaml:18:20: inputs.rates.http holds a user name and password in an address; send them in headers by reference to the environment',
    ],
  },
  {
    name: 'a reference where none works',
    edits: [['title: Monday board brief', 'title: "${env:X}"']],
    says: [
      'workflows/monday-brief.yaml:2:8: title refers to the environment; that works only in secrets, headers and heartbeat_url',
    ],
  },
  {
    name: 'a Discord id without quotes',
    edits: [['"1100000000000000009"', '1100000000000000009']],
    says: [
      'workflows/monday-brief.yaml:39:109: review.discord_role must be text: put it in quotes, "1100000000000000009" (as a number it loses its last digits)',
    ],
  },
];

describe('workflows/monday-brief.yaml', () => {
  test.each(cases)('$name', async ({ edits, says }) => {
    expect(await problemsAfter('workflows/monday-brief.yaml', edits)).toEqual(says);
  });
});
