import { expect, test } from 'vitest';
import { chatWords } from '#src/cli/chat-words.ts';

const socket = { botToken: 'xoxb-hidden', appToken: 'xapp-hidden', signingSecret: null, apiUrl: null };
const http = { ...socket, appToken: null, signingSecret: 'hidden' };
const state = { mode: 'socket' as const, team: null, sockets: 0, why: null };

const words = (slack: typeof socket | typeof http | null, how: Parameters<typeof chatWords>[1] = null) => {
  const said = chatWords({ slack, discord: null }, how);
  expect(said).not.toContain('hidden');
  return said.split('\n')[0];
};

test('Slack that is off says which variable is missing, and where to read on', () => {
  expect(words(null)).toBe('Slack is off: SLACK_BOT_TOKEN is not set (docs/slack.md).');
});

test('Slack that is on says how, and in which workspace', () => {
  expect(words(socket, { ...state, team: 'Acme' })).toBe('Slack is on: Socket Mode, workspace Acme.');
  expect(words(http, { ...state, mode: 'http', team: 'Acme' })).toBe(
    'Slack is on: HTTP at /slack/events, workspace Acme.',
  );
});

test('Slack that is not reached says why, and what helps', () => {
  expect(words(socket, { ...state, why: 'invalid_auth' })).toBe(
    'Slack is set up (Socket Mode) and not reached: invalid_auth. It is tried again; cowork-ops doctor says more.',
  );
  expect(words(socket, state)).toMatch(/not reached: it has not answered yet\./);
});

test('a process that does not talk to Slack says which one does', () => {
  expect(words(socket)).toBe('Slack is switched on: Socket Mode. A process with the role web talks to it.');
});
