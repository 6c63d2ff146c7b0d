import { expect, test } from 'vitest';
import { isSlackAddress } from '#src/chat/slack/receive/response-url.ts';
import type { Slack } from '#src/chat/slack/slack.ts';

const kit = (slackApiUrl: string): Pick<Slack, 'clients'> => ({
  clients: { now: { slackApiUrl } } as unknown as Slack['clients'],
});
const real = kit('https://slack.com/api/');

test('answers go to Slack over https', () => {
  expect(isSlackAddress(real, 'https://hooks.slack.com/actions/T1/2/3')).toBe(true);
  expect(isSlackAddress(real, 'https://slack.com/x')).toBe(true);
});

test.each([
  'http://hooks.slack.com/actions/T1/2/3',
  'https://hooks.slack.com.evil.example/x',
  'https://evilslack.com/x',
  'https://hooks.slack.com@evil.example/x',
  'https://evil.example/https://hooks.slack.com/',
  'https://hooks.slack.com:8443/x',
  'https://169.254.169.254/latest/meta-data',
  'http://127.0.0.1:4321/x',
  'file:///etc/passwd',
  'hooks.slack.com/x',
  '',
])('and nowhere else: %s', (address) => {
  expect(isSlackAddress(real, address)).toBe(false);
});

test('or to what stands in for Slack, by the very address that the operator set', () => {
  const stand = kit('http://127.0.0.1:4321/api/');
  expect(isSlackAddress(stand, 'http://127.0.0.1:4321/response/1')).toBe(true);
  expect(isSlackAddress(stand, 'http://127.0.0.1:4322/response/1')).toBe(false);
  expect(isSlackAddress(stand, 'https://127.0.0.1:4321/response/1')).toBe(false);
});
