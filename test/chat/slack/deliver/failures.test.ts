import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { DeliveryError } from '#src/chat/adapter.ts';
import { deliveryErrorOf, detailsOf, drawnAmiss } from '#src/chat/slack/deliver/failures.ts';
import { CoworkError, refused } from '#src/errors.ts';

const said = (error: string, more: object = {}) => new WebAPIPlatformError({ ok: false, error, ...more });

describe('what Slack says no with', () => {
  test.each([
    ['channel_not_found', 'away', '/invite'],
    ['is_archived', 'away', 'unarchive it'],
    ['is_inactive', 'away', 'unarchive it'],
    ['not_in_channel', 'away', '/invite'],
    ['restricted_action', 'away', 'ask an admin'],
    ['token_revoked', 'away', 'SLACK_BOT_TOKEN'],
    ['invalid_auth', 'away', 'SLACK_BOT_TOKEN'],
    ['account_inactive', 'away', 'SLACK_BOT_TOKEN'],
    ['not_authed', 'away', 'SLACK_BOT_TOKEN'],
    ['missing_scope', 'away', 'install it again'],
    ['team_disabled', 'away', 'ask an admin'],
    ['user_disabled', 'away', 'cowork.yaml'],
    ['message_not_found', 'gone', 'deleted'],
    ['thread_not_found', 'gone', 'deleted'],
    ['cant_update_message', 'fixed', 'another installation'],
    ['edit_window_closed', 'fixed', 'that old'],
    ['invalid_blocks', 'refused', 'refuses'],
    ['msg_blocks_too_long', 'refused', 'refuses'],
    ['msg_too_long', 'refused', 'refuses'],
    ['invalid_arguments', 'refused', 'refuses'],
    ['a_word_of_next_year', 'refused', 'refuses'],
    ['constructor', 'refused', 'refuses'],
    ['internal_error', 'unknown', 'trouble'],
    ['fatal_error', 'unknown', 'trouble'],
    ['service_unavailable', 'unknown', 'trouble'],
  ])('%s means %s', (code, failure, words) => {
    const error = deliveryErrorOf(said(code));
    expect(error).toMatchObject({ failure, afterMs: null });
    expect(error.message).toContain(words);
    expect(error.message).toContain(`(${code})`);
    // It stands in the middle of a sentence.
    expect(error.message).not.toMatch(/\.$/);
  });

  test('what is so for every place is known from what is so for one', () => {
    const everywhere = (code: string, more: object = {}) => deliveryErrorOf(said(code, more)).everywhere;
    for (const code of ['token_revoked', 'invalid_auth', 'account_inactive', 'not_authed', 'team_disabled'])
      expect([code, everywhere(code)]).toEqual([code, true]);
    for (const code of ['is_archived', 'channel_not_found', 'not_in_channel', 'user_disabled', 'restricted_action'])
      expect([code, everywhere(code)]).toEqual([code, false]);
    expect(everywhere('missing_scope', { needed: 'chat:write' })).toBe(true);
    expect(everywhere('missing_scope', { needed: 'im:write' })).toBe(false);
  });

  test('too many: it is said when to come back', () => {
    expect(deliveryErrorOf(new WebAPIRateLimitedError(30))).toMatchObject({ failure: 'later', afterMs: 30_000 });
    expect(deliveryErrorOf(said('ratelimited'))).toMatchObject({ failure: 'later', afterMs: 10_000 });
    const bare = new Error('Retry header did not contain a valid timeout (url: x, retry-after header: null)');
    expect(deliveryErrorOf(bare)).toMatchObject({ failure: 'later', afterMs: 30_000 });
  });

  test('a missing scope is named, and where the payload is wrong', () => {
    expect(deliveryErrorOf(said('missing_scope', { needed: 'chat:write', provided: 'commands' })).message).toBe(
      'the bot lacks the scope chat:write; add it to the app and install it again (missing_scope)',
    );
    const messages = ['[ERROR] unsupported type: table [json-pointer:/blocks/1/type]'];
    const error = said('invalid_blocks', { response_metadata: { messages } });
    expect(deliveryErrorOf(error).message).toContain('/blocks/1/type');
    expect(detailsOf(error)).toEqual({ messages, needed: null });
    expect([error, said('msg_too_long'), said('is_archived'), new Error('x')].map(drawnAmiss)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

test('what may have been written is unknown; what was stopped on the way there is not', () => {
  const http = (status: number) => new WebAPIHTTPError(status, '', {}, '');
  expect([500, 502, 503, 408].map((status) => deliveryErrorOf(http(status)).failure)).toEqual(Array(4).fill('unknown'));
  expect([403, 404, 407].map((status) => deliveryErrorOf(http(status)).failure)).toEqual(Array(3).fill('away'));
  expect(deliveryErrorOf(new WebAPIRequestError(new Error('ECONNRESET')))).toMatchObject({
    failure: 'unknown',
    message: 'no answer from Slack: ECONNRESET',
  });
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const hidden = new WebAPIRequestError(new TypeError('fetch failed', { cause: reset }));
  expect(deliveryErrorOf(hidden).message).toBe('no answer from Slack: fetch failed (ECONNRESET)');
  expect(deliveryErrorOf('whatever')).toMatchObject({ failure: 'unknown', message: 'whatever' });
  expect(deliveryErrorOf(refused('No.'))).toMatchObject({ failure: 'unknown' });
  expect(deliveryErrorOf(new CoworkError('unavailable', 'Slack has not answered yet.'))).toMatchObject({
    failure: 'later',
    afterMs: 1000,
    message: 'Slack has not answered yet',
  });
  const same = new DeliveryError('gone', 'as it is');
  expect(deliveryErrorOf(same)).toBe(same);
});
