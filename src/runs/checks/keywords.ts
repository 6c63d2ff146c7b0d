import { join } from 'node:path';
import { listFiles } from '../files-hash.ts';
import { type Finder, regexFinder, Scanner } from './scan.ts';
import { isTextFile, readText } from './text.ts';
import { plainForm, wholeWord } from './words.ts';

/** A sensitivity keyword and where it stands: an output's path, `the summary` or `a flag`. */
export interface KeywordHit {
  keyword: string;
  where: string;
}

export interface KeywordSearch {
  keywords: readonly string[];
  outputsDir: string;
  summary: string | null;
  flags: readonly string[];
  signal: AbortSignal;
}

const LONGEST_CARRY = 64 * 1024;

/** JSON writers escape what is not ASCII; a keyword must not hide behind that. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Brings pieces into the form that keywords are compared in, cut at white space so that nothing is torn apart. */
async function* plainPieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let carry = '';
  for await (const piece of pieces) {
    const text = carry + piece;
    const cut = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1;
    const end = cut === 0 && text.length > LONGEST_CARRY ? text.length : cut;
    carry = text.slice(end);
    yield plainForm(unescaped(text.slice(0, end)));
  }
  yield plainForm(unescaped(carry));
}

const keywordFinder = (keyword: string): Finder => {
  const pattern = wholeWord(keyword.trim().split(/\s+/));
  return regexFinder(new RegExp(pattern.source, 'giu'));
};

/** Which of these keywords a stream of text holds. */
export const keywordsIn = async (pieces: AsyncIterable<string>, keywords: readonly string[]): Promise<string[]> => {
  const found = new Set<number>();
  const scanner = new Scanner(keywords.map(keywordFinder), (hit) => found.add(hit.finder));
  for await (const piece of plainPieces(pieces)) {
    scanner.push(piece);
    if (found.size === keywords.length) break;
  }
  scanner.end();
  return keywords.filter((_keyword, index) => found.has(index));
};

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

/**
 * Looks for a workflow's sensitivity keywords: whole words in any case (see `wholeWord`), in text outputs (see
 * `isTextFile`), the summary and the flags. Files are streamed. Each keyword is told once per place.
 */
export const findKeywords = async (search: KeywordSearch): Promise<KeywordHit[]> => {
  const { keywords, outputsDir, summary, flags, signal } = search;
  if (keywords.length === 0) return [];
  const hits: KeywordHit[] = [];
  const note = (found: string[], where: string) => hits.push(...found.map((keyword) => ({ keyword, where })));
  for (const path of await listFiles(outputsDir)) {
    signal.throwIfAborted();
    const file = join(outputsDir, path);
    if (await isTextFile(file, path)) note(await keywordsIn(readText(file, signal), keywords), path);
  }
  if (summary !== null) note(await keywordsIn(once(summary), keywords), 'the summary');
  note(await keywordsIn(once(flags.join('\n\n')), keywords), 'a flag');
  return hits;
};
