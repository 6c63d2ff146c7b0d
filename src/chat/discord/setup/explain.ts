import { CoworkError, messageOf, systemCode } from '../../../errors.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import { codeOf } from '../connect/why-not.ts';

const MEANS: Readonly<Record<number, string>> = {
  10002: 'Discord does not know the application (10002)',
  10004: 'Discord does not know the server, or the bot is not in it (10004)',
  50001: 'the bot may not see it (50001)',
  50013: 'a permission is missing (50013)',
};

const numberIn = (error: unknown, key: string): number | null => {
  const value = error instanceof Error ? Reflect.get(error, key) : null;
  return typeof value === 'number' ? value : null;
};

/** Whether Discord said no to the token itself. */
export const isTokenRefused = (error: unknown): boolean => numberIn(error, 'status') === 401;

/** Whether Discord did not answer what was asked at all: then it does not answer the next question either. */
export const isSilent = (error: unknown): boolean => codeOf(error) === null;

/** Why a call failed, as a piece of a sentence without a full stop. No secrets. */
export function discordTrouble(error: unknown): string {
  if (isTokenRefused(error)) return 'Discord does not take DISCORD_TOKEN (401)';
  const wait = numberIn(error, 'timeToReset');
  if (wait !== null) return `asked too often; Discord says to wait ${Math.ceil(wait / 1000)} s`;
  const code = codeOf(error);
  if (code !== null && code > 0) return MEANS[code] ?? `Discord says ${withoutSecrets(messageOf(error))} (${code})`;
  const status = numberIn(error, 'status');
  if (status !== null) return `Discord answers with HTTP ${status}; try again later`;
  if (error instanceof CoworkError) return withoutSecrets(error.message).replace(/\.$/, '');
  return `Discord cannot be reached: ${withoutSecrets(reasonOf(error))}`;
}

/** `fetch failed` alone says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause) || systemCode(cause) || 'no reason given';
}
