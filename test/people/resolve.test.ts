import { expect, test } from 'vitest';
import { sentenceList, shortName, whoCan } from '#src/people/names.ts';
import { personByName, resolvePeople } from '#src/people/resolve.ts';
import { teamFile } from '#src/people/team.ts';

const someone = (name: string) => ({ name, email: 'x@acme.example', roles: ['approver'] });
const team = teamFile.parse({
  team: 'Acme',
  timezone: 'Europe/Berlin',
  people: {
    maya: someone('Maya Lindt'),
    jon: someone('Jon Okafor'),
    'jon-2': someone('Jon  Doe'),
    ana: someone('Ana'),
  },
  groups: { leads: ['maya', 'jon', 'gone'], none: [] },
  on_call: {
    rota: ['jon', 'maya'],
    starts: '2026-11-02T09:00',
    shift: '1w',
    overrides: [{ from: '2026-12-24', to: '2026-12-27', who: 'ana' }],
  },
});

test('groups, owner, on-call and all become people, each once; what names nobody is left out', () => {
  const at = new Date('2026-11-03T12:00:00Z');
  expect(resolvePeople(team, ['ana', 'leads', 'ana'])).toEqual(['ana', 'maya', 'jon']);
  expect(resolvePeople(team, ['all'])).toEqual(['maya', 'jon', 'jon-2', 'ana']);
  expect(resolvePeople(team, ['owner'], { owner: 'maya' })).toEqual(['maya']);
  expect(resolvePeople(team, ['owner'], { owner: 'leads' })).toEqual(['maya', 'jon']);
  expect(resolvePeople(team, ['on-call'], { onCall: at })).toEqual(['jon']);
  expect(resolvePeople(team, ['on-call'], { onCall: new Date('2026-12-25T12:00:00Z') })).toEqual(['ana']);
  expect(resolvePeople(team, ['on-call'], { onCall: 'anyone' })).toEqual(['jon', 'maya', 'ana']);
  expect(resolvePeople(team, ['on-call', 'owner', 'gone', 'none', 'constructor', 'toString'])).toEqual([]);
  expect(personByName(team, '__proto__')).toBeUndefined();
});

test('people are called by their first name where only one has it', () => {
  expect(['maya', 'jon', 'jon-2', 'ana', 'gone'].map((key) => shortName(team, key))).toEqual([
    'Maya',
    'Jon Okafor',
    'Jon  Doe',
    'Ana',
    'gone',
  ]);
  expect(whoCan(team, ['maya', 'ana'])).toBe('Maya and Ana can.');
  expect(whoCan(team, [])).toBe('Nobody listed in cowork.yaml can; an admin has to add someone there.');
  expect(sentenceList(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
  expect(sentenceList([])).toBe('');
});
