import { expect, test } from 'vitest';
import { plainError, withoutSecrets } from '#src/chat/connect/plain-error.ts';
import { libraryLog } from '#src/chat/slack/connect/library-log.ts';
import { heard } from './inner.ts';

test.each([
  ['xoxb-1-2-abc', '[redacted]'],
  ['token xoxe.xoxp-1-abc ends', 'token [redacted] ends'],
  ['xapp-1-A0-1-abc', '[redacted]'],
  ['wss://wss.slack.com/link/?ticket=abc&app_id=x', 'wss://wss.slack.com/…'],
  ['to https://hooks.slack.com/actions/T1/2/abc: 500', 'to https://hooks.slack.com/… 500'],
  ['A request error occurred: invalid_auth', 'A request error occurred: invalid_auth'],
])('%s is logged as %s', (text, plain) => {
  expect(withoutSecrets(text)).toBe(plain);
});

test('several failures at once are each named', () => {
  const error = Object.assign(new Error('both failed'), { originals: [new Error('a'), new Error('xoxb-1-2')] });
  expect(plainError(error).why).toBe('a; [redacted]');
  expect(plainError('a word')).toEqual({ why: 'a word', stack: undefined });
});

test('the libraries may say what they like, and are never asked for whole payloads', async () => {
  const { ground, lines, database } = await heard();
  await database.drop();
  const log = libraryLog(ground.log);
  log.debug('a payload');
  log.warn('The token is', 'xoxb-1-2-abc', { url: 'https://hooks.slack.com/x' });
  log.error(new Error('xapp-1-A-2'), undefined);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'The token is [redacted] {"url":"https://hooks.slack.com/…"}',
    '[redacted] ',
  ]);
  expect(log.getLevel()).toBe('info');
});
