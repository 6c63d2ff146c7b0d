import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examineSlack, type SlackExamination } from '#src/chat/slack/setup/examine.ts';
import { SCOPES } from '#src/chat/slack/setup/scopes.ts';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { type Team, teamFile } from '#src/people/team.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';

const ASKED = SCOPES.map(({ scope }) => scope);

const team = (more: Record<string, unknown> = {}): Team =>
  teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', slack: 'U0MAYA', roles: ['owner'] },
      jon: { name: 'Jon Okafor', email: 'jon@acme.example', slack: 'U0JON', roles: ['approver'] },
    },
    channels: { ops: ['slack:C0OPS'], reviews: ['slack:C0REVIEWS'] },
    ...more,
  });

let slack: SlackEmulator;
/** What a strict Slack may hold against what a test does on purpose. */
let expected: RegExp | null;

beforeEach(async () => {
  expected = null;
  slack = await startSlack({ scopes: ASKED });
  slack.addUser({ id: 'U0MAYA', name: 'maya' });
  slack.addUser({ id: 'U0JON', name: 'jon' });
  slack.addChannel({ id: 'C0OPS', name: 'cowork-ops', members: ['U0MAYA'] });
  slack.addChannel({ id: 'C0REVIEWS', name: 'reviews', members: ['U0MAYA'], private: true });
});

afterEach(async () => {
  if (expected) slack.expectAmiss(expected);
  const { amiss, calls } = slack;
  await slack[Symbol.asyncDispose]();
  expect(amiss).toEqual([]);
  // It looks; it never changes anything.
  const READS = /^(auth\.test|apps\.connections\.open|conversations\.info|users\.info|usergroups\.list)$/;
  expect(calls.map(({ method }) => method).filter((method) => !READS.test(method))).toEqual([]);
});

async function look(more: Partial<SlackExamination> = {}) {
  const examination = {
    ...{ config: slack.config, publicUrl: null, team: team(), clock: systemClock, log: silentLog },
    ...{ groupTrouble: null, ...more },
  };
  const findings = await examineSlack(examination);
  const said = JSON.stringify(findings);
  for (const secret of Object.values(slack.workspace.tokens)) expect(said).not.toContain(secret);
  return {
    bad: findings.filter(({ ok }) => !ok).map(({ part, says }) => `${part}: ${says}`),
    good: findings.filter(({ ok }) => ok).map(({ part, says }) => `${part}: ${says}`),
  };
}

test('all is well', async () => {
  const { bad, good } = await look();
  expect(bad).toEqual([]);
  expect(good).toEqual([
    'slack token: @cowork in the workspace Acme (https://acme.slack.com/)',
    `slack scopes: all ${ASKED.length} are granted`,
    'slack app token: opens a connection (Socket Mode)',
    expect.stringMatching(/^slack clock: agrees with Slack’s within \d+ s$/),
    'slack places: #ops (slack:C0OPS) is #cowork-ops\n#reviews (slack:C0REVIEWS) is #reviews',
    'slack people: 2 of 2 Slack ids are full members of Acme',
  ]);
});

describe('the token', () => {
  test('a swapped pair is named twice, and nothing is asked with it', async () => {
    const { botToken, appToken } = slack.config;
    const { bad } = await look({ config: { ...slack.config, botToken: appToken ?? '', appToken: botToken } });
    expect(bad).toHaveLength(2);
    expect(bad[0]).toMatch(/^slack token: SLACK_BOT_TOKEN holds an app-level token .* belongs in SLACK_APP_TOKEN/);
    expect(bad[1]).toMatch(/^slack app token: SLACK_APP_TOKEN holds a bot token .* belongs in SLACK_BOT_TOKEN/);
    expect(slack.calls).toEqual([]);
  });

  test.each([
    ['token_revoked', /token_revoked: the token was revoked\. Install the app again/],
    ['account_inactive', /account_inactive: the app was removed from the workspace/],
    ['invalid_auth', /invalid_auth: Slack does not know this token/],
  ] as const)('%s says what to do', async (fault, words) => {
    slack.workspace.tokenFault = fault;
    const { bad } = await look();
    expect(bad[0]).toMatch(words);
  });

  test('of another workspace: none of the ids is known', async () => {
    const strange = team({ channels: { ops: ['slack:C0ELSEWHERE'] } });
    slack.workspace.users.delete('U0MAYA');
    slack.workspace.users.delete('U0JON');
    const { bad } = await look({ team: strange });
    expect(bad[0]).toBe(
      'slack workspace: none of the 3 Slack ids in cowork.yaml is known in Acme (https://acme.slack.com/). Is the token of another workspace?',
    );
    expect(bad).toHaveLength(4);
  });

  test('Slack cannot be reached at all', async () => {
    slack.away(true);
    const { bad, good } = await look();
    expect(bad[0]).toMatch(/^slack token: SLACK_BOT_TOKEN: Slack cannot be reached: /);
    expect(good).toEqual([]);
  });

  test('Slack is in trouble, or asks to wait', async () => {
    slack.fault('auth.test', { kind: 'http500', times: 2 });
    const where = `SLACK_API_URL says that Slack is at ${new URL(slack.url).origin}.`;
    expect((await look()).bad[0]).toBe(
      `slack token: SLACK_BOT_TOKEN: Slack answers with HTTP 500; try again later. ${where}`,
    );
    slack.fault('auth.test', { kind: 'rate', afterMs: 7000 });
    expect((await look()).bad[0]).toBe(
      `slack token: SLACK_BOT_TOKEN: asked too often; Slack says to wait 7 s. ${where}`,
    );
  });
});

describe('scopes', () => {
  test('each missing one is named with what does not work without it', async () => {
    slack.workspace.scopes.delete('commands');
    slack.workspace.scopes.delete('im:write');
    slack.workspace.scopes.delete('files:write');
    const { bad } = await look();
    expect(bad).toEqual([
      [
        'slack scopes: commands is missing: there is no /cowork',
        'im:write is missing: what is meant for one person alone cannot be sent to them',
        'files:write is missing: outputs cannot be had in Slack, and figures come without their picture (optional)',
        'Add them under "OAuth & Permissions" (or paste the manifest again), then install the app again.',
      ].join('\n'),
    ]);
  });

  test('optional ones alone are told and are no failure', async () => {
    slack.workspace.scopes.delete('channels:history');
    const { bad, good } = await look();
    expect(bad).toEqual([]);
    expect(good[1]).toBe(
      'slack scopes: channels:history is missing: a message whose answer was lost may be there twice in a public channel: a P1 is posted again at once, anything else with its next change; a deleted one is missed until it changes (optional)',
    );
  });

  test('where a look itself lacks one, it says so and goes on', async () => {
    slack.workspace.scopes.delete('users:read');
    expected = /users\.info: missing scope/;
    const { bad } = await look();
    expect(bad).toContain(
      'slack person: maya (U0MAYA): missing_scope: users:read is not granted. Add it under "OAuth & Permissions" and install the app again.',
    );
  });
});

describe('the app-level token', () => {
  test('one that Slack does not know', async () => {
    expected = /app-level token is needed/;
    const { bad } = await look({ config: { ...slack.config, appToken: 'xapp-1-A0COWORK01-2-wrong' } });
    expect(bad).toEqual([
      'slack app token: SLACK_APP_TOKEN: invalid_auth: Slack does not know this token. Copy it again, whole, from the app’s pages.',
    ]);
  });

  test('one without connections:write', async () => {
    slack.fault('apps.connections.open', { kind: 'error', error: 'missing_scope' });
    const { bad } = await look();
    expect(bad).toEqual([expect.stringMatching(/^slack app token: SLACK_APP_TOKEN lacks connections:write\./)]);
  });

  test('asked about too often: not tried, and no failure', async () => {
    slack.fault('apps.connections.open', { kind: 'rate', afterMs: 30_000 });
    const { bad, good } = await look();
    expect(bad).toEqual([]);
    expect(good).toContain(
      'slack app token: not tried: asked too often; Slack says to wait 30 s. Run doctor again then',
    );
  });

  test('Socket Mode switched off', async () => {
    slack.fault('apps.connections.open', { kind: 'error', error: 'socket_mode_not_enabled' });
    expect((await look()).bad).toEqual([expect.stringMatching(/Socket Mode is off in the app.*Switch it on/)]);
  });
});

describe('the clock', () => {
  const off = (ms: number) => ({ ...systemClock, now: () => new Date(systemClock.now().getTime() + ms) });

  test('ten minutes ahead', async () => {
    const { bad } = await look({ clock: off(600_000) });
    expect(bad).toEqual([
      expect.stringMatching(/^slack clock: this host’s clock is \d{3} s ahead of Slack’s\. Set it by NTP\.$/),
    ]);
  });

  test('ten minutes behind, in HTTP mode', async () => {
    const config = { ...slack.config, appToken: null, signingSecret: 'secret' };
    const { bad } = await look({ clock: off(-600_000), config });
    expect(bad.at(-1)).toMatch(/s behind Slack’s\. .*each of Slack’s requests is refused\.$/);
  });
});

describe('places', () => {
  test('missing, archived, without the bot, and no channel at all', async () => {
    slack.addChannel({ id: 'C0OLD', name: 'old', members: [], archived: true });
    slack.addChannel({ id: 'C0ALONE', name: 'alone', members: ['U0MAYA'], bot: false });
    const channels = {
      ops: ['slack:C0OPS', 'slack:C0GONE'],
      old: ['slack:C0OLD'],
      alone: ['slack:C0ALONE'],
      maya: ['slack:U0MAYA'],
    };
    const { bad, good } = await look({
      team: team({ channels, alerts: { fallback: ['slack:C0ALONE', 'discord:12345'] } }),
    });
    expect(good).toContain('slack places: #ops (slack:C0OPS) is #cowork-ops');
    expect(bad).toEqual([
      expect.stringMatching(/^slack place: #ops \(slack:C0GONE\): channel_not_found: .* \/invite @cowork in it\.$/),
      'slack place: #old (slack:C0OLD): #old is archived. Unarchive it, or name another channel in cowork.yaml.',
      'slack place: #alone, alerts.fallback (slack:C0ALONE): @cowork is not in #alone, so it cannot post there. Type /invite @cowork in it.',
      'slack place: #maya (slack:U0MAYA): this is a person. Name a channel, whose id begins with C or G.',
    ]);
  });

  test('without the bot, yet with the right to post everywhere', async () => {
    slack.addChannel({ id: 'C0ALONE', name: 'alone', members: ['U0MAYA'], bot: false });
    slack.workspace.scopes.add('chat:write.public');
    const { bad, good } = await look({ team: team({ channels: { alone: ['slack:C0ALONE'] } }) });
    expect(bad).toEqual([]);
    expect(good.join()).toContain('posts without being in it, and cannot look for a message');
  });

  test('none of Slack’s', async () => {
    const { bad, good } = await look({ team: team({ channels: { ops: ['discord:12345'] } }) });
    expect(bad).toEqual([]);
    expect(good.join()).toContain('names none, so nothing is posted in Slack. Add slack:C… to a channel there.');
  });
});

describe('people', () => {
  test.each([
    ['guest', /is a guest/],
    ['stranger', /is of another organisation/],
    ['bot', /is a bot/],
    ['gone', /is deactivated/],
  ] as const)('a %s may do nothing', async (kind, words) => {
    slack.addUser({ id: 'U0JON', name: 'jon', kind });
    const { bad, good } = await look();
    expect(bad).toEqual([expect.stringMatching(words)]);
    expect(bad[0]).toMatch(/^slack person: jon \(U0JON\)/);
    expect(good).toContain('slack people: 1 of 2 Slack ids are full members of Acme');
  });

  test('an id that nobody has, and people without one', async () => {
    const people = {
      maya: { name: 'Maya', email: 'maya@acme.example', slack: 'U0MAYA', roles: ['owner'] },
      jon: { name: 'Jon', email: 'jon@acme.example', slack: 'U0WRONG', roles: ['approver'] },
      ana: { name: 'Ana', email: 'ana@acme.example', roles: ['approver'] },
    };
    const { bad, good } = await look({ team: team({ people }) });
    expect(bad).toEqual([expect.stringMatching(/^slack person: jon \(U0WRONG\): user_not_found: .*Copy member ID/)]);
    expect(good.join()).toContain('without a Slack id: ana');
  });

  test('nobody has a Slack id', async () => {
    const people = { ana: { name: 'Ana', email: 'ana@acme.example', roles: ['approver'] } };
    const { bad } = await look({ team: team({ people }) });
    expect(bad).toEqual([expect.stringMatching(/^slack people: nobody in cowork\.yaml has a Slack id/)]);
  });
});

test('Slack that falls silent halfway is asked no further', async () => {
  slack.fault('conversations.info', { kind: 'http500', times: 2 });
  slack.fault('users.info', { kind: 'http500', times: 2 });
  // The bot itself is asked first, of which nothing is said.
  slack.fault('users.info', { kind: 'http500', times: 2 });
  const { bad } = await look();
  expect(bad).toEqual([
    'slack place: #ops (slack:C0OPS): Slack answers with HTTP 500; try again later.',
    'slack person: maya (U0MAYA): Slack answers with HTTP 500; try again later. Not looked at: 1 more.',
  ]);
  expect(slack.calls.filter(({ method }) => method === 'conversations.info')).toHaveLength(2);
});

describe('the user group of the rota', () => {
  const onCall = (more: Record<string, unknown> = {}) =>
    team({
      on_call: { rota: ['maya', 'jon'], starts: '2026-01-05T09:00', shift: '1w', slack_group: 'S0ONCALL', ...more },
    });

  test('is there', async () => {
    slack.addUserGroup({ id: 'S0ONCALL', handle: 'oncall', users: ['U0MAYA'] });
    const { bad, good } = await look({ team: onCall() });
    expect(bad).toEqual([]);
    expect(good.at(-1)).toMatch(/^slack on call: @oncall follows the rota; on call now: (Maya|Jon)$/);
  });

  test('holds others: they are named before the product takes their place', async () => {
    slack.addUserGroup({ id: 'S0ONCALL', handle: 'engineering', users: ['U0MAYA', 'U0ZOE', 'U0LEE'] });
    const { bad, good } = await look({ team: onCall() });
    expect(bad).toEqual([]);
    expect(good.at(-1)).toContain('@engineering holds people outside the rota (U0ZOE and U0LEE)');
  });

  test('is not there: those that are, are named', async () => {
    slack.addUserGroup({ id: 'S0OTHER', handle: 'other', users: ['U0MAYA'] });
    const { bad } = await look({ team: onCall() });
    expect(bad).toEqual([
      'slack on call: on_call.slack_group S0ONCALL is no user group of this workspace. There are: S0OTHER (@other).',
    ]);
  });

  test('cannot be had without a paid plan', async () => {
    slack.plan = 'free';
    expect((await look({ team: onCall() })).bad).toEqual([
      expect.stringMatching(/paid_teams_only: user groups need a paid plan/),
    ]);
  });

  test('could not be changed by the product that runs', async () => {
    slack.addUserGroup({ id: 'S0ONCALL', handle: 'oncall', users: ['U0MAYA'] });
    const { bad } = await look({ team: onCall(), groupTrouble: 'permission_denied: only admins may' });
    expect(bad).toEqual(['slack on call: @oncall does not follow the rota: permission_denied: only admins may.']);
  });

  test('somebody of the rota has no Slack id', async () => {
    slack.addUserGroup({ id: 'S0ONCALL', handle: 'oncall', users: ['U0MAYA'] });
    const people = {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', slack: 'U0MAYA', roles: ['owner'] },
      jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['approver'] },
    };
    const { bad } = await look({ team: team({ people, on_call: onCall().on_call }) });
    expect(bad).toEqual([expect.stringMatching(/@oncall is switched off while Jon is on call: no Slack id/)]);
  });
});

describe('a broken home', () => {
  test('keeps nothing else from being looked at', async () => {
    const { bad, good } = await look({ team: null });
    expect(bad).toEqual([]);
    expect(good).toHaveLength(4);
  });
});
