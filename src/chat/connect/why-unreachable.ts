import { messageOf, systemCode } from '../../errors.ts';

/** Node's codes for a certificate that no platform would take either: verification's own, and TLS that never came about. */
const BAD_TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH$|INVALID_CA$)/;
const NO_NAME = 'ENOTFOUND';

export interface Unreachable {
  /** Who is to reach the address. */
  platform: string;
  /** A name that resolves wherever names do. */
  knownName: string;
  /** The addresses of a host's name; rejects where there are none. */
  resolve: (name: string) => Promise<unknown>;
}

/**
 * What is wrong with a public address of ours that gave no answer to our own knock, whoever may answer there later: a
 * certificate that nobody trusts, or a name that leads nowhere. Null where the product may only not be up yet.
 */
export async function whyUnreachable(
  url: string,
  error: unknown,
  { platform, knownName, resolve }: Unreachable,
): Promise<string | null> {
  const code = codeOf(error);
  if (BAD_TLS.test(code)) {
    return `${url} has no certificate that ${platform} trusts (${code}: ${causeOf(error)}). Renew or correct it on the proxy.`;
  }
  // Where no name resolves at all, the host that asks is cut off, and the address may be right.
  const isUnknown = code === NO_NAME && (await resolve(knownName).then(Boolean, () => false));
  if (!isUnknown) return null;
  return `${new URL(url).hostname} leads nowhere: there is no such name. Correct PUBLIC_URL or the DNS.`;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return systemCode(cause) ?? '';
}

/** `fetch failed` alone says nothing; its cause does. */
export const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error);
