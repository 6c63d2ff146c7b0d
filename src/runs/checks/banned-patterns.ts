import type { Check } from './check.ts';
import { re2Finder } from './scan.ts';
import { search, searchFinding } from './searched-files.ts';

/**
 * `banned_patterns`: none of the RE2 patterns matches anywhere in the files that fit the globs. Each file is one text, so
 * a pattern may span lines (matches up to 64 Ki characters long are found); case counts unless the pattern says `(?i)`,
 * `^` is the file's start unless it says `(?m)`. The outcome names patterns, counts and lines, never the text found; of
 * confidential work the pattern's number (from 1), since a pattern may be as telling as what it matches.
 */
export const bannedPatterns: Check<'banned_patterns'> = async ({ files, patterns }, run) =>
  searchFinding(
    await search(
      files,
      run,
      () => patterns.map(re2Finder),
      (hit) => `a match of ${run.contentsMayShow ? patterns[hit.finder] : `pattern ${hit.finder + 1}`}`,
    ),
  );
