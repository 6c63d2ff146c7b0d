import { expect, test } from 'vitest';
import { problemsWith } from './sample-home.ts';

// A file in which nearly every line is wrong, and every one of them is told.
const broken = `workflow: A b
title: 1
titel: x
outcome:
severity: P4
tier: t2
timeout: 20
inputs:
  a: { fil: x }
  b: { workflow: close-ledger, file: ../y, pick: newest }
  C: { text: true, pik: 1 }
  e: foo
  f: { http: "ftp://x" }
steps:
  - { id: a, skill: x }
  - 3
  - { id: b, skill: finance-memo-v2, needs: a, aprove: before }
checks:
  - { kind: nope, name: a }
  - { name: b }
  - { name: c, kind: row_count, file: x, tolerance: 1, min: 1.5 }
  - { name: d, kind: sum_matches, file: a, source: {}, tolerance: abc }
  - { name: e, kind: column, file: a, column: x, min: [1] }
  - { name: f, kind: banned_patterns, files: [], patterns: ["(?=x)"] }
review: { aprovers: [x], confidence_below: 2 }
limits: { files: 0, bytes: 1e400 }
retries:
`;

test('every fault of every key is told at its place, in one report', async () => {
  const says = await problemsWith({ 'workflows/broken.yaml': broken });
  expect(says.map((line) => line.replace('workflows/broken.yaml:', ''))).toEqual([
    '1:1: owner is missing; it must be text',
    '1:11: workflow must be lower-case letters, digits and hyphens, at most 48, beginning with a letter or digit; you wrote "A b"',
    '2:8: title must be text: put it in quotes, "1"',
    '3:1: unknown key "titel"; allowed: workflow, title, outcome, owner, severity, tier, data_class, schedule, timeout, retries, baseline, budget, deadline, inputs, on_missing_required, steps, outputs, checks, review, limits, deliver, production, channels, reported; did you mean title?',
    '4:1: outcome is empty; it must be text',
    '5:11: severity must be one of P1, P2, P3; you wrote "P4"',
    '6:7: tier must be one of T0, T1, T2, T3; you wrote "t2"; did you mean T2?',
    '7:10: timeout must be a duration: a whole number and s, m, h, d, w or y; you wrote 20',
    '9:6: inputs.a must have file, workflow with file, http or text; it has "fil"; did you mean file?',
    '10:38: inputs.b.file must be a path inside its folder: relative, without ..; you wrote "../y"',
    '10:44: unknown key "pick" in inputs.b; allowed: workflow, file, required, max_age',
    '11:3: the name "C" in inputs must be lower-case letters, digits, hyphens and underscores, at most 48',
    '11:20: unknown key "pik" in inputs.C; allowed: text, default, required',
    '12:6: inputs.e must be a mapping with file, workflow with file, http or text; you wrote "foo"',
    '13:14: inputs.f.http must be a web address such as https://example.org/rates.json; you wrote "ftp://x"',
    '15:21: steps[0].skill must be a skill name with its version, for example finance-memo-v2; you wrote "x"',
    '16:5: steps[1] must be a mapping (key: value); you wrote 3',
    '17:45: steps[2].needs must be a list; you wrote "a"',
    '17:48: unknown key "aprove" in steps[2]; allowed: id, skill, needs, timeout, approve; did you mean approve?',
    `19:13: checks[0].kind must be one of ${KINDS}; you wrote "nope"`,
    `20:5: checks[1].kind is missing; it must be one of ${KINDS}`,
    '21:42: unknown key "tolerance" in checks[2]; allowed: name, level, kind, file, min, max',
    '21:61: checks[2].min must be a whole number; you wrote 1.5',
    '22:67: checks[3].tolerance must be a number or a percentage; you wrote "abc"',
    '23:55: checks[4].min must be a number or text; it is a list',
    '24:46: checks[5].files must have at least 1 entry',
    '24:61: checks[5].patterns[0] is not an RE2 pattern: error parsing regexp: invalid or unsupported Perl syntax: `(?=`; you wrote "(?=x)"',
    '25:1: review.approvers is missing; it must be a list',
    '25:11: unknown key "aprovers" in review; allowed: confidence_below, keywords, approvers, discord_role, brief; did you mean approvers?',
    '25:44: review.confidence_below must be at most 1; you wrote 2',
    '26:18: limits.files must be more than 0; you wrote 0',
    '26:28: limits.bytes must be a number; you wrote 1e400',
    '27:1: retries is empty; it must be a mapping (key: value)',
  ]);
});

const KINDS =
  'required_files, json_schema, row_count, row_count_delta, sum_matches, column, fresh, numbers_agree, banned_patterns, no_pii, no_secrets, completeness, command';

test('people are checked one by one, and a faulty one still counts as existing', async () => {
  const says = await problemsWith({
    'cowork.yaml': `team: ""
timezone: Mars/X
default_role: ownr
people:
  Maya: { name: 3 }
  owner: { name: x, email: bad, roles: [] }
  maya: { name: a, email: a@b.co, roles: [aprover], slack: lower }
`,
    'workflows/close-ledger.yaml': null,
    'workflows/monday-brief.yaml': null,
  });
  expect(says).toEqual([
    'cowork.yaml:1:7: team must not be empty; you wrote ""',
    'cowork.yaml:2:11: timezone is not a known IANA time zone; you wrote "Mars/X"',
    'cowork.yaml:3:15: default_role must be one of creator, owner, scheduler, admin, approver, viewer, none; you wrote "ownr"; did you mean owner?',
    'cowork.yaml:5:3: people.Maya.email is missing; it must be text',
    'cowork.yaml:5:3: people.Maya.roles is missing; it must be a list',
    'cowork.yaml:5:3: the name "Maya" in people must be lower-case letters, digits and hyphens, at most 48, beginning with a letter or digit',
    'cowork.yaml:5:17: people.Maya.name must be text: put it in quotes, "3"',
    'cowork.yaml:6:3: the name "owner" in people is a reserved word (owner, on-call, all)',
    'cowork.yaml:6:28: people.owner.email must be an e-mail address such as maya@acme.example; you wrote "bad"',
    'cowork.yaml:6:40: people.owner.roles must have at least 1 entry',
    'cowork.yaml:7:43: people.maya.roles[0] must be one of creator, owner, scheduler, admin, approver, viewer; you wrote "aprover"; did you mean approver?',
    'cowork.yaml:7:60: people.maya.slack must be a Slack member id such as U024BE7LH; you wrote "lower"',
    'skills/finance-memo-v2/spec.yaml:9:19: signed_off.by "jon" names no person; people: Maya, maya, owner',
  ]);
});

test('a secret written where its reference belongs is never repeated', async () => {
  const says = await problemsWith({
    'cowork.yaml': (text) => text.replace('env:HEARTBEAT_URL', 'https://hooks.example/T0P-S3CRET'),
    'skills/finance-memo-v2/spec.yaml': (text) =>
      text.replace('read: [inputs, steps]', 'read: [inputs], secrets: { A: T0P-S3CRET, B: [T0P-S3CRET] }'),
    'workflows/monday-brief.yaml': (text) => text.replace('"Bearer ${env:RATES_TOKEN}"', 'T0P-S3CRET'),
  });
  expect(says).toHaveLength(4);
  expect(says.join('\n')).not.toContain('S3CRET');
});
