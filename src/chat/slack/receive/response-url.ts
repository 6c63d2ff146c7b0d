import type { Slack } from '../slack.ts';

/**
 * Whether answers may be sent to an address that a payload named: Slack's own over https, or that of whatever stands in
 * for Slack (`SLACK_API_URL`). Denied by default: what is answered may be for one person's eyes.
 */
export function isSlackAddress({ clients }: Pick<Slack, 'clients'>, address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  if (url.protocol === 'https:' && url.port === '' && /(^|\.)slack\.com$/.test(url.hostname)) return true;
  const ours = URL.parse(clients.now.slackApiUrl);
  return ours !== null && url.protocol === ours.protocol && url.host === ours.host;
}
