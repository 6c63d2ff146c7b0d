// Control and format characters, line and paragraph separators: among them those that turn text around or hide it.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** Foreign text as one visible line of at most `most` characters; what is cut is shown as cut. */
export function oneLine(text: string, most = 300): string {
  const line = text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}

/** Foreign text as one line that Markdown shows as the characters it is: no link, no emphasis, no HTML, no heading. */
export const markdownText = (text: string, most = 300): string =>
  oneLine(text, most)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]~@]/g, (sign) => `\\${sign}`)
    // At the beginning of a line these would be a heading, a list or a rule; within it, a bare address would be a link.
    .replace(/^(?:[-+=#|]|\d+(?=[.)]))/, (sign) => (/\d/.test(sign) ? `${sign}\\` : `\\${sign}`))
    .replace(/:(?=\/\/)|(?<=www)\./gi, (sign) => `\\${sign}`);

/** `1 file`, `2 files`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** `brief.md, a.csv and 3 more`. */
export function nameList(names: string[], most = 3): string {
  const shown = names.slice(0, names.length > most ? most - 1 : most).map((name) => oneLine(name, 80));
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`);
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
