import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';
import type { Upload } from './call.ts';

export async function bytesOf(stream: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(50109);
  }
}

/**
 * A body as Discord reads it: JSON, or a form of several parts with the JSON in `payload_json` and files in `files[n]`.
 * @throws Refusal 50109 for what is no JSON, 50035 for a part of another name.
 */
export async function readBody(type: string, bytes: Buffer<ArrayBuffer>): Promise<{ body: unknown; files: Upload[] }> {
  if (bytes.length === 0) return { body: null, files: [] };
  if (!type.startsWith('multipart/form-data')) return { body: json(bytes.toString('utf8')), files: [] };
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const files: Upload[] = [];
  for (const [name, part] of form.entries()) {
    if (name === 'payload_json') continue;
    const [, index] = /^files\[(\d+)\]$/.exec(name) ?? [];
    if (index === undefined || typeof part === 'string')
      throw new Refusal(50035, [{ pointer: `/${name}`, code: 'BASE_TYPE_BAD', message: 'is no files[n]' }]);
    const content = Buffer.from(await part.arrayBuffer());
    files.push({ index: Number(index), filename: part.name, content_type: part.type, bytes: content });
  }
  const payload = form.get('payload_json');
  return { body: typeof payload === 'string' ? json(payload) : null, files };
}
