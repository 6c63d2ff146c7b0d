import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { EVENTS, METHODS_WITHOUT_SCOPE, SCOPES } from '#src/chat/slack/setup/scopes.ts';

const ROOM = join(import.meta.dirname, '../../../../src/chat/slack');

/** The room's code without its comments, and without the table that is held against it. */
const code = readdirSync(ROOM, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && path !== join('setup', 'scopes.ts'))
  .map((path) => readFileSync(join(ROOM, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
  .join('\n');

/** Every method that the client of the Web API has, as Slack names it: `chat.postMessage`. */
function methodsOf(value: object, path: readonly string[] = []): string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...path, name];
    if (typeof inner === 'function') return path.length > 0 ? [at.join('.')] : [];
    const deeper = typeof inner === 'object' && inner !== null && FAMILIES.has(at[0] ?? '') && at.length < 4;
    return deeper ? methodsOf(inner, at) : [];
  });
}

const FAMILIES = new Set(
  'apps auth bots chat conversations dnd emoji files pins reactions reminders search team usergroups users views'.split(
    ' ',
  ),
);
const known = methodsOf(new WebClient());

/** Those that the code calls, by property (`clients.now.chat.update(`, also taken apart) or by name (`'chat.update'`). */
const called = new Set(
  known.filter((method) => {
    const name = method.replaceAll('.', '\\s*\\.\\s*');
    return new RegExp(`(?<![\\w$])${name}\\s*\\(|'${method}'`).test(code);
  }),
);

/** A message is subscribed to by the kind of place it stands in. */
const kindsOf = (event: string): string[] =>
  event === 'message' ? ['message.channels', 'message.groups', 'message.im'] : [event];

/** Event types that the code handles: `app.event('…'`, also where the names stand in a list that is gone through. */
const handled = new Set([
  ...[...code.matchAll(/\.event\(\s*'([a-z_.]+)'/g)].flatMap((match) => kindsOf(match[1] ?? '')),
  ...EVENTS.map(({ event }) => event as string).filter((event) => new RegExp(`(?<![\\w.])${event}\\b`).test(code)),
]);

const byScope = SCOPES.flatMap(({ methods }) => methods);

describe('the scopes that the app asks for', () => {
  test('cover every method that is called', () => {
    const covered = new Set([...byScope, ...METHODS_WITHOUT_SCOPE]);
    expect(known.length).toBeGreaterThan(100);
    expect(called.size).toBeGreaterThan(5);
    expect([...called].filter((method) => !covered.has(method))).toEqual([]);
  });

  test('are all used', () => {
    const events = EVENTS.flatMap(({ scopes }) => scopes);
    const idle = SCOPES.filter(
      ({ scope, methods }) =>
        scope !== 'commands' && !methods.some((method) => called.has(method)) && !events.includes(scope),
    );
    expect(idle.map(({ scope }) => scope)).toEqual([]);
    expect(code).toMatch(/\.command\(/);
  });

  test('name no method that is not called', () => {
    expect([...new Set([...byScope, ...METHODS_WITHOUT_SCOPE])].filter((method) => !called.has(method))).toEqual([]);
  });

  test('say what each is for, and what is missing without it', () => {
    for (const { why, without } of SCOPES) {
      expect(why).toMatch(/^[a-z]/);
      expect(without).toMatch(/^(a|nothing|nobody|there|what|outputs|figures|the) /);
    }
    expect(new Set(SCOPES.map(({ scope }) => scope)).size).toBe(SCOPES.length);
  });
});

describe('the events that the app subscribes to', () => {
  test('are those that are handled', () => {
    const subscribed = EVENTS.map(({ event }) => event as string);
    expect([...handled].filter((event) => !subscribed.includes(event))).toEqual([]);
    expect(subscribed.filter((event) => !handled.has(event))).toEqual([]);
  });
});
