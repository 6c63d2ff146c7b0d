import type { FileHandle } from 'node:fs/promises';
import { tableEnding } from './delimiter.ts';
import { pictureOf } from './preview-image.ts';
import { indented } from './preview-json.ts';
import { type TablePreview, tableOf } from './preview-table.ts';
import { type DecodedText, decodeText, readableText } from './preview-text.ts';
import { readPart } from './run-file.ts';

export interface TextPreview {
  kind: 'text' | 'markdown' | 'json';
  text: string;
  /** The file goes on behind what is shown. */
  cut: boolean;
  /** What a reader should know of it, as a sentence; null where it is plain. */
  remark: string | null;
}

/** A picture that a browser may draw, by its own signature and never by its name. */
export interface PicturePreview {
  kind: 'picture';
  type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  width: number;
  height: number;
}

/** Name, size and hash are all there is to show. `why` is a sentence. */
export interface NoPreview {
  kind: 'none';
  why: string;
}

export type Preview = TextPreview | TablePreview | PicturePreview | NoPreview;

/** Bytes of a text that a page shows before it says that there is more. */
const SHOWN = 32_768;
/** A JSON document up to this size is laid out; a longer one shows its beginning as it is written. */
const LAID_OUT = 262_144;

export const noPreview = (why: string): NoPreview => ({ kind: 'none', why });

/**
 * What can be shown of an output without running or trusting any of it: the beginning of a text, a table's first rows, a
 * picture known by its signature. Reads at most 256 kB whatever the file's size, of a picture at most 10 MB. The caller closes the handle.
 */
export async function previewOf(handle: FileHandle, path: string): Promise<Preview> {
  const { size } = await handle.stat();
  if (size === 0) return noPreview('This file is empty.');
  const start = await readPart(handle, SHOWN);
  const picture = await pictureOf(handle, start, size);
  if (picture) return picture;
  const cut = size > start.length;
  const read = readableText(start, cut);
  if (read === null) return noPreview('No preview: this file is not text. Download it to look.');
  return textual(handle, path, { ...read, cut });
}

/** The beginning of a text, and whether the file goes on behind it. */
export interface Beginning extends DecodedText {
  cut: boolean;
}

async function textual(handle: FileHandle, path: string, beginning: Beginning): Promise<Preview> {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const table = tableEnding(path);
  if (table !== null) return tableOf(handle, table, beginning);
  if (ending === 'md' || ending === 'markdown') return { kind: 'markdown', ...beginning };
  if (ending === 'json') return jsonOf(handle, beginning);
  const source = SOURCES[ending] ? 'Shown as its source; a page or drawing is never run here.' : null;
  return { kind: 'text', ...beginning, remark: [beginning.remark, source].filter(Boolean).join(' ') || null };
}

const SOURCES: Record<string, true | undefined> = { html: true, htm: true, xhtml: true, svg: true, xml: true };

async function jsonOf(handle: FileHandle, beginning: Beginning): Promise<Preview> {
  const { size } = await handle.stat();
  if (size > LAID_OUT || beginning.remark !== null) return { kind: 'text', ...beginning };
  const whole = decodeText(await readPart(handle, LAID_OUT), false);
  const laidOut = whole === null ? null : indented(whole, SHOWN);
  const remark = 'This is not valid JSON; it is shown as it is written.';
  return laidOut ? { kind: 'json', ...laidOut, remark: null } : { kind: 'text', ...beginning, remark };
}
