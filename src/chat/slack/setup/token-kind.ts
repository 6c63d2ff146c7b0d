/** What each kind of Slack's secrets begins with, and what it is called on Slack's pages; the more special first. */
const KINDS = [
  { begins: /^xoxe\.xoxb-/, kind: 'rotated', called: 'a rotated bot token (xoxe.xoxb-…)' },
  { begins: /^xoxe\.xoxp-/, kind: 'config', called: 'an app configuration token (xoxe.xoxp-…)' },
  { begins: /^xoxe-/, kind: 'refresh', called: 'a refresh token (xoxe-…)' },
  { begins: /^xoxb-/, kind: 'bot', called: 'a bot token (xoxb-…)' },
  { begins: /^xoxp-/, kind: 'user', called: 'a user token (xoxp-…)' },
  { begins: /^xapp-/, kind: 'app', called: 'an app-level token (xapp-…)' },
  { begins: /^xox[cds]-/, kind: 'browser', called: 'a token of somebody’s browser' },
  { begins: /^https:\/\/hooks\./, kind: 'webhook', called: 'the address of an incoming webhook' },
  { begins: /^[0-9a-f]{32}$/, kind: 'secret', called: 'a signing secret' },
] as const;

export type TokenKind = (typeof KINDS)[number]['kind'] | 'unknown';

export const tokenKind = (value: string): TokenKind =>
  KINDS.find(({ begins }) => begins.test(value))?.kind ?? 'unknown';

const SLOTS = {
  SLACK_BOT_TOKEN: { kind: 'bot', where: 'the page "OAuth & Permissions", under "Bot User OAuth Token"' },
  SLACK_APP_TOKEN: { kind: 'app', where: 'the page "Basic Information", under "App-Level Tokens"' },
  SLACK_SIGNING_SECRET: { kind: 'secret', where: 'the page "Basic Information", under "App Credentials"' },
} as const;

export type SlackVariable = keyof typeof SLOTS;

/** All that Slack puts into its secrets, and all that a header can carry. */
const PRINTED = /^[!-~]+$/;

/** Why this value cannot be what the variable is for, by its looks and without showing it; null where it can. */
export function tokenProblem(variable: SlackVariable, value: string): string | null {
  const kind = tokenKind(value);
  const { kind: wanted, where } = SLOTS[variable];
  const whole = PRINTED.test(value);
  if (kind === wanted && whole) return null;
  // A secret has no beginning of its own: what is none of the others is judged by the requests that it signs.
  if (kind === 'unknown' && wanted === 'secret' && whole) return null;
  if (kind === 'rotated')
    return `${variable} holds a rotated bot token (xoxe.xoxb-…), which ends after twelve hours. Switch token rotation off in the app (Slack: make a new app from the manifest, where it is off) and copy the token from ${where}.`;
  if (!whole)
    return `${variable} does not look like ${calledOf(wanted)}: it has a blank or a sign in it that none has, such as …. Copy the whole of it from ${where}.`;
  const found = KINDS.find((each) => each.kind === kind)?.called;
  const right = Object.entries(SLOTS).find(([, slot]) => slot.kind === kind)?.[0];
  const what = found ? `${variable} holds ${found}` : `${variable} does not look like ${calledOf(wanted)}`;
  const there = right ? `: that belongs in ${right}` : '';
  return `${what}${there}. Copy ${calledOf(wanted)} from ${where}.`;
}

const calledOf = (kind: TokenKind): string => KINDS.find((each) => each.kind === kind)?.called ?? 'a token';
