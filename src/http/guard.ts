import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';

export interface Exposure {
  /** The address the server listens on. */
  host: string;
  port: number;
  publicUrl: string | null;
  /** True when chat requests arrive over HTTP: somebody has put this port on the internet. */
  chatOverHttp: boolean;
  /** True when any chat platform is configured. */
  chat: boolean;
  /** True when the bundled example home runs. */
  example: boolean;
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

export const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '');
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
};

/** The Host headers this server answers to; any other is a stray or a rebinding name. */
export function allowedHosts(exposure: Exposure, port: number): Set<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  if (!isLoopback(exposure.host) && exposure.host !== '0.0.0.0' && exposure.host !== '::') {
    names.push(isIP(exposure.host) === 6 ? `[${exposure.host}]` : exposure.host);
  }
  const hosts = new Set(names.map((name) => `${name}:${port}`));
  if (port === 80) for (const name of names) hosts.add(name);
  if (exposure.publicUrl) hosts.add(new URL(exposure.publicUrl).host);
  return hosts;
}

/** Whether this very request reached us from this machine and nothing hints that the port is reachable from outside. */
export function isPrivateRequest(context: Context, exposure: Exposure): boolean {
  if (exposure.publicUrl || exposure.chatOverHttp || !isLoopback(exposure.host)) return false;
  if (FORWARDED.some((header) => context.req.header(header) !== undefined)) return false;
  const bindings = context.env as Partial<HttpBindings> | undefined;
  const peer = bindings?.incoming?.socket.remoteAddress;
  return peer !== undefined && isLoopback(peer);
}

/** Choosing whom to act as is for trying the example on one's own machine, and for nothing else. */
export const mayChoosePerson = (context: Context, exposure: Exposure): boolean =>
  exposure.example && !exposure.chat && isPrivateRequest(context, exposure);

/**
 * Host check, security headers and the cross-site rule for every request. Pages carry no script and load nothing from
 * elsewhere, so the content-security policy forbids all of it.
 */
export function guard(exposure: Exposure, port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host')?.toLowerCase() ?? '';
    if (!allowedHosts(exposure, port()).has(host)) {
      return context.text(
        'This address is not one of this server’s names. Open the address it printed at start, or set PUBLIC_URL.\n',
        421,
      );
    }
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD' && !isSameSite(context, host)) {
      return context.text('This form was sent from another site, so nothing was done.\n', 403);
    }
    await next();
    const headers = context.res.headers;
    if (!headers.has('content-security-policy')) {
      headers.set(
        'content-security-policy',
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
    }
    headers.set('x-content-type-options', 'nosniff');
    headers.set('x-frame-options', 'DENY');
    headers.set('referrer-policy', 'same-origin');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=()');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    if (exposure.publicUrl?.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
  };
}

/** Browsers send Origin with every form post; a missing one is refused, since only browsers hold our cookie. */
function isSameSite(context: Context, host: string): boolean {
  const origin = context.req.header('origin');
  if (!origin || origin === 'null') return false;
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  return URL.canParse(origin) && new URL(origin).host === host;
}
