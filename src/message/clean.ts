// Control and format characters, line and paragraph separators: among them those that turn text around or hide it.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** Foreign text as one visible line. */
export const clean = (text: string): string => text.replace(UNSEEN, ' ');

/** Foreign text of several lines as visible lines. */
export const cleanLines = (text: string): string[] => text.split(/\r\n|\r|\n/).map((line) => clean(line).trimEnd());

/** At most `most` characters (code points), and a visible sign where something was cut. */
export function cut(text: string, most: number): string {
  // Code units are never fewer than characters, so most texts are measured without being taken apart.
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join('')}…`;
}
