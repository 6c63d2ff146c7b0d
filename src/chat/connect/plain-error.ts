import { messageOf } from '../../errors.ts';

/** Tokens of Slack's and Discord's every kind, addresses that answer for somebody, and tickets of a socket. */
const SECRETS =
  /xox[a-z]*[-.][A-Za-z0-9.-]+|xapp-[A-Za-z0-9-]+|\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{25,}|\b(?:https?|wss?):\/\/[^\s"'<>]+/g;

/** The same words without what opens a door: tokens, and addresses beyond their host. */
export const withoutSecrets = (text: string): string =>
  text.replace(SECRETS, (found) => {
    const host = /^[a-z]+:\/\/[^/?#\s"']+/.exec(found)?.[0];
    return host === undefined ? '[redacted]' : `${host}/…`;
  });

/** An error for the log: its words and where it came from; what the libraries hang on it may hold a token. */
export function plainError(error: unknown): { why: string; stack?: string | undefined } {
  const stack = error instanceof Error && error.stack ? withoutSecrets(error.stack).slice(0, 4000) : undefined;
  return { why: reasonsOf(error).map(withoutSecrets).join('; '), stack };
}

/** Several listeners of the app may have failed at once. */
const reasonsOf = (error: unknown): string[] =>
  error instanceof Error && 'originals' in error && Array.isArray(error.originals)
    ? error.originals.map(messageOf)
    : [messageOf(error)];
