import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** How this server can be reached, as far as the configuration says. */
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

/** Headers that proxies and tunnels add: one of them says that the port is reachable by others than this machine. */
const FORWARDED = /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-.*|fly-.*|ngrok-.*)$/;

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

/** The origin of pages served under this Host header; behind PUBLIC_URL its scheme is not ours but the proxy's. */
export function originOf(host: string, { publicUrl }: Exposure): string {
  const outside = publicUrl ? new URL(publicUrl) : null;
  return outside?.host === host ? outside.origin : `http://${host}`;
}

/** Whether this very request reached us from this machine and nothing hints that the port is reachable from outside. */
export function isPrivateRequest(context: Context, exposure: Exposure): boolean {
  if (exposure.publicUrl || exposure.chatOverHttp || !isLoopback(exposure.host)) return false;
  if (Object.keys(context.req.header()).some((header) => FORWARDED.test(header))) return false;
  const bindings = context.env as Partial<HttpBindings> | undefined;
  const peer = bindings?.incoming?.socket.remoteAddress;
  return peer !== undefined && isLoopback(peer);
}

/** Choosing whom to act as is for trying the example on one's own machine, and for nothing else. */
export const mayChoosePerson = (context: Context, exposure: Exposure): boolean =>
  exposure.example && !exposure.chat && isPrivateRequest(context, exposure);
