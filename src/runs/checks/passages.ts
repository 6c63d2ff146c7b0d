const LONGEST = 64 * 1024;
/** A heading, list item, quote or table row stands for itself. */
const STARTS_ANEW = /^\s*(?:#{1,6}\s|[-*+•]\s|\d{1,9}[.)]\s|\||>)/;

/** Lines without their ends; one longer than 64 Ki characters comes in overlapping parts. */
async function* lines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const parts = (rest + piece).split(/\r?\n/);
    rest = parts.pop() ?? '';
    yield* parts;
    while (rest.length > LONGEST) {
      yield rest.slice(0, LONGEST);
      rest = rest.slice(LONGEST / 2);
    }
  }
  yield rest;
}

/**
 * Cuts a text into passages: paragraphs between empty lines, where a heading, list item, quote or table row begins a
 * passage of its own; with `lineByLine`, every line. None is much longer than 64 Ki characters.
 */
export async function* passages(
  pieces: AsyncIterable<string>,
  { lineByLine }: { lineByLine: boolean },
): AsyncGenerator<string> {
  let passage = '';
  for await (const line of lines(pieces)) {
    const anew = lineByLine || line.trim() === '' || STARTS_ANEW.test(line) || passage.length > LONGEST;
    if (anew && passage !== '') {
      yield passage;
      passage = '';
    }
    passage += `${line}\n`;
  }
  if (passage !== '') yield passage;
}
