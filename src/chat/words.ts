import { invalid } from '../errors.ts';

/** One word of a typed line. */
export interface Word {
  text: string;
  /** How many of its first characters stood outside quotes: only those can be `--name` or `name=`. */
  open: number;
}

/** As much as a person types, and a chat takes, in one message. */
export const LONGEST_LINE = 4000;

// Phones write these by themselves.
const DOUBLE = '"“”„«»';
const DASHES = /^[—–](?=\p{L})/u;

/**
 * Splits a typed line into words. Double quotes hold words together wherever they stand, single ones where they begin a
 * word or follow `=` (an apostrophe is a letter); `\` takes the next character as it is, inside double quotes only before a
 * quote or another `\`. Throws `invalid` for a quote that is not closed and for a line that is too long.
 */
export function splitWords(line: string): Word[] {
  if (line.length > LONGEST_LINE) {
    throw invalid(`That is ${line.length} characters long; ${LONGEST_LINE} is the most. Nothing was done.`);
  }
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isSpace(line[at])) {
      at += 1;
      continue;
    }
    const { word, end } = readWord(line, at);
    words.push(word);
    at = end;
  }
  return words;
}

function readWord(line: string, start: number): { word: Word; end: number } {
  let [text, open, at] = ['', -1, start];
  while (at < line.length && !isSpace(line[at])) {
    const sign = line[at] ?? '';
    if (DOUBLE.includes(sign) || (sign === "'" && (at === start || line[at - 1] === '='))) {
      if (open < 0) open = text.length;
      const quote = readQuote(line, at);
      text += quote.text;
      at = quote.end;
    } else if (sign === '\\' && at + 1 < line.length) {
      if (open < 0) open = text.length;
      text += line[at + 1];
      at += 2;
    } else {
      text += sign;
      at += 1;
    }
  }
  const plain = open < 0 ? text.replace(DASHES, '--') : text;
  return { word: { text: plain, open: open < 0 ? plain.length : open }, end: at };
}

function readQuote(line: string, start: number): { text: string; end: number } {
  const single = line[start] === "'";
  const closes = (sign: string) => (single ? sign === "'" : DOUBLE.includes(sign));
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    const next = line[at + 1] ?? '';
    if (closes(sign)) return { text, end: at + 1 };
    const escaped = sign === '\\' && !single && (next === '\\' || DOUBLE.includes(next)) && next !== '';
    text += escaped ? next : sign;
    if (escaped) at += 1;
  }
  throw invalid(`The quote ${JSON.stringify(line.slice(start, start + 20))} is not closed. Nothing was done.`);
}

const isSpace = (sign: string | undefined): boolean => sign !== undefined && /\s/.test(sign);

/** A word as it has to be typed to be read as itself, whatever it holds. */
export const quoteWord = (word: string): string =>
  /^[\p{L}\p{N}_./:@+][\p{L}\p{N}_./:@+-]*$/u.test(word)
    ? word
    : `"${word.replace(/[\\"“”„«»]/g, (sign) => `\\${sign}`)}"`;
