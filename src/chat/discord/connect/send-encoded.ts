import { DefaultRestOptions, type RESTOptions } from 'discord.js';

/**
 * Sends like the library itself, but files as the bytes that they are on the wire. The library hands Node's own FormData
 * to whatever undici was loaded first in this process, and another one's (Slack's socket brings its own) takes no form but
 * one of its own making, so that no file would ever arrive.
 */
export const sendEncoded: RESTOptions['makeRequest'] = async (url, init) => {
  const { body } = init;
  if (!(body instanceof FormData)) return DefaultRestOptions.makeRequest(url, init);
  const encoded = new Response(body);
  const type = encoded.headers.get('content-type');
  const headers = { ...(init.headers as Record<string, string>), ...(type === null ? {} : { 'content-type': type }) };
  return DefaultRestOptions.makeRequest(url, { ...init, headers, body: new Uint8Array(await encoded.arrayBuffer()) });
};
