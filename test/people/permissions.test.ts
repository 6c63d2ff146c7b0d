import { expect, test } from 'vitest';
import { type Act, may, requireMay, type Subject, whoMay } from '#src/people/permissions.ts';
import { teamFile } from '#src/people/team.ts';
import type { DataClass } from '#src/values/scalars.ts';

const ROLES = {
  viewer: 'viewer',
  approver: 'approver',
  creator: 'creator',
  scheduler: 'scheduler',
  mine: 'owner',
  admin: 'admin',
};

/** One person per role: `mine` owns the workflow in question, `theirs` another one. */
const teamWith = (over: Record<string, unknown> = {}) =>
  teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: Object.fromEntries(
      Object.entries({ ...ROLES, theirs: 'owner' }).map(([name, role]) => [
        name,
        { name, email: `${name}@acme.example`, roles: [role] },
      ]),
    ),
    groups: { everyone: [...Object.keys(ROLES), 'theirs'] },
    ...over,
  });
const workflow = (data_class: DataClass = 'internal', approvers = ['everyone']) => ({
  name: 'brief',
  spec: { owner: 'mine', data_class, review: { approvers } },
});

// The table of design, row by row, written out a second time: v a c s o A are the roles in the order above.
const TABLE: [Act, string, Subject?][] = [
  ['read', 'v a c s o A theirs'],
  ['see_outputs', 'v a c s o A'],
  ['see_outputs', 'a o A', { workflow: workflow('confidential') }],
  ['see_outputs', 'o', { workflow: workflow('restricted', []) }],
  ['see_outputs', 'a o A', { dataClass: 'restricted' }],
  ['approve', 'a o A'],
  ['reject', 'a o A'],
  ['ask', 'a o A'],
  ['look', 'a o A'],
  ['approve', 'a', { workflow: workflow('internal', ['approver', 'viewer']) }],
  ['approve', 'o', { workflow: workflow('internal', ['owner']) }],
  ['approve', '', { workflow: workflow('internal', []) }],
  ['run', 's o A'],
  ['run', 'c s o A', { sandbox: true }],
  ['rerun', 's o A'],
  ['cancel', 's o A'],
  ['cancel', 'c s o A', { sandbox: true }],
  ['acknowledge', 'a s o A'],
  ['assign', 'a s o A'],
  ['silence', 'a s o A'],
  ['resolve', 'a s o A'],
  ['pause', 's o A'],
  ['resume', 's o A'],
  ['pause_all', 'A'],
  ['resume_all', 'A'],
  ['change_schedule', 'o'],
  ['change_schedule', 's o A', { ownerApproved: true }],
  ['allow_skill', 'o'],
  ['allow_skill', 's o A', { ownerApproved: true }],
  ['undo', 'o A'],
  ['rota', 's A'],
  ['maintenance', 's A'],
  ['drill', 'A'],
  ['tokens', 'A'],
  ['people', 'A'],
];
const LETTERS: Record<string, string> = {
  v: 'viewer',
  a: 'approver',
  c: 'creator',
  s: 'scheduler',
  o: 'mine',
  A: 'admin',
  theirs: 'theirs',
};

test.each(TABLE)('%s: %s', (act, letters, subject) => {
  const expected = letters
    .split(' ')
    .filter(Boolean)
    .map((letter) => LETTERS[letter]);
  expect(whoMay({ team: teamWith() }, act, { workflow: workflow(), ...subject })).toEqual(expected);
});

const ACTS = [...new Set(TABLE.map(([act]) => act))];

test('whoever is on call may acknowledge, assign, silence, rerun and pause besides', () => {
  const home = { team: teamWith({ on_call: { rota: ['viewer'], starts: '2026-01-01', shift: '1w' } }) };
  const now = new Date('2026-11-23T09:00:00Z');
  const able = ACTS.filter((act) => may(home, 'viewer', act, { workflow: workflow(), now }).ok);
  expect(able).toEqual(['read', 'see_outputs', 'rerun', 'acknowledge', 'assign', 'silence', 'pause']);
  const before = new Date('2025-11-23T09:00:00Z');
  expect(may(home, 'viewer', 'pause', { workflow: workflow(), now: before }).ok).toBe(false);
});

test('nobody unlisted may do anything; default_role is for full members of a chat workspace only', () => {
  const closed = { team: teamWith() };
  const open = { team: teamWith({ default_role: 'viewer' }) };
  const subject = { workflow: workflow(), now: new Date() };
  for (const person of [null, 'stranger', '', 'constructor', '__proto__', 'owner', 'mine ', 'everyone', 'service']) {
    for (const act of ACTS) expect([act, may(open, person, act, subject).ok]).toEqual([act, false]);
  }
  const member = (home: typeof open, act: Act, over: Subject = {}) =>
    may(home, null, act, { ...subject, chatMember: true, ...over }).ok;
  expect(ACTS.filter((act) => member(open, act))).toEqual(['read', 'see_outputs']);
  expect(member(open, 'see_outputs', { workflow: workflow('confidential') })).toBe(false);
  expect(ACTS.filter((act) => member(closed, act))).toEqual([]);
  const lavish = { team: teamWith({ default_role: 'approver' }) };
  const listed = { workflow: workflow('internal', ['all']) };
  expect(ACTS.filter((act) => member(lavish, act, listed))).toEqual(['read', 'see_outputs']);
  const boss = { team: teamWith({ default_role: 'admin' }) };
  expect(ACTS.filter((act) => member(boss, act, listed))).toEqual(['read', 'see_outputs']);
});

test('what a rule needs and is not given counts against the person', () => {
  const home = { team: teamWith() };
  expect(may(home, 'mine', 'undo').ok).toBe(false);
  expect(may(home, 'approver', 'approve').ok).toBe(false);
  expect(may(home, 'viewer', 'see_outputs').ok).toBe(false);
});

test('refusals say what, and who can', () => {
  const home = { team: teamWith() };
  const answer = may(home, 'viewer', 'pause', { workflow: workflow() });
  expect(answer).toEqual({
    ok: false,
    why: 'You may not pause brief. scheduler, mine and admin can.',
    who: ['scheduler', 'mine', 'admin'],
  });
  expect(() => requireMay(home, null, 'pause_all')).toThrow(
    'You are not listed in cowork.yaml, so you may not pause all workflows. admin can.',
  );
  expect(() => requireMay(home, 'eve', 'undo', { workflow: { ...workflow(), name: '$&' } })).toThrow(
    '"eve" is not listed in cowork.yaml, so you may not undo a promotion of $&. mine and admin can.',
  );
  expect(() => requireMay(home, 'admin', 'undo', { workflow: workflow() })).not.toThrow();
});
