import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';

const SNIFFED = 8192;
export const CHUNK_BYTES = 256 * 1024;
const TEXT_NAMES = new Set(
  '.md .markdown .txt .csv .tsv .json .jsonl .ndjson .html .htm .xml .svg .yaml .yml .toml .ini .log .rst .tex .sql .eml .ics .js .mjs .ts .py .sh .css'.split(
    ' ',
  ),
);

/** The encoding a byte order mark names, else UTF-8. */
const encodingOf = (head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
};

const headOf = async (path: string): Promise<Buffer> => {
  const file = await open(path);
  try {
    const head = Buffer.alloc(SNIFFED);
    const { bytesRead } = await file.read(head, 0, SNIFFED, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

/**
 * How text is told from binary: a name that says text (`.md`, `.csv`, `.json`, …) is text whatever it holds, so that a
 * NUL byte hides nothing; otherwise a file is binary when its first 8 KiB hold a NUL byte (git's rule) without a UTF-16
 * mark, or begin as a PDF does.
 */
export const isTextFile = async (path: string, name: string): Promise<boolean> => {
  if (TEXT_NAMES.has(extname(name).toLowerCase())) return true;
  const head = await headOf(path);
  if (encodingOf(head) !== 'utf-8') return true;
  return !head.includes(0) && !head.toString('latin1', 0, 5).startsWith('%PDF-');
};

/** Streams a file as text: UTF-8, or UTF-16 with a byte order mark; bytes that are neither become U+FFFD. */
export async function* readText(
  path: string,
  signal: AbortSignal,
  chunkBytes: number = CHUNK_BYTES,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encodingOf(await headOf(path)));
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, signal })) {
    const text = decoder.decode(chunk as Buffer, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
