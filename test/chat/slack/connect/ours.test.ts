import { describe, expect, test } from 'vitest';
import { appOf, isOurs } from '#src/chat/slack/connect/ours.ts';
import { aboutPayload, isEvent } from '#src/chat/slack/connect/payload.ts';

const alone = { id: 'T0OURS', enterprise: null };
const inGrid = { id: 'T0OURS', enterprise: 'E0OURS' };

describe('a payload is ours', () => {
  test.each([
    ['a command', { command: '/cowork', team_id: 'T0OURS' }],
    ['a click', { type: 'block_actions', team: { id: 'T0OURS' } }],
    ['an event', { type: 'event_callback', team_id: 'T0OURS', event: {} }],
    [
      'an event that a stranger caused in a shared channel',
      { type: 'event_callback', team_id: 'T0THEIRS', authorizations: [{ team_id: 'T0OURS' }] },
    ],
    [
      'a stranger’s form on our app',
      { type: 'view_submission', team: { id: 'T0THEIRS' }, view: { app_installed_team_id: 'T0OURS' } },
    ],
    [
      'a stranger’s click on our message',
      { type: 'block_actions', team: { id: 'T0THEIRS' }, message: { team: 'T0OURS' } },
    ],
  ])('%s', (_name, body) => {
    expect(isOurs(body, alone, null)).toBe(true);
  });

  test('an organisation’s installation is, where it says that it is one', () => {
    const body = { type: 'block_actions', team: null, enterprise: { id: 'E0OURS' } };
    expect(isOurs({ ...body, is_enterprise_install: true }, inGrid, null)).toBe(true);
    expect(isOurs(body, inGrid, null)).toBe(false);
    expect(isOurs({ ...body, is_enterprise_install: true }, alone, null)).toBe(false);
  });
});

describe('a payload is not ours', () => {
  test.each([
    ['nothing at all', {}],
    ['another workspace’s', { type: 'block_actions', team: { id: 'T0THEIRS' } }],
    [
      'one that only names our person',
      { type: 'block_actions', team: { id: 'T0THEIRS' }, user: { team_id: 'T0OURS' } },
    ],
    ['numbers and lists where ids belong', { team: [], team_id: 7, authorizations: 'T0OURS', view: 'T0OURS' }],
    ['a prototype’s', JSON.parse('{"__proto__":{"team_id":"T0OURS"}}')],
  ])('%s', (_name, body) => {
    expect(isOurs(body, alone, null)).toBe(false);
  });

  test('one of another app of the same workspace', () => {
    const body = { type: 'block_actions', team: { id: 'T0OURS' }, api_app_id: 'A0OTHER' };
    expect(isOurs(body, alone, 'A0MINE')).toBe(false);
    expect(isOurs({ ...body, api_app_id: 'A0MINE' }, alone, 'A0MINE')).toBe(true);
    expect(isOurs(body, alone, null)).toBe(true);
  });

  test('the app is read from its token', () => {
    expect(appOf('xapp-1-A0MINE-123-abc')).toBe('A0MINE');
    expect(appOf('xapp-nonsense')).toBe(null);
    expect(appOf(null)).toBe(null);
  });
});

describe('what the log says of a payload', () => {
  test('is what it is about, and nothing that somebody wrote or that opens a door', () => {
    const body = {
      type: 'block_actions',
      user: { id: 'U1', name: 'nina' },
      team: { id: 'T1' },
      channel: { id: 'C1' },
      actions: [{ action_id: 'approve', value: 'secret words' }],
      response_url: 'https://hooks.slack.com/actions/T1/1/secret',
      token: 'secret',
      trigger_id: '1.secret',
    };
    expect(aboutPayload(body)).toEqual({
      type: 'block_actions',
      action: 'approve',
      user: 'U1',
      team: 'T1',
      channel: 'C1',
    });
  });

  test('is short and does not fail on nonsense', () => {
    expect(aboutPayload({ type: 'x'.repeat(5000), actions: 'no', user: null })).toEqual({ type: 'x'.repeat(100) });
    expect(aboutPayload({ command: '/cowork', text: 'approve R-1' })).toEqual({ type: 'command' });
  });

  test('an event is what Slack sends again', () => {
    expect(isEvent({ type: 'event_callback' })).toBe(true);
    expect(isEvent({ command: '/cowork' })).toBe(false);
  });
});
