import { measureFile } from '../runs/files-hash.ts';
import type { Changes } from './changes.ts';

export const BRIEF = 'REVIEW_BRIEF.md';

/** What is revoked for where the brief is not the recorded one: it is read to decide, so it is bound like an output. */
export const BRIEF_CHANGED: Changes = { changed: [BRIEF], added: [], removed: [], planted: [] };

/** Whether the file at `path` is the brief with this `sha256:<hex>`. A link, a missing or unreadable file is not. */
export const isBrief = (path: string, hash: string): Promise<boolean> =>
  measureFile(path).then(
    ({ sha256 }) => `sha256:${sha256}` === hash,
    () => false,
  );
