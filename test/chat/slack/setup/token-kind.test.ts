import { describe, expect, test } from 'vitest';
import { type SlackVariable, tokenKind, tokenProblem } from '#src/chat/slack/setup/token-kind.ts';

const SECRET = '0123456789abcdef0123456789abcdef';

describe('the kind of a token', () => {
  test.each([
    ['xoxb-1-2-abc', 'bot'],
    ['xoxp-1-2-abc', 'user'],
    ['xapp-1-A0123-4-abc', 'app'],
    ['xoxe.xoxb-1-abc', 'rotated'],
    ['xoxe.xoxp-1-abc', 'config'],
    ['xoxe-1-abc', 'refresh'],
    ['xoxc-1-abc', 'browser'],
    ['https://hooks.example/services/T/B/x', 'webhook'],
    [SECRET, 'secret'],
    ['something', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (value, kind) => {
    expect(tokenKind(value)).toBe(kind);
  });
});

describe('a variable', () => {
  test('takes its own kind', () => {
    expect(tokenProblem('SLACK_BOT_TOKEN', 'xoxb-1-2-abc')).toBeNull();
    expect(tokenProblem('SLACK_APP_TOKEN', 'xapp-1-A0123-4-abc')).toBeNull();
    expect(tokenProblem('SLACK_SIGNING_SECRET', SECRET)).toBeNull();
    expect(tokenProblem('SLACK_SIGNING_SECRET', 'of-another-form')).toBeNull();
  });

  test.each([
    ['SLACK_BOT_TOKEN', 'xapp-1-A0123-4-hidden', /app-level token.*belongs in SLACK_APP_TOKEN.*OAuth & Permissions/],
    ['SLACK_APP_TOKEN', 'xoxb-1-hidden', /a bot token.*belongs in SLACK_BOT_TOKEN.*Basic Information/],
    ['SLACK_SIGNING_SECRET', 'xoxb-1-hidden', /a bot token.*belongs in SLACK_BOT_TOKEN.*App Credentials/],
    ['SLACK_BOT_TOKEN', 'xoxp-1-hidden', /a user token \(xoxp-…\)\. Copy a bot token/],
    ['SLACK_BOT_TOKEN', 'xoxe.xoxb-1-hidden', /rotated.*twelve hours.*token rotation/],
    ['SLACK_BOT_TOKEN', 'xoxc-1-hidden', /browser/],
    ['SLACK_BOT_TOKEN', SECRET, /a signing secret: that belongs in SLACK_SIGNING_SECRET/],
    ['SLACK_BOT_TOKEN', 'xoxb-…', /does not look like a bot token .*such as ….*OAuth & Permissions/],
    ['SLACK_APP_TOKEN', 'xapp-1 hidden', /does not look like an app-level token/],
    ['SLACK_BOT_TOKEN', 'hidden', /does not look like a bot token/],
    ['SLACK_APP_TOKEN', 'hidden', /does not look like an app-level token/],
  ] as [SlackVariable, string, RegExp][])('%s refuses %s without showing it', (variable, value, words) => {
    const problem = tokenProblem(variable, value);
    expect(problem).toMatch(words);
    expect(problem).not.toContain('hidden');
    expect(problem).not.toContain(SECRET);
  });
});
