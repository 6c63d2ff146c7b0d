import type { Context, MiddlewareHandler } from 'hono';
import { allowedHosts, type Exposure, originOf } from './exposure.ts';

/** The one script is ours and a file; nothing in a page is live, and nothing comes from or goes elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Host check, the cross-site rule and security headers, for every request and every answer. */
export function guard(exposure: Exposure, port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const refusal = refusalOf(context, exposure, port());
    if (!refusal) await next();
    const response = refusal ?? context.res;
    protect(response.headers, exposure);
    return refusal;
  };
}

function refusalOf(context: Context, exposure: Exposure, port: number): Response | undefined {
  const host = context.req.header('host')?.toLowerCase() ?? '';
  if (!allowedHosts(exposure, port).has(host)) {
    return context.text(
      'This address is not one of this server’s names. Open the address it printed at start, or set PUBLIC_URL.\n',
      421,
    );
  }
  const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
  if (reads || isSameSite(context, originOf(host, exposure))) return undefined;
  return context.text('This form was sent from another site, so nothing was done.\n', 403);
}

/** Browsers send Origin with every form post; a missing one is refused, since only browsers hold our cookie. */
function isSameSite(context: Context, own: string): boolean {
  const site = context.req.header('sec-fetch-site');
  return context.req.header('origin') === own && (site === undefined || site === 'same-origin');
}

/** The headers that every answer carries; a route that set its own policy or caching keeps it. */
export function protect(headers: Headers, exposure: Exposure): void {
  for (const [name, value] of Object.entries(protection(exposure)))
    if (!OWN.has(name) || !headers.has(name)) headers.set(name, value);
}

/** What a route may say for itself. */
const OWN = new Set(['content-security-policy', 'cache-control']);

/** The same, for an answer that says none of it by itself. */
export const protection = ({ publicUrl }: Pick<Exposure, 'publicUrl'>): Record<string, string> => ({
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
  ...(publicUrl?.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
});
