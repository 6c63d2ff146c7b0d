import { describe, expect, test } from 'vitest';
import { problemsAfter } from './sample-home.ts';

interface Case {
  name: string;
  edits: [from: string, to: string][];
  says: string[];
}

const team: Case[] = [
  {
    name: "a group with a person's name and a stranger",
    edits: [['finance-leads: [maya, jon]', 'finance-leads: [maya, jon]\n  ana: [bob]']],
    says: [
      'cowork.yaml:11:3: "ana" is a person already; people and groups share one namespace',
      'cowork.yaml:11:9: groups.ana[0] "bob" names no person; people: ana, jon, maya, vic',
    ],
  },
  {
    name: 'a reserved name',
    edits: [['finance-leads: [maya, jon]', 'finance-leads: [maya, jon]\n  on-call: [jon]']],
    says: ['cowork.yaml:11:3: the name "on-call" in groups is a reserved word (owner, on-call, all)'],
  },
  {
    name: 'two people with one Slack id',
    edits: [['U0G9QF9C6', 'U024BE7LH']],
    says: ['cowork.yaml:6:61: people.jon.slack is the same as that of maya; each person has their own'],
  },
  {
    name: 'an escalation to nobody',
    edits: [['to: [jon]', 'to: [jn]']],
    says: [
      'cowork.yaml:15:110: alerts.P1.escalate[1].to[0] "jn" names no person or group; allowed: all, ana, finance-leads, jon, maya, on-call, owner, vic; did you mean jon?',
    ],
  },
  {
    name: 'a stranger in the rota',
    edits: [['rota: [maya, jon, ana]', 'rota: [maya, jno]']],
    says: ['cowork.yaml:20:25: on_call.rota[1] "jno" names no person; people: ana, jon, maya, vic'],
  },
  {
    name: 'an override that ends before it begins',
    edits: [['to: 2026-12-27', 'to: 2026-12-24']],
    says: [
      'cowork.yaml:20:133: to must be after from (2026-12-24), since the day or time named by to is no part of it',
    ],
  },
  {
    name: 'a digest at no time',
    edits: [['"0 10 15 * *"', '"0 10 15"']],
    says: [
      'cowork.yaml:25:20: digests.drill.cron has 3 fields; a schedule has five (minute, hour, day of month, month, day of week)',
    ],
  },
  {
    name: 'maintenance of no workflow',
    edits: [['workflows: [monday-brief]', 'workflows: [monday]']],
    says: [
      'cowork.yaml:28:75: maintenance[0].workflows[0] "monday" names no workflow; allowed: all, close-ledger, monday-brief',
    ],
  },
  {
    name: 'office hours the wrong way round',
    edits: [['to: "18:00"', 'to: "08:00"']],
    says: ['cowork.yaml:27:71: business_hours.to must be later than from (09:00)'],
  },
  {
    name: 'on-call without a rota',
    edits: [['on_call: { rota', 'x-on_call: { rota']],
    says: [
      'cowork.yaml:15:33: on-call stands for nobody, since cowork.yaml has no on_call section; add one',
      'cowork.yaml:20:1: unknown key "x-on_call"; allowed: team, timezone, default_role, people, groups, channels, alerts, on_call, digests, reviews, business_hours, maintenance, rates, retention, sandbox; did you mean on_call?',
    ],
  },
  {
    name: 'a key written twice',
    edits: [['sandbox: required', 'sandbox: required\nteam: x']],
    says: ['cowork.yaml:38:1: the key "team" is written twice (first on line 1); keep one'],
  },
  {
    name: 'a secret instead of its reference',
    edits: [['env:HEARTBEAT_URL', 'https://x.example/abc']],
    says: [
      'cowork.yaml:19:18: alerts.heartbeat_url must be a reference such as env:CRM_TOKEN, never the secret itself',
    ],
  },
  {
    name: 'a Discord id that lost its quotes',
    edits: [['"80351110224678912"', '80351110224678912']],
    says: [
      'cowork.yaml:5:82: people.maya.discord must be text: put it in quotes, "80351110224678912" (as a number it loses its last digits)',
    ],
  },
  {
    name: 'an ops lead who is nobody',
    edits: [['ops_lead: jon', 'ops_lead: jonn']],
    says: [
      'cowork.yaml:26:40: reviews.ops_lead "jonn" names no person; people: ana, jon, maya, vic; did you mean jon?',
    ],
  },
  {
    name: 'a channel that does not exist',
    edits: [['P2: { channel: ops', 'P2: { channel: op']],
    says: ['cowork.yaml:16:18: alerts.P2.channel "op" names no channel; channels: ops, reviews; did you mean ops?'],
  },
];

describe('cowork.yaml', () => {
  test.each(team)('$name', async ({ edits, says }) => {
    expect(await problemsAfter('cowork.yaml', edits)).toEqual(says);
  });
});

const skill: Case[] = [
  {
    name: 'a runner that is not built yet',
    edits: [['{ kind: command, run: [node, main.mjs] }', '{ kind: claude, model: x }']],
    says: [
      'skills/finance-memo-v2/spec.yaml:6:17: the runner kind claude is not built yet and is refused; allowed: command',
    ],
  },
  {
    name: 'a script that is missing',
    edits: [['main.mjs', 'mian.mjs']],
    says: [
      'skills/finance-memo-v2/spec.yaml:6:38: "mian.mjs" is no file of this skill; files: SKILL.md, main.mjs, spec.yaml; did you mean main.mjs?',
    ],
  },
  {
    name: 'reads that are refused',
    edits: [['[inputs, steps]', '[input, ../x, staging/x, templates/**, "**"]']],
    says: [
      'skills/finance-memo-v2/spec.yaml:7:18: access.read allows inputs, steps, out or paths of the home; "input" is neither; did you mean inputs?',
      'skills/finance-memo-v2/spec.yaml:7:25: access.read[1] must be a path inside its folder: relative, without ..; you wrote "../x"',
      'skills/finance-memo-v2/spec.yaml:7:31: access.read reaches "staging", which is kept from skills; name the folder that is wanted, for example inbox/',
      'skills/finance-memo-v2/spec.yaml:7:56: access.read reaches "staging", which is kept from skills; name the folder that is wanted, for example inbox/',
    ],
  },
  {
    name: 'secrets that are refused',
    edits: [['read: [inputs, steps]', 'read: [inputs], secrets: { PATH: env:X, A: "sk-123", B: env:SLACK_BOT_TOKEN }']],
    says: [
      'skills/finance-memo-v2/spec.yaml:7:38: PATH is set by the product for every skill; choose another name',
      'skills/finance-memo-v2/spec.yaml:7:54: access.secrets.A must be a reference such as env:CRM_TOKEN, never the secret itself',
      'skills/finance-memo-v2/spec.yaml:7:67: access.secrets.B: SLACK_BOT_TOKEN belongs to the product and cannot be handed on',
    ],
  },
  {
    name: 'a hand-off that does not fit',
    edits: [['[1]', '[2]']],
    says: [
      'workflows/monday-brief.yaml:23:50: finance-memo-v2 accepts schema_version 2 of finance-normalise, but finance-normalise-v3 writes 1',
    ],
  },
  {
    name: 'a skill for data the workflow does not declare',
    edits: [['fixtures: fixtures/', 'data_class: confidential']],
    says: [
      "workflows/monday-brief.yaml:23:25: finance-memo-v2 handles confidential data, but this workflow is internal; raise the workflow's data_class to confidential",
    ],
  },
  {
    name: "another skill's name",
    edits: [['skill: finance-memo-v2', 'skill: finance-memo-v1']],
    says: [
      'skills/finance-memo-v2/spec.yaml:1:8: skill must be the same as the folder\'s name, finance-memo-v2; you wrote "finance-memo-v1"',
    ],
  },
  {
    name: 'an owner and a signer who are nobody',
    edits: [
      ['owner: maya', 'owner: maja\n'],
      ['by: jon', 'by: jo'],
    ],
    says: [
      'skills/finance-memo-v2/spec.yaml:2:8: owner "maja" names no person; people: ana, jon, maya, vic; did you mean maya?',
      'skills/finance-memo-v2/spec.yaml:10:19: signed_off.by "jo" names no person; people: ana, jon, maya, vic; did you mean jon?',
    ],
  },
];

describe('skills/finance-memo-v2/spec.yaml', () => {
  test.each(skill)('$name', async ({ edits, says }) => {
    expect(await problemsAfter('skills/finance-memo-v2/spec.yaml', edits)).toEqual(says);
  });
});
