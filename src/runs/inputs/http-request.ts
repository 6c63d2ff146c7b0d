import { BlockList, isIP } from 'node:net';

export type Answer = { response: Response } | { refused: string };

const MOST_REDIRECTS = 5;

// Where a redirect must never lead: this machine, the networks around it, and the cloud's metadata address.
const CLOSED = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  CLOSED.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::ffff:0:0', 96],
] as const)
  CLOSED.addSubnet(net, bits, 'ipv6');

/**
 * GETs a URL, following at most five redirects by hand: only http and https, never from https down to http, never to
 * another origin on this machine or a private network, and headers (they may hold secrets) only to the origin they
 * were written for.
 */
export async function follow(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  const first = new URL(url);
  let at = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await fetch(at.href, {
      redirect: 'manual',
      signal,
      headers: at.origin === first.origin ? headers : {},
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return { response };
    await response.body?.cancel().catch(() => {});
    const next = URL.canParse(location, at.href) ? new URL(location, at.href) : undefined;
    const why = next ? unsafe(next, at, first) : 'it redirects to something that is no URL';
    if (why !== undefined || !next) return { refused: why ?? '' };
    at = next;
  }
  return { refused: `it redirects more than ${MOST_REDIRECTS} times` };
}

const unsafe = (next: URL, at: URL, first: URL): string | undefined => {
  if (next.protocol !== 'http:' && next.protocol !== 'https:') return `it redirects to ${next.protocol}`;
  if (at.protocol === 'https:' && next.protocol === 'http:') return 'it redirects from https down to http';
  if (next.origin !== first.origin && isClosed(next.hostname)) return 'it redirects into a private network';
  return undefined;
};

const isClosed = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  const kind = isIP(host);
  if (kind !== 0) return CLOSED.check(host, kind === 6 ? 'ipv6' : 'ipv4');
  return host === 'localhost' || host.endsWith('.localhost');
};
