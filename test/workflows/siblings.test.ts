import { describe, expect, test } from 'vitest';
import { problemsAfter, problemsWith, replace } from './sample-home.ts';

type Edit = [from: string, to: string];
interface Case {
  name: string;
  team?: Edit[];
  workflow?: Edit[];
  says: string[];
}

const T3: Edit[] = [
  ['tier: T2\n', 'tier: T3\n'],
  ['approvers: [finance-leads]', 'approvers: [jon]'],
];

const hidesNothing: Case[] = [
  {
    name: 'a bad schedule.timezone and a six-field cron',
    workflow: [
      ['"0 6 * * 1"', '"0 0 6 * * 1"'],
      ['Europe/Berlin', 'Europe/Berln'],
    ],
    says: [
      'workflows/monday-brief.yaml:8:19: schedule.cron has six fields; a schedule has five (minute, hour, day of month, month, day of week) and nothing finer than a minute: without the seconds it is "0 6 * * 1"',
      'workflows/monday-brief.yaml:8:44: schedule.timezone is not a known IANA time zone; you wrote "Europe/Berln"; did you mean Europe/Berlin?',
    ],
  },
  {
    name: 'bad review.keywords and an approver who is nobody',
    workflow: [
      ['[layoff, acquisition]', 'layoff'],
      ['[finance-leads]', '[jno]'],
    ],
    says: [
      'workflows/monday-brief.yaml:39:44: review.keywords must be a list; you wrote "layoff"',
      'workflows/monday-brief.yaml:39:64: review.approvers[0] "jno" names no person or group; allowed: all, ana, finance-leads, jon, maya, on-call, owner, vic',
    ],
  },
  {
    name: 'bad review.keywords and too few approvers',
    workflow: [...T3, ['[layoff, acquisition]', 'layoff']],
    says: [
      'workflows/monday-brief.yaml:39:44: review.keywords must be a list; you wrote "layoff"',
      'workflows/monday-brief.yaml:39:63: tier T3 may need 2 approvals by different people, but only jon can approve; name people with the role approver or admin, or the owner with the role owner',
    ],
  },
  {
    name: 'a bad key of cowork.yaml and too few approvers',
    team: [['rates:', 'rate:']],
    workflow: T3,
    says: [
      'cowork.yaml:29:1: unknown key "rate"; allowed: team, timezone, default_role, people, groups, channels, alerts, on_call, digests, reviews, business_hours, maintenance, rates, retention, sandbox; did you mean rates?',
      'workflows/monday-brief.yaml:39:78: tier T3 may need 2 approvals by different people, but only jon can approve; name people with the role approver or admin, or the owner with the role owner',
    ],
  },
  {
    name: 'a bad timeout of a step and its missing skill',
    workflow: [
      ['finance-memo-v2', 'finance-memo-v3'],
      ['timeout: 10m', 'timeout: 10'],
    ],
    says: [
      'workflows/monday-brief.yaml:23:25: steps[1].skill "finance-memo-v3" names no skill; skills: finance-memo-v2, finance-normalise-v3; did you mean finance-memo-v2?',
      'workflows/monday-brief.yaml:23:71: steps[1].timeout must be a duration: a whole number and s, m, h, d, w or y; you wrote 10',
    ],
  },
  {
    name: 'a bad tolerance and an input that is not there',
    workflow: [
      ['tolerance: 0.01', 'tolerance: some'],
      ['input: finance,', 'input: finanz,'],
    ],
    says: [
      'workflows/monday-brief.yaml:29:126: checks[3].source.input "finanz" names no input; inputs of this workflow: client, crm, finance, ledger, rates; did you mean finance?',
      'workflows/monday-brief.yaml:29:163: checks[3].tolerance must be a number or a percentage; you wrote "some"',
    ],
  },
  {
    name: 'a bad max_age and an input from no workflow',
    workflow: [['workflow: close-ledger,', 'workflow: close-ledge, max_age: 7,']],
    says: [
      'workflows/monday-brief.yaml:17:24: inputs.ledger.workflow "close-ledge" names no workflow; workflows: close-ledger, monday-brief; did you mean close-ledger?',
      'workflows/monday-brief.yaml:17:46: inputs.ledger.max_age must be a duration: a whole number and s, m, h, d, w or y; you wrote 7',
    ],
  },
  {
    name: 'a bad channel of a digest and its cron',
    team: [['"0 8 * * 1-5", channel: ops', '"0 8 *", channel: [ops]']],
    says: [
      'cowork.yaml:22:20: digests.daily.cron has 3 fields; a schedule has five (minute, hour, day of month, month, day of week)',
      'cowork.yaml:22:38: digests.daily.channel must be text; it is a list',
    ],
  },
  {
    name: 'a bad shift and a stranger in the rota',
    team: [
      ['[maya, jon, ana]', '[maya, jno]'],
      ['shift: 1w', 'shift: 1'],
    ],
    says: [
      'cowork.yaml:20:25: on_call.rota[1] "jno" names no person; people: ana, jon, maya, vic',
      'cowork.yaml:20:64: on_call.shift must be a duration: a whole number and s, m, h, d, w or y; you wrote 1',
    ],
  },
  {
    name: 'a bad email and one Slack id of two people',
    team: [
      ['jon@acme.example', 'jon'],
      ['U0G9QF9C6', 'U024BE7LH'],
    ],
    says: [
      'cowork.yaml:6:36: people.jon.email must be an e-mail address such as maya@acme.example; you wrote "jon"',
      'cowork.yaml:6:48: people.jon.slack is the same as that of maya; each person has their own',
    ],
  },
];

const addsNothing: Case[] = [
  {
    name: 'a faulty person: approvers are not counted',
    team: [['roles: [viewer]', 'roles: []']],
    workflow: T3,
    says: ['cowork.yaml:8:59: people.vic.roles must have at least 1 entry'],
  },
  {
    name: 'people that are no mapping',
    team: [['people:\n', 'people: []\nx-people:\n']],
    says: [
      'cowork.yaml:4:9: people must be a mapping (key: value); it is a list',
      'cowork.yaml:5:1: unknown key "x-people"; allowed: team, timezone, default_role, people, groups, channels, alerts, on_call, digests, reviews, business_hours, maintenance, rates, retention, sandbox; did you mean people?',
    ],
  },
  {
    name: 'a misspelt people',
    team: [['people:', 'peple:']],
    says: [
      'cowork.yaml:1:1: people is missing; it must be a mapping (key: value)',
      'cowork.yaml:4:1: unknown key "peple"; allowed: team, timezone, default_role, people, groups, channels, alerts, on_call, digests, reviews, business_hours, maintenance, rates, retention, sandbox; did you mean people?',
    ],
  },
  {
    name: 'a misspelt groups',
    team: [['groups:', 'group:']],
    says: [
      'cowork.yaml:9:1: unknown key "group"; allowed: team, timezone, default_role, people, groups, channels, alerts, on_call, digests, reviews, business_hours, maintenance, rates, retention, sandbox; did you mean groups?',
    ],
  },
  {
    name: 'a misspelt group member: approvers are not counted',
    team: [['finance-leads: [maya, jon]', 'finance-leads: [maya, jno]']],
    workflow: [['tier: T2\n', 'tier: T3\n']],
    says: ['cowork.yaml:10:25: groups.finance-leads[1] "jno" names no person; people: ana, jon, maya, vic'],
  },
  {
    name: 'a misspelt owner: approvers are not counted',
    workflow: [
      ['owner: maya', 'owner: mya'],
      ['[finance-leads]', '[owner]'],
    ],
    says: [
      'workflows/monday-brief.yaml:4:8: owner "mya" names no person; people: ana, jon, maya, vic; did you mean maya?',
    ],
  },
  {
    name: 'a faulty rota behind on-call',
    team: [['shift: 1w', 'shift: 1']],
    workflow: [['[finance-leads]', '[on-call]']],
    says: ['cowork.yaml:20:69: on_call.shift must be a duration: a whole number and s, m, h, d, w or y; you wrote 1'],
  },
  {
    name: 'a misspelt tier of restricted work',
    workflow: [
      ['tier: T2\n', 'tierr: T3\n'],
      ['data_class: internal', 'data_class: restricted'],
    ],
    says: [
      'workflows/monday-brief.yaml:6:1: unknown key "tierr"; allowed: workflow, title, outcome, owner, severity, tier, data_class, schedule, timeout, retries, baseline, budget, deadline, inputs, on_missing_required, steps, outputs, checks, review, limits, deliver, production, channels, reported; did you mean tier?',
    ],
  },
  {
    name: 'a faulty min of a row count',
    workflow: [['min: 1, max: 9', 'min: -1']],
    says: ['workflows/monday-brief.yaml:31:73: checks[5].min must be at least 0; you wrote -1'],
  },
  {
    name: 'a misspelt steps',
    workflow: [['\nsteps:', '\nstep:']],
    says: [
      'workflows/monday-brief.yaml:1:1: steps is missing; it must be a list',
      'workflows/monday-brief.yaml:21:1: unknown key "step"; allowed: workflow, title, outcome, owner, severity, tier, data_class, schedule, timeout, retries, baseline, budget, deadline, inputs, on_missing_required, steps, outputs, checks, review, limits, deliver, production, channels, reported; did you mean steps?',
    ],
  },
  {
    name: 'a misspelt inputs',
    workflow: [['\ninputs:', '\ninput:']],
    says: [
      'workflows/monday-brief.yaml:14:1: unknown key "input"; allowed: workflow, title, outcome, owner, severity, tier, data_class, schedule, timeout, retries, baseline, budget, deadline, inputs, on_missing_required, steps, outputs, checks, review, limits, deliver, production, channels, reported; did you mean inputs?',
    ],
  },
];

const edit = (edits: Edit[]) => (text: string) => edits.reduce((now, [from, to]) => replace(from, to)(now), text);

const told = ({ team, workflow }: Case) =>
  problemsWith({
    ...(team && { 'cowork.yaml': edit(team) }),
    ...(workflow && { 'workflows/monday-brief.yaml': edit(workflow) }),
  });

describe('a faulty key', () => {
  test.each(hidesNothing)('hides no fault of its siblings: $name', async (one) => {
    expect(await told(one)).toEqual(one.says);
  });
  test.each(addsNothing)('is told once, without what only follows from it: $name', async (one) => {
    expect(await told(one)).toEqual(one.says);
  });
});

const SPEC = 'skills/finance-normalise-v3/spec.yaml';

test('a skill: a faulty key of its runner, its access or its sign-off hides no fault beside it', async () => {
  const told = await problemsAfter(SPEC, [
    [
      'runner: { kind: command, run: [node, main.mjs] }',
      'runner: { kind: command, run: [node, mian.mjs], shell: true }',
    ],
    ['access: { read: [inputs, steps] }', 'access: { read: [inputs, stepz], network: ["no host"] }'],
    ['rollback:', 'signed_off: { by: nobody-here, date: never }\nrollback:'],
  ]);
  expect(told).toEqual([
    expect.stringMatching(
      /^skills\/finance-normalise-v3\/spec\.yaml:6:\d+: "mian\.mjs" is no file of this skill; .*did you mean main\.mjs\?$/,
    ),
    expect.stringMatching(/:6:\d+: unknown key "shell"/),
    expect.stringMatching(
      /:7:\d+: access\.read allows inputs, steps, out or paths of the home; "stepz" is neither; did you mean steps\?$/,
    ),
    expect.stringMatching(/:7:\d+: access\.network\[0\] must be a host name/),
    expect.stringMatching(/:8:\d+: signed_off\.by "nobody-here" names no person/),
    expect.stringMatching(/:8:\d+: signed_off\.date must be/),
  ]);
});
