import { expect, test } from 'vitest';
import { namesPlace, placesOf } from '#src/chat/route.ts';
import { homeOf, OPS, SPARE } from '#test/chat/delivery/facts.ts';

const person = (slack?: string) => ({
  name: 'N',
  email: 'n@acme.example',
  roles: ['owner'],
  ...(slack ? { slack } : {}),
});
const home = homeOf('/nowhere', { people: { maya: person('U024BE7LH'), jon: person() } });
const on = new Set(['console', 'slack']);

test('a person is told on the console and, where Slack knows them, in their own conversation', () => {
  const people = (platforms: ReadonlySet<string>, ...keys: string[]) =>
    placesOf(home, { to: 'people', people: keys }, platforms);
  expect(people(on, 'maya', 'jon')).toEqual(['console:@maya', 'slack:@maya', 'console:@jon']);
  expect(people(new Set(['console']), 'maya')).toEqual(['console:@maya']);
  expect(people(on, 'constructor', '__proto__')).toEqual(['console:@constructor', 'console:@__proto__']);
});

test('a home names the places of its lists, and the people whom Slack knows', () => {
  const named = [OPS, SPARE, 'slack:@maya'];
  const not = ['slack:C0OTHER', 'slack:@jon', 'slack:@gone', 'slack:@constructor', 'slack:U024BE7LH'];
  expect(named.filter((place) => namesPlace(home, place))).toEqual(named);
  expect(not.filter((place) => namesPlace(home, place))).toEqual([]);
});
