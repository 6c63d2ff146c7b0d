/** Scripts that write words without spaces between them: there, a word has no edge to ask for. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const PART_OF_WORD = /[\p{L}\p{N}]/u;

const hasEdge = (char: string | undefined): boolean =>
  char !== undefined && PART_OF_WORD.test(char) && !UNSPACED.test(char);

/** NFKC without the characters that are there to be invisible (soft hyphen, zero-width). */
export const plainForm = (text: string): string =>
  text.normalize('NFKC').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '');

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/**
 * A pattern for words in a row as a whole, in any case of any script: no letter, digit or combining mark touches them
 * (`_` and `-` may). In scripts without spaces (Chinese, Japanese, Thai, …) the words count wherever they stand.
 */
export const wholeWord = (words: readonly string[], between = '\\s+'): RegExp => {
  const text = plainForm(words.join(' '));
  const before = hasEdge([...text].at(0)) ? '(?<![\\p{L}\\p{N}\\p{M}])' : '';
  const after = hasEdge([...text].at(-1)) ? '(?![\\p{L}\\p{N}\\p{M}])' : '';
  return new RegExp(before + words.map((word) => escaped(plainForm(word))).join(between) + after, 'iu');
};
