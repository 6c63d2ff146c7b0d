import type { IncomingMessage } from 'node:http';
import type { Json } from '../shapes.ts';

/** Arguments that are JSON inside of a form. */
const JSON_ARGUMENTS = new Set(['blocks', 'attachments', 'metadata', 'view', 'files', 'message', 'unfurls']);

/** The whole body of a request. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

function ofForm(form: Iterable<[string, unknown]>): Json {
  return Object.fromEntries(
    [...form].map(([name, value]) => [
      name,
      JSON_ARGUMENTS.has(name) && typeof value === 'string' ? readJson(value) : value,
    ]),
  );
}

/** Arguments of a call by whatever way they came: a query, a form, several parts or JSON. */
export async function argsOf(request: IncomingMessage, bytes: Buffer): Promise<Json> {
  const type = request.headers['content-type'] ?? '';
  const query = ofForm(new URL(request.url ?? '/', 'http://loopback').searchParams);
  if (type.startsWith('application/json')) {
    const body = readJson(bytes.toString());
    return typeof body === 'object' && body !== null ? { ...query, ...body } : query;
  }
  if (type.startsWith('multipart/')) {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    return { ...query, ...ofForm(form.entries()) };
  }
  return { ...query, ...ofForm(new URLSearchParams(bytes.toString())) };
}

/** The bytes of an upload: the body, or the one file among its parts. */
export async function uploadOf(request: IncomingMessage, bytes: Buffer): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/')) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  for (const [, value] of form.entries()) {
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  }
  return Buffer.alloc(0);
}
