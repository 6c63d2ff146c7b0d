import { systemCode } from '../../errors.ts';

/** The code of a time-out of ours before there was a connection. */
export const NOT_CONNECTED = 'ENOTCONN';

const CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  NOT_CONNECTED,
]);

/** Whether a call failed before anybody was reached: then nothing of it was done. The libraries wrap what they met. */
export function neverConnected(error: unknown): boolean {
  const original = error instanceof Error && 'original' in error ? error.original : error;
  const causes = [original, original instanceof Error ? original.cause : undefined];
  return causes.some((one) => CODES.has(systemCode(one) ?? ''));
}
