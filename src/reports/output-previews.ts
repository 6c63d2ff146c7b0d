import type { RecordedOutput } from '../reviews/item.ts';
import { previewOf } from './preview.ts';
import { openOutput } from './run-file.ts';
import { whyNotRecorded } from './still-recorded.ts';

/** The beginning of an output that is text, for a message. */
export interface OutputPreview {
  path: string;
  /** The first lines that are not blank, as they are written; the rows of a table with a comma between the cells. */
  lines: string[];
  /** Lines behind them; null where the file is too long to be counted for a message. */
  more: number | null;
  /** What a reader should know of it, as a sentence; null where it is plain. */
  remark: string | null;
}

/** Bounds of what a message shows: files, lines of each and characters of a line. */
const MOST_FILES = 4;
const MOST_LINES = 12;
const LONGEST_LINE = 300;
/** So many files are looked at to find those. */
const MOST_OPENED = 8;

/** What people read comes before what programs do. */
const ENDINGS = ['md', 'markdown', 'txt', 'csv', 'tsv', 'json'];
const rank = (path: string): number => ENDINGS.indexOf(/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '');

/**
 * How the outputs that people can read begin, documents before tables before JSON, at most four of them. Only for whoever
 * may see contents. Stops early once `limit` aborts; what is not there, or is no text, is left out.
 */
export async function outputPreviews(
  folder: string,
  outputs: readonly RecordedOutput[],
  limit?: AbortSignal,
): Promise<OutputPreview[]> {
  const readable = outputs
    .filter(({ path }) => rank(path) >= 0)
    .toSorted((a, b) => rank(a.path) - rank(b.path))
    .slice(0, MOST_OPENED);
  const previews: OutputPreview[] = [];
  for (const file of readable) {
    if (previews.length === MOST_FILES || limit?.aborted) break;
    const preview = await beginningOf(folder, file);
    if (preview) previews.push(preview);
  }
  return previews;
}

async function beginningOf(folder: string, file: RecordedOutput): Promise<OutputPreview | null> {
  const handle = await openOutput(folder, file.path).catch(() => undefined);
  if (!handle) return null;
  try {
    const changed = await whyNotRecorded(handle, file);
    // Other bytes than those of the record are not what one is about to decide on.
    if (changed) return { path: file.path, lines: [], more: null, remark: changed };
    const preview = await previewOf(handle, file.path);
    if (preview.kind === 'none' || preview.kind === 'picture') return null;
    const all = preview.kind === 'table' ? [preview.header, ...preview.rows].map(rowText) : textLines(preview.text);
    const lines = all.slice(0, MOST_LINES).map((line) => line.slice(0, LONGEST_LINE).toWellFormed());
    return { path: file.path, lines, more: preview.cut ? null : all.length - lines.length, remark: preview.remark };
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

const rowText = (cells: readonly string[]): string => cells.join(', ').replace(/\s+/g, ' ');

const textLines = (text: string): string[] => text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
