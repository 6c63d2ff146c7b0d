import { WebClient, type WebClientOptions } from '@slack/web-api';
import { StoryClock } from '#test/stories/clock.ts';
import { ALL_EVENTS, ALL_SCOPES, type SlackEmulator, type SlackOptions, startSlack } from './emulator.ts';

export const ANNA = 'U0ANNA0001';
export const BEN = 'U0BEN00001';
export const OPS = 'C0OPS00001';
export const SECRET = 'G0SECRET01';
export const ELSEWHERE = 'C0ELSE0001';

/** More than our own app asks for, where a test is about Slack. */
export const EVERYTHING = {
  scopes: [...ALL_SCOPES, 'chat:write.public', 'im:read', 'users:read.email'],
  subscribed: [...ALL_EVENTS, 'app_mention'],
};

/** A workspace with two people, a channel with both, a private one, and one that the bot is not in. */
export async function workspace(
  options: SlackOptions = {},
): Promise<{ slack: SlackEmulator; clock: StoryClock; client: WebClient }> {
  const clock = new StoryClock('2026-11-23T09:00:00+01:00');
  const slack = await startSlack({ clock, ...(options.manifest ? {} : EVERYTHING), ...options });
  slack.addUser({ id: ANNA, name: 'anna', realName: 'Anna Berg', email: 'anna@acme.example' });
  slack.addUser({ id: BEN, name: 'ben' });
  slack.addUser({ id: 'U0GUEST001', name: 'gus', kind: 'guest' });
  slack.addUser({ id: 'U0STRANGE1', name: 'sam', kind: 'stranger' });
  slack.addUser({ id: 'U0GONE0001', name: 'gone', kind: 'gone' });
  slack.addUser({ id: 'U0ROBOT001', name: 'robot', kind: 'bot' });
  slack.addChannel({ id: OPS, name: 'ops', members: [ANNA, BEN] });
  slack.addChannel({ id: SECRET, name: 'secret', members: [ANNA], private: true });
  slack.addChannel({ id: ELSEWHERE, name: 'elsewhere', members: [BEN], bot: false });
  slack.addChannel({ id: 'G0CLOSED01', name: 'closed', members: [BEN], private: true, bot: false });
  slack.addChannel({ id: 'C0OLD00001', name: 'old', members: [ANNA], archived: true });
  return { slack, clock, client: clientOf(slack) };
}

/** A client that tries once. */
export const clientOf = (slack: SlackEmulator, options: WebClientOptions = {}, token?: string): WebClient =>
  new WebClient(token ?? slack.config.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...options,
  });

/** Code of a refusal, or `ok`. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { data, code, retryAfter } = error as { data?: { error?: string }; code?: string; retryAfter?: number };
    return data?.error ?? (retryAfter === undefined ? String(code) : `429 after ${retryAfter}`);
  }
}
