import { createHmac } from 'node:crypto';

/** A request as Slack sends it to an app. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** Signs a body as Slack does: `v0:<time>:<body>` under the signing secret. `at` in milliseconds. */
export function signedRequest(body: string, secret: string, at: number, type?: string): SignedRequest {
  const time = `${Math.floor(at / 1000)}`;
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': type ?? (body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded'),
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  };
}
