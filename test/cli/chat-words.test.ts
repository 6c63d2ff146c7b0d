import { expect, test } from 'vitest';
import { type ChatStates, chatWords } from '#src/cli/chat-words.ts';

const socket = { botToken: 'xoxb-hidden', appToken: 'xapp-hidden', signingSecret: null, apiUrl: null };
const http = { ...socket, appToken: null, signingSecret: 'hidden' };
const state = { mode: 'socket' as const, team: null, sockets: 0, why: null };

const words = (slack: typeof socket | typeof http | null, how: ChatStates['slack'] = null) => {
  const said = chatWords({ slack, discord: null }, { slack: how, discord: null });
  expect(said).not.toContain('hidden');
  return said.split('\n')[0];
};

test('Slack that is off says which variable is missing, and where to read on', () => {
  expect(words(null)).toBe('Slack is off: SLACK_BOT_TOKEN is not set (docs/slack.md).');
});

test('Slack that is on says how, and in which workspace', () => {
  expect(words(socket, { ...state, team: 'Acme', sockets: 2 })).toBe('Slack is on: Socket Mode, workspace Acme.');
  expect(words(socket, { ...state, team: 'Acme', sockets: 1 })).toBe(
    'Slack is on: Socket Mode (1 of 2 connections), workspace Acme.',
  );
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

const gateway = { botToken: 'hidden', applicationId: '1', guildId: '2', publicKey: null, apiUrl: null };
const inHttp = { ...gateway, publicKey: 'hidden' };
const known = { mode: 'gateway' as const, guild: 'Acme', gateway: 'open' as const, why: null };

const inDiscord = (discord: typeof gateway | typeof inHttp | null, how: ChatStates['discord'] = null) => {
  const said = chatWords({ slack: null, discord }, { slack: null, discord: how });
  expect(said).not.toContain('hidden');
  return said.split('\n')[1];
};

test('Discord says the same: off, on in which server, who hears it, and why it is not reached', () => {
  expect(inDiscord(null)).toBe('Discord is off: DISCORD_TOKEN is not set (docs/discord.md).');
  expect(inDiscord(gateway)).toBe('Discord is switched on: gateway. A process with the role web talks to it.');
  expect(inDiscord(gateway, known)).toBe('Discord is on: gateway, server Acme.');
  expect(inDiscord(inHttp, { ...known, mode: 'http', gateway: null })).toBe(
    'Discord is on: HTTP at /discord/interactions, server Acme.',
  );
  expect(inDiscord(gateway, { ...known, gateway: 'standby' })).toBe(
    'Discord is on: gateway, server Acme; another process hears it, and this one stands by.',
  );
  const closed = { ...known, gateway: 'closed' as const };
  expect(inDiscord(gateway, { ...closed, guild: null })).toMatch(/not reached: it has not answered yet\./);
  expect(inDiscord(gateway, { ...closed, why: 'DISCORD_TOKEN is not valid.' })).toBe(
    'Discord is set up (gateway) and not reached: DISCORD_TOKEN is not valid. It is tried again; cowork-ops doctor says more.',
  );
});
