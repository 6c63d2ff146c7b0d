import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Changes } from './changes.ts';

export const BRIEF = 'REVIEW_BRIEF.md';

/** What is revoked for where the brief is not the recorded one: it is read to decide, so it is bound like an output. */
export const BRIEF_CHANGED: Changes = { changed: [BRIEF], added: [], removed: [], planted: [] };

// Ours are a page or two; whatever is longer was not written by us.
const LONGEST_BYTES = 16 * 1024 * 1024;

/**
 * Whether the file at `path` is the brief with this `sha256:<hex>`. A link, a folder, a missing, unreadable or huge file
 * is not. Read at once: it is a page of text, and six trips to another thread would be a fifth of what a decision costs.
 */
export function isBrief(path: string, hash: string): boolean {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = fstatSync(file);
      if (!found.isFile() || found.size > LONGEST_BYTES) return false;
      return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}` === hash;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
